import NeuralNetwork
import Settings
import TensorGraph

/// `weight * mean (|grad D(u)| - 1)^2` with `u = e x + (1 - e) G(z)`, `e` uniform on [0, 1) per
/// example, and the norm over each example alone (Gulrajani et al. 2017, arXiv 1704.00028).
package struct GradientPenalty: Regularizer {
    package static let identifier = "gradient-penalty"
    package let additionalExamples = 1
    let settings: SlopePenaltySettings

    package init(settings: SettingsTable) throws {
        self.settings = try SlopePenaltySettings(
            settings: settings, weight: 10, "Weight of the gradient penalty.")
    }

    package var needsIndependentExamples: Bool { !settings.allowsBatchCoupling }

    package func term(_ context: RegularizerContext) -> Value {
        let share = context.uniformPerExample()
        let interpolates = context.generated + share * (context.real - context.generated)
        return context.excessOfSlopes(at: interpolates) * settings.weight
    }
}
