import NeuralNetwork
import OracleSupport
import Settings
import Testing

private let identifiers = LearningRateSchedules.catalog.map { $0.identifier }

private func schedule(
    _ identifier: String, _ toml: String = ""
) throws -> any LearningRateSchedule {
    let table = try settings("schedule = \"\(identifier)\"\n" + toml)
    let rule = try UpdateRule(settings: table)
    try table.finish()
    return rule.schedule
}

/// The factors at steps 1, 51 and 100 of 100, with `schedule_end` 0.2 or a drop to 0.3 every 40.
private let closedForms: [String: (toml: String, factors: [Double])] = [
    "constant": ("", [1, 1, 1]),
    "linear": ("schedule_end = 0.2", [1, 0.6, 0.208]),
    // cos(0.99 pi) = -0.99950656036573156
    "cosine": ("schedule_end = 0.2", [1, 0.6, 0.2 + 0.4 * (1 - 0.99950656036573156)]),
    "step": ("schedule_every = 40\nschedule_factor = 0.3", [1, 0.3, 0.09]),
]

@Suite struct LearningRateScheduleTests {
    @Test(arguments: identifiers) func firstMiddleAndLastStep(identifier: String) throws {
        let (toml, expected) = try #require(closedForms[identifier])
        let schedule = try schedule(identifier, toml)
        let factors = [1, 51, 100].map { schedule.factor(step: $0, of: 100) }
        #expect(difference(factors, expected, relative: 1e-14, absolute: 0) == nil)
    }

    @Test(arguments: identifiers) func factorsFallWithoutRising(identifier: String) throws {
        let schedule = try schedule(identifier)
        let factors = (1...1000).map { schedule.factor(step: $0, of: 1000) }
        #expect(factors[0] == 1)
        #expect(zip(factors, factors.dropFirst()).allSatisfy { $0 >= $1 && $1 > 0 })
    }

    /// A smooth schedule changes by pi / 2 / steps at most, and ends next to its end.
    @Test(arguments: ["constant", "linear", "cosine"]) func continuity(identifier: String) throws {
        let schedule = try schedule(identifier)
        let factors = (1...1001).map { schedule.factor(step: $0, of: 1000) }
        #expect(zip(factors, factors.dropFirst()).allSatisfy { $0 - $1 <= .pi / 2000 + 1e-12 })
        #expect(abs(factors[1000] - (identifier == "constant" ? 1 : 0)) < 1e-12)
    }

    @Test func stepsDropRightAfterEachPeriod() throws {
        let schedule = try schedule("step", "schedule_every = 10\nschedule_factor = 0.5")
        let factors = [10, 11, 20, 21, 31].map { schedule.factor(step: $0, of: 40) }
        #expect(factors == [1, 0.5, 0.5, 0.25, 0.125])
    }

    @Test(arguments: identifiers) func onlyDeclaredSchedulesNeedTheLength(
        identifier: String
    ) throws {
        let schedule = try schedule(identifier)
        let (short, long) = (
            schedule.factor(step: 50, of: 100), schedule.factor(step: 50, of: 1000)
        )
        #expect((short != long) == schedule.dependsOnSteps)
    }

    @Test(arguments: [
        ("linear", "schedule_end = 1.5"), ("cosine", "schedule_end = -0.1"),
        ("step", "schedule_every = 0"), ("step", "schedule_factor = 0"),
        ("step", "schedule_end = 0"), ("constant", "schedule_end = 0"),
    ])
    func badSettingsAreRefused(identifier: String, toml: String) {
        #expect(throws: SettingsError.self) { try schedule(identifier, toml) }
    }
}
