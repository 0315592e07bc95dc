import Settings
import TensorGraph

/// `v' = decay * v + (1 - decay) * g^2`, `p' = p - rate * g / (sqrt(v') + epsilon)`
/// (PyTorch's form of Hinton's lecture 6e).
package struct RMSProp: Optimizer {
    package static let identifier = "rmsprop"
    package let slotNames = ["mean_square"]
    package let scalarCount = 1
    package let decay: Double
    package let epsilon: Double

    package init(settings: SettingsTable) throws {
        decay = try settings.number(
            "decay", default: 0.99, in: .halfOpen(0..<1), "Share of the mean square that stays.")
        epsilon = try settings.number(
            "epsilon", default: 1e-8, in: .positive, "Added to the root of the mean square.")
    }

    package func writeScalars(
        learningRate: Double, update: Int, into scalars: UnsafeMutableBufferPointer<Float>
    ) {
        scalars[0] = Float(learningRate)
    }

    package func update(
        parameters: Value, gradient: Value, slots: [Value], scalars: [Value]
    ) -> (parameters: Value, slots: [Value]) {
        let meanSquare = slots[0] * decay + (gradient * gradient) * Double(1 - decay)
        let step = scalars[0] * gradient / (meanSquare.squareRoot() + epsilon)
        return (parameters - step, [meanSquare])
    }
}
