import NeuralNetwork
import Settings
import TensorGraph

/// `mean D(G(z)) - mean D(x)` for the critic, whose parameters are clipped to `[-clip, clip]`
/// after each update; `-mean D(G(z))` for the generator (Arjovsky et al. 2017, arXiv 1701.07875).
package struct Wasserstein: AdversarialLoss {
    package static let identifier = "wgan"
    let clip: Double

    package init(settings: SettingsTable) throws {
        clip = try settings.number(
            "clip", default: 0.01, in: .positive,
            "Largest magnitude of the critic's parameters.")
    }

    package var parameterLimit: Double? { clip }
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
