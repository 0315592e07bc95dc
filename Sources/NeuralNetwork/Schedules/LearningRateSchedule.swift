import Settings

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A factor on the learning rate that follows the population's step.
package protocol LearningRateSchedule: Catalogued {
    /// The factor at `step` (from 1) of `steps`.
    func factor(step: Int, of steps: Int) -> Double
    /// Whether the factor depends on how many steps the run has.
    var dependsOnSteps: Bool { get }
}

package enum LearningRateSchedules {
    package static let catalog: [any LearningRateSchedule.Type] = [
        ConstantSchedule.self, LinearSchedule.self, CosineSchedule.self, StepSchedule.self,
    ]
}

/// 1
package struct ConstantSchedule: LearningRateSchedule {
    package static let identifier = "constant"
    package let dependsOnSteps = false

    package init(settings: SettingsTable) throws {}
    package func factor(step: Int, of steps: Int) -> Double { 1 }
}

/// From 1 at the first step to `schedule_end` after the last, in a straight line.
package struct LinearSchedule: LearningRateSchedule {
    package static let identifier = "linear"
    package let dependsOnSteps = true
    package let end: Double

    package init(settings: SettingsTable) throws { end = try settings.scheduleEnd() }

    package func factor(step: Int, of steps: Int) -> Double {
        1 + (end - 1) * Double(step - 1) / Double(steps)
    }
}

/// `end + (1 - end) (1 + cos(pi (step - 1) / steps)) / 2` (Loshchilov and Hutter 2016,
/// arXiv 1608.03983, without restarts).
package struct CosineSchedule: LearningRateSchedule {
    package static let identifier = "cosine"
    package let dependsOnSteps = true
    package let end: Double

    package init(settings: SettingsTable) throws { end = try settings.scheduleEnd() }

    package func factor(step: Int, of steps: Int) -> Double {
        end + (1 - end) * (1 + cos(Double.pi * Double(step - 1) / Double(steps))) / 2
    }
}

/// `schedule_factor ^ floor((step - 1) / schedule_every)`
package struct StepSchedule: LearningRateSchedule {
    package static let identifier = "step"
    package let dependsOnSteps = false
    package let factor: Double
    package let every: Int

    package init(settings: SettingsTable) throws {
        every = try settings.integer(
            "schedule_every", default: 10_000, in: 1...Int.max, unit: "steps",
            "Steps between two drops of the learning rate.")
        factor = try settings.number(
            "schedule_factor", default: 0.5, in: .positive, "What each drop multiplies by.")
    }

    package func factor(step: Int, of steps: Int) -> Double {
        pow(factor, Double((step - 1) / every))
    }
}

extension SettingsTable {
    fileprivate func scheduleEnd() throws -> Double {
        try number(
            "schedule_end", default: 0, in: .unitInterval,
            "Factor on the learning rate after the last step.")
    }
}
