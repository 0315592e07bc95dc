import Settings
import TensorGraph

/// `p' = p - rate * g`
package struct StochasticGradientDescent: Optimizer {
    package static let identifier = "sgd"
    package let slotNames: [String] = []
    package let scalarCount = 1

    package init(settings: SettingsTable) throws {}

    package func writeScalars(
        learningRate: Double, update: Int, into scalars: UnsafeMutableBufferPointer<Float>
    ) {
        scalars[0] = Float(learningRate)
    }

    package func update(
        parameters: Value, gradient: Value, slots: [Value], scalars: [Value]
    ) -> (parameters: Value, slots: [Value]) {
        (parameters - scalars[0] * gradient, [])
    }
}
