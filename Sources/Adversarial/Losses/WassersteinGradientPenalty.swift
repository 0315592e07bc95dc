import NeuralNetwork
import Settings
import TensorGraph

/// `mean D(G(z)) - mean D(x)` and a `GradientPenalty` for the critic, `-mean D(G(z))` for the
/// generator (Gulrajani et al. 2017, arXiv 1704.00028).
package struct WassersteinGradientPenalty: AdversarialLoss {
    package static let identifier = "wgan-gp"
    let penalty: GradientPenalty

    package init(settings: SettingsTable) throws {
        penalty = try GradientPenalty(settings: settings)
    }

    package var regularizer: (any Regularizer)? { penalty }
    package var decision: RealDecision? { nil }

    package func discriminatorTerms(
        real: Value, generated: Value
    ) -> (real: Value, generated: Value) {
        (-real.mean(), generated.mean())
    }

    package func generatorObjective(generated: Value, real: () -> Value) -> Value {
        -generated.mean()
    }
}
