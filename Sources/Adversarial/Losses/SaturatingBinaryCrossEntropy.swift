import NeuralNetwork
import Settings
import TensorGraph

/// As `bce`, but the generator minimises `mean log(1 - sigmoid(D(G(z)))) = -mean softplus(D(G(z)))`
/// (the minimax form of Goodfellow et al. 2014, arXiv 1406.2661).
package struct SaturatingBinaryCrossEntropy: AdversarialLoss {
    package static let identifier = "bce-saturating"
    let crossEntropy: BinaryCrossEntropy

    package init(settings: SettingsTable) throws {
        crossEntropy = try BinaryCrossEntropy(settings: settings)
    }

    package func discriminatorTerms(
        real: Value, generated: Value
    ) -> (real: Value, generated: Value) {
        crossEntropy.discriminatorTerms(real: real, generated: generated)
    }

    package func generatorObjective(generated: Value, real: () -> Value) -> Value {
        -generated.softplus().mean()
    }
}
