import NeuralNetwork
import Settings
import TensorGraph

/// `weight * mean (|grad D(u)| - 1)^2` around real examples: `u = x + e perturbation s n`, `e`
/// uniform on [0, 1) per example, `n` per number, and `s` the standard deviation of all numbers
/// of the real (micro)batch (DRAGAN; Kodali et al. 2017, arXiv 1705.07215, with the noise of the
/// authors' code).
package struct DeepRegretPenalty: Regularizer {
    package static let identifier = "dragan"
    package let additionalExamples = 1
    let settings: SlopePenaltySettings
    let perturbation: Double

    package init(settings: SettingsTable) throws {
        self.settings = try SlopePenaltySettings(
            settings: settings, weight: 10, "Weight of DRAGAN's gradient penalty.")
        perturbation = try settings.number(
            "perturbation", default: 0.5, in: .nonNegative,
            "Largest distance from a real example, in standard deviations of the batch.")
    }

    package var needsIndependentExamples: Bool { !settings.allowsBatchCoupling }

    package func term(_ context: RegularizerContext) -> Value {
        let real = context.real
        let centred = real - real.mean()
        let deviation = (centred * centred).mean().squareRoot()
        let share = context.uniformPerExample()
        let noise = context.uniform(real.shape) * (deviation * perturbation)
        return context.excessOfSlopes(at: real + share * noise) * settings.weight
    }
}
