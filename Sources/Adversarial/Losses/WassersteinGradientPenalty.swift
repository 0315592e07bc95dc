import NeuralNetwork
import Settings
import TensorGraph

/// `mean D(G(z)) - mean D(x) + weight * mean (|grad D(u)| - 1)^2` with
/// `u = e x + (1 - e) G(z)`, `e` uniform on [0, 1) per example, and the norm over each example
/// alone (Gulrajani et al. 2017, arXiv 1704.00028).
package struct WassersteinGradientPenalty: AdversarialLoss {
    package static let identifier = "wgan-gp"
    let weight: Double
    let allowsBatchCoupling: Bool

    package init(settings: SettingsTable) throws {
        weight = try settings.number(
            "weight", default: 10, in: .nonNegative, "Weight of the gradient penalty.")
        allowsBatchCoupling = try settings.flag(
            "allow_batch_coupling", default: false,
            "Accept a critic with batch statistics, for which the penalty is not defined.")
    }

    package var needsIndependentExamples: Bool { !allowsBatchCoupling }

    package func discriminatorTerms(
        real: Value, generated: Value
    ) -> (real: Value, generated: Value) {
        (-real.mean(), generated.mean())
    }

    package func generatorObjective(generated: Value) -> Value { -generated.mean() }

    package func penalty(_ context: PenaltyContext) -> Value? {
        let (real, generated) = (context.real, context.generated)
        let batch = real.shape[0]
        let perExample = Shape([batch] + [Int](repeating: 1, count: real.shape.rank - 1))
        let share = context.interpolation(perExample)
        let interpolates = generated + share * (real - generated)
        // Examples are independent: the gradient of the sum holds each example's own gradient.
        let slope = context.discriminator(interpolates).sum()
            .gradient(withRespectTo: [interpolates])[0]
        let features = slope.shape.elementCount / batch
        let flat = slope.reshaped([batch, features])
        // The constant keeps the root differentiable at a gradient of zero.
        let norm = ((flat * flat).sum(axes: [1]) + 1e-12).squareRoot()
        let excess = norm - 1
        return (excess * excess).mean() * weight
    }
}
