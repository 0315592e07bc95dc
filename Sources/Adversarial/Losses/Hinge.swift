import NeuralNetwork
import Settings
import TensorGraph

/// `mean max(0, 1 - D(x)) + mean max(0, 1 + D(G(z)))`; the generator minimises `-mean D(G(z))`
/// (Lim and Ye 2017, arXiv 1705.02894).
package struct Hinge: AdversarialLoss {
    package static let identifier = "hinge"

    package init(settings: SettingsTable) throws {}

    package func discriminatorTerms(
        real: Value, generated: Value
    ) -> (real: Value, generated: Value) {
        ((1 - real).relu().mean(), (generated + 1).relu().mean())
    }

    package func generatorObjective(generated: Value, real: () -> Value) -> Value {
        -generated.mean()
    }
}
