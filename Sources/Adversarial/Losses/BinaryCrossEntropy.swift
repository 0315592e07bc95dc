import NeuralNetwork
import Settings
import TensorGraph

/// Cross-entropy on logits: `softplus(l) - target * l`, averaged; the discriminator's targets
/// are `real_label` and `fake_label`, the generator minimises `mean softplus(-D(G(z)))`
/// (non-saturating; Goodfellow et al. 2014, arXiv 1406.2661).
package struct BinaryCrossEntropy: AdversarialLoss {
    package static let identifier = "bce"
    let realLabel: Double
    let fakeLabel: Double

    package init(settings: SettingsTable) throws {
        realLabel = try settings.number(
            "real_label", default: 1, in: .unitInterval,
            "The discriminator's target for real examples (0.9: one-sided smoothing).")
        fakeLabel = try settings.number(
            "fake_label", default: 0, in: .unitInterval,
            "The discriminator's target for generated examples.")
    }

    private init(realLabel: Double, fakeLabel: Double) {
        (self.realLabel, self.fakeLabel) = (realLabel, fakeLabel)
    }

    /// With the labels 1 and 0.
    static let plain = BinaryCrossEntropy(realLabel: 1, fakeLabel: 0)

    package func discriminatorTerms(
        real: Value, generated: Value
    ) -> (real: Value, generated: Value) {
        (crossEntropy(real, realLabel), crossEntropy(generated, fakeLabel))
    }

    package func generatorObjective(generated: Value, real: () -> Value) -> Value {
        (-generated).softplus().mean()
    }

    private func crossEntropy(_ logits: Value, _ target: Double) -> Value {
        if target == 1 { return (-logits).softplus().mean() }
        if target == 0 { return logits.softplus().mean() }
        return (logits.softplus() - logits * target).mean()
    }
}
