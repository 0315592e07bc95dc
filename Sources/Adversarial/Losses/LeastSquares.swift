import NeuralNetwork
import Settings
import TensorGraph

/// `1/2 mean (D - label)^2` on linear outputs (Mao et al. 2016, arXiv 1611.04076).
package struct LeastSquares: AdversarialLoss {
    package static let identifier = "lsgan"
    let realLabel: Double
    let fakeLabel: Double
    let generatorLabel: Double

    package init(settings: SettingsTable) throws {
        realLabel = try settings.number(
            "real_label", default: 1, "The discriminator's target for real examples.")
        fakeLabel = try settings.number(
            "fake_label", default: 0, "The discriminator's target for generated examples.")
        generatorLabel = try settings.number(
            "generator_label", default: 1, "What the generator wants the discriminator to say.")
    }

    package func discriminatorTerms(
        real: Value, generated: Value
    ) -> (real: Value, generated: Value) {
        (halfSquare(real, realLabel), halfSquare(generated, fakeLabel))
    }

    package func generatorObjective(generated: Value, real: () -> Value) -> Value {
        halfSquare(generated, generatorLabel)
    }

    /// The midpoint of the labels; none where they are equal.
    package var decision: RealDecision? {
        guard realLabel != fakeLabel else { return nil }
        return RealDecision(
            threshold: (realLabel + fakeLabel) / 2, realIsAbove: realLabel > fakeLabel)
    }

    private func halfSquare(_ scores: Value, _ label: Double) -> Value {
        let error = scores - label
        return (error * error).mean() * 0.5
    }
}
