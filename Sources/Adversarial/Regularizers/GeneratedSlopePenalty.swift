import NeuralNetwork
import Settings
import TensorGraph

/// R2: `weight / 2 * mean |grad D(G(z))|^2` at generated examples (Mescheder, Geiger and Nowozin
/// 2018, arXiv 1801.04406).
package struct GeneratedSlopePenalty: Regularizer {
    package static let identifier = "r2"
    package let additionalExamples = 1
    let settings: SlopePenaltySettings

    package init(settings: SettingsTable) throws {
        self.settings = try SlopePenaltySettings(
            settings: settings, weight: 10, "gamma: half of it weighs the mean squared slope.")
    }

    package var needsIndependentExamples: Bool { !settings.allowsBatchCoupling }

    package func term(_ context: RegularizerContext) -> Value {
        context.squaredSlopes(at: context.generated).mean() * (settings.weight / 2)
    }
}
