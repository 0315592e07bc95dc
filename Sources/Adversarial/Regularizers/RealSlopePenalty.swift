import NeuralNetwork
import Settings
import TensorGraph

/// R1: `weight / 2 * mean |grad D(x)|^2` at real examples x (Mescheder, Geiger and Nowozin 2018,
/// arXiv 1801.04406).
package struct RealSlopePenalty: Regularizer {
    package static let identifier = "r1"
    package let additionalExamples = 1
    let settings: SlopePenaltySettings

    package init(settings: SettingsTable) throws {
        self.settings = try SlopePenaltySettings(
            settings: settings, weight: 10, "gamma: half of it weighs the mean squared slope.")
    }

    package var needsIndependentExamples: Bool { !settings.allowsBatchCoupling }

    package func term(_ context: RegularizerContext) -> Value {
        context.squaredSlopes(at: context.real).mean() * (settings.weight / 2)
    }
}
