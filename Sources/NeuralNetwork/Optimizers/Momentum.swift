import Settings
import TensorGraph

/// `v' = momentum * v + g`, `p' = p - rate * v'` (PyTorch's form, without dampening).
package struct Momentum: Optimizer {
    package static let identifier = "momentum"
    package let slotNames = ["velocity"]
    package let scalarCount = 1
    package let momentum: Double

    package init(settings: SettingsTable) throws {
        momentum = try settings.number(
            "momentum", default: 0.9, in: .halfOpen(0..<1), "Share of the velocity that stays.")
    }

    package func writeScalars(
        learningRate: Double, update: Int, into scalars: UnsafeMutableBufferPointer<Float>
    ) {
        scalars[0] = Float(learningRate)
    }

    package func update(
        parameters: Value, gradient: Value, slots: [Value], scalars: [Value]
    ) -> (parameters: Value, slots: [Value]) {
        let velocity = slots[0] * momentum + gradient
        return (parameters - scalars[0] * velocity, [velocity])
    }
}
