import Settings
import TensorGraph

/// `m' = b1 m + (1 - b1) g`, `v' = b2 v + (1 - b2) g^2`,
/// `p' = p - rate / (1 - b1^t) * m' / (sqrt(v') / sqrt(1 - b2^t) + epsilon)`
/// (Kingma and Ba 2014, arXiv 1412.6980; PyTorch's order of operations).
package struct Adam: Optimizer {
    package static let identifier = "adam"
    package let slotNames = ["first_moment", "second_moment"]
    package let scalarCount = 2
    package let beta1: Double
    package let beta2: Double
    package let epsilon: Double

    package init(settings: SettingsTable) throws {
        beta1 = try settings.number(
            "beta1", default: 0.9, in: .halfOpen(0..<1), "Decay of the first moment.")
        beta2 = try settings.number(
            "beta2", default: 0.999, in: .halfOpen(0..<1), "Decay of the second moment.")
        epsilon = try settings.number(
            "epsilon", default: 1e-8, in: .positive, "Added to the root of the second moment.")
    }

    package func writeScalars(
        learningRate: Double, update: Int, into scalars: UnsafeMutableBufferPointer<Float>
    ) {
        scalars[0] = Float(learningRate / (1 - power(beta1, update)))
        scalars[1] = Float(1 / (1 - power(beta2, update)).squareRoot())
    }

    package func update(
        parameters: Value, gradient: Value, slots: [Value], scalars: [Value]
    ) -> (parameters: Value, slots: [Value]) {
        let first = slots[0] * beta1 + gradient * Double(1 - beta1)
        let second = slots[1] * beta2 + (gradient * gradient) * Double(1 - beta2)
        let root = second.squareRoot() * scalars[1] + epsilon
        return (parameters - scalars[0] * first / root, [first, second])
    }

    /// `base^exponent` by repeated squaring: the same bits with every mathematics library.
    private func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, square, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return result
    }
}
