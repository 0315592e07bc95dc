import NeuralNetwork
import Settings
import TensorGraph

/// `weight * (mean (D(x) - a_g)^2 + mean (D(G(z)) - a_r)^2)`, where `a_r` and `a_g` are running
/// averages of the discriminator's mean outputs on real and generated examples before this update
/// (Tseng et al. 2021, arXiv 2104.03310, equation 9).
///
/// The averages begin at 0, move by `a += (1 - decay) (mean - a)` with each update (and
/// microbatch) of the discriminator, and go with it when it changes its partner.
package struct LeCamRegularizer: Regularizer {
    package static let identifier = "lecam"
    package let needsIndependentExamples = false
    package let additionalExamples = 0
    let weight: Double
    let decay: Double

    private static let meanOfReal = "lecam.mean_real"
    private static let meanOfGenerated = "lecam.mean_generated"

    package init(settings: SettingsTable) throws {
        weight = try settings.number(
            "weight", default: 0.3, in: .nonNegative, "Weight of LeCam regularisation.")
        decay = try settings.number(
            "decay", default: 0.99, in: .halfOpen(0..<1),
            "Share of the averages of the discriminator's outputs that stays at an update.")
    }

    package func declare(estimates: inout StateLayout) {
        for name in [Self.meanOfReal, Self.meanOfGenerated] {
            estimates.append(name, [1], .constant(0), followsParameters: true)
        }
    }

    package func term(_ context: RegularizerContext) -> Value {
        let scores = context.scores
        let toReal = scores.generated - moved(Self.meanOfReal, scores.real, context)
        let toGenerated = scores.real - moved(Self.meanOfGenerated, scores.generated, context)
        return ((toGenerated * toGenerated).mean() + (toReal * toReal).mean()) * weight
    }

    /// The average before this update, which moves it towards the mean of `scores`.
    private func moved(_ name: String, _ scores: Value, _ context: RegularizerContext) -> Value {
        let average = context.estimate(name)
        context.update(estimate: name, to: average * decay + scores.mean() * (1 - decay))
        return average
    }
}
