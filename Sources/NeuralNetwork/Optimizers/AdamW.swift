import Settings
import TensorGraph

/// Adam on `p (1 - rate * weight_decay)` (Loshchilov and Hutter 2017, arXiv 1711.05101).
package struct AdamW: Optimizer {
    package static let identifier = "adamw"
    package let adam: Adam
    package let weightDecay: Double
    package var slotNames: [String] { adam.slotNames }
    package var scalarCount: Int { adam.scalarCount + 1 }

    package init(settings: SettingsTable) throws {
        adam = try Adam(settings: settings)
        weightDecay = try settings.number(
            "weight_decay", default: 0.01, in: .nonNegative,
            "Share of each parameter, times the learning rate, that an update removes.")
    }

    package func writeScalars(
        learningRate: Double, update: Int, into scalars: UnsafeMutableBufferPointer<Float>
    ) {
        adam.writeScalars(learningRate: learningRate, update: update, into: scalars)
        scalars[adam.scalarCount] = Float(1 - learningRate * weightDecay)
    }

    package func update(
        parameters: Value, gradient: Value, slots: [Value], scalars: [Value]
    ) -> (parameters: Value, slots: [Value]) {
        adam.update(
            parameters: parameters * scalars[adam.scalarCount], gradient: gradient, slots: slots,
            scalars: scalars)
    }
}
