import NeuralNetwork
import Settings
import TensorGraph

/// Average relativistic cross-entropy, with means over the (micro)batch:
/// `mean softplus(-(D(x) - mean D(G(z)))) + mean softplus(D(G(z)) - mean D(x))` for the
/// discriminator, and the same with real and generated exchanged for the generator (RaSGAN;
/// Jolicoeur-Martineau 2018, arXiv 1807.00734).
///
/// The generator's objective sees the real batch of the step's last discriminator update.
package struct Relativistic: AdversarialLoss {
    package static let identifier = "relativistic"

    package init(settings: SettingsTable) throws {}

    /// Only differences of outputs mean anything.
    package var decision: RealDecision? { nil }

    package func discriminatorTerms(
        real: Value, generated: Value
    ) -> (real: Value, generated: Value) {
        (
            (generated.mean() - real).softplus().mean(),
            (generated - real.mean()).softplus().mean()
        )
    }

    package func generatorObjective(generated: Value, real: () -> Value) -> Value {
        let terms = discriminatorTerms(real: generated, generated: real())
        return terms.real + terms.generated
    }
}
