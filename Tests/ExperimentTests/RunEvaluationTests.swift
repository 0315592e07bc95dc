import Experiment
import FileFormats
import Recording
import Settings
import Testing

struct RunEvaluationTests {
    private static let overrides = [
        "record.checkpoint_every=12", "evaluate.every=6", "evaluate.metrics=[\"modes\"]",
        "evaluate.samples=64",
    ]

    private func evaluation(
        _ run: FinishedRun, step: Int? = nil, _ metrics: [String] = [], samples: Int? = nil
    ) throws -> RunEvaluation {
        try RunEvaluation(
            directory: run.session.directory, step: step, metrics: metrics, samples: samples)
    }

    @Test func itSeesWhatTheRunSaw() throws {
        let run = try FinishedRun(Self.overrides)
        let during = try run.rows()["eval"]!.filter { $0.axis == 12 || $0.axis == 24 }
        for step in [12, 24] {
            let evaluation = try evaluation(run, step: step)
            #expect(try evaluation.record(evaluation.values()) == "evaluated_1")
        }
        #expect(during.count == 2)
        #expect(try run.rows()["evaluated_1"] == during)
    }

    @Test func otherMetricsHaveAGroupOfTheirOwn() throws {
        let run = try FinishedRun(Self.overrides)
        let first = try evaluation(run, ["kid", "high-quality"], samples: 50)
        #expect(first.step == 24 && first.differences.isEmpty)
        let values = first.values()
        #expect(values.count == 3 && values.allSatisfy { $0.count == first.columns.count })
        #expect(try first.record(values) == "evaluated_1")
        let second = try evaluation(run, ["modes"])
        #expect(try second.record(second.values()) == "evaluated_2")
    }

    /// The run is what it was: it can be proved, and go on.
    @Test func anEvaluatedRunVerifiesAndGoesOn() throws {
        let run = try FinishedRun(Self.overrides)
        for step in [12, 24] {
            let evaluation = try evaluation(run, step: step, ["high-quality"])
            _ = try evaluation.record(evaluation.values())
        }
        var failures: [String] = []
        try Verification(
            directory: run.session.directory, from: nil, through: nil, workers: 1
        ).run { if $0.verdict == .failed { failures.append("\($0)") } }
        #expect(failures.isEmpty)
        let longer = Self.overrides + ["steps=30"]
        let resumed = try FinishedRun(longer, in: run.folder, start: .resume(force: false))
        #expect(resumed.session.startStep == 24 && resumed.ending == .finished)
        #expect(try resumed.bits() == FinishedRun(longer).bits())
        #expect(try run.rows()["evaluated_1"]?.map(\.axis) == [12, 24])
    }

    @Test func whatCannotBeMeasuredIsNamed() throws {
        let run = try FinishedRun(["record.checkpoint_every=12"])
        #expect(throws: EvaluationError.self) { try evaluation(run) }
        #expect(throws: DataError.self) { try evaluation(run, step: 13, ["modes"]) }
        #expect(throws: SettingsError.self) { try evaluation(run, ["modes"], samples: 0) }
        #expect(throws: SettingsError.self) { try evaluation(run, ["no-such-metric"]) }
        let without = try FinishedRun()
        #expect(throws: DataError.self) { try evaluation(without, ["modes"]) }
    }
}
