import Settings
import TensorGraph

/// Everything that `[optimizer.generator]` or `[optimizer.discriminator]` says.
package struct UpdateRule: Sendable {
    package let optimizer: any Optimizer
    package let schedule: any LearningRateSchedule
    package let learningRate: Double
    /// The largest Euclidean norm of the whole gradient; 0 = unlimited.
    package let clipNorm: Double

    package init(settings: SettingsTable) throws {
        optimizer =
            try settings.chosen(
                "name", from: Optimizers.catalog, default: Adam.identifier,
                "Rule that turns gradients into updates.") as! any Optimizer
        learningRate = try settings.number(
            "learning_rate", default: 1e-3, in: .positive, "Size of an update.")
        schedule =
            try settings.chosen(
                "schedule", from: LearningRateSchedules.catalog,
                default: ConstantSchedule.identifier,
                "How the learning rate changes over the run.") as! any LearningRateSchedule
        clipNorm = try settings.number(
            "clip_norm", default: 0, in: .nonNegative,
            "Largest norm of the whole gradient; 0 = no limit.")
    }

    /// The gradient, scaled down to `clipNorm` where it is longer
    /// (`g * min(1, clip / (|g| + 1e-6))`, as PyTorch's `clip_grad_norm_`).
    package func clipped(_ gradient: Value) -> Value {
        guard clipNorm > 0 else { return gradient }
        let norm = (gradient * gradient).sum().squareRoot()
        let factor = gradient.graph.constant(clipNorm) / (norm + 1e-6)
        return gradient * factor.minimum(gradient.graph.constant(1))
    }
}
