import NeuralNetwork
import Settings
import TensorGraph

/// Balanced consistency: `weight_real mean (D(x) - D(T(x)))^2 + weight_generated
/// mean (D(G(z)) - D(T(G(z))))^2` with a random change T of images (bCR; Zhao et al. 2020, arXiv
/// 2002.04724). With `weight_generated` 0 it is CR (Zhang et al. 2019, arXiv 1910.12027).
package struct Consistency: Regularizer {
    package static let identifier = "consistency"
    package let needsIndependentExamples = false
    package let needsImages = true
    package let additionalExamples = 2
    let weightReal: Double
    let weightGenerated: Double
    let policy: AugmentationPolicy

    package init(settings: SettingsTable) throws {
        weightReal = try settings.number(
            "weight_real", default: 10, in: .nonNegative,
            "Weight of the difference that the change makes to outputs on real examples.")
        weightGenerated = try settings.number(
            "weight_generated", default: 10, in: .nonNegative,
            "Weight of the difference that the change makes to outputs on generated examples.")
        policy = try AugmentationPolicy(
            settings: settings, default: ["translation"],
            "Changes, one after another, to which outputs should be indifferent.")
    }

    package func term(_ context: RegularizerContext) -> Value {
        difference(context.scores.real, context.real, context) * weightReal
            + difference(context.scores.generated, context.generated, context) * weightGenerated
    }

    private func difference(
        _ scores: Value, _ images: Value, _ context: RegularizerContext
    ) -> Value {
        let difference = scores - context.scores(of: context.changed(images, by: policy))
        return (difference * difference).mean()
    }
}
