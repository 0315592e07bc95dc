import Evaluation
import Experiment
import FileFormats
import Foundation
import Recording
import Testing

struct RunEvaluationTests {
    private static let overrides = [
        "record.checkpoint_every=12", "evaluate.every=6", "evaluate.metrics=[\"modes\"]",
        "evaluate.samples=64",
    ]

    private func evaluation(
        _ run: FinishedRun, step: Int? = nil, _ metrics: [String] = [], measures: [String] = [],
        samples: Int? = nil
    ) throws -> RunEvaluation {
        var request = RunEvaluation.Request()
        (request.metrics, request.measures, request.samples) = (metrics, measures, samples)
        return try RunEvaluation(directory: run.session.directory, step: step, request)
    }

    @Test func itSeesWhatTheRunSaw() throws {
        let run = try FinishedRun(Self.overrides)
        let during = try run.rows()["eval"]!.filter { $0.axis == 12 || $0.axis == 24 }
        for step in [12, 24] {
            let evaluation = try evaluation(run, step: step)
            #expect(try evaluation.record(evaluation.rows()) == ["eval_1"])
        }
        #expect(during.count == 2)
        #expect(try run.rows()["eval_1"] == during)
    }

    @Test func otherMetricsHaveAGroupOfTheirOwn() throws {
        let run = try FinishedRun(Self.overrides)
        let first = try evaluation(run, ["kid", "high-quality"], samples: 50)
        #expect(first.step == 24 && first.differences.isEmpty)
        let rows = try first.rows()
        #expect(rows.count == 1 && rows[0].columns.allSatisfy { $0.values.count == 3 })
        #expect(try first.record(rows) == ["eval_1"])
        let second = try evaluation(run, ["modes"])
        #expect(try second.record(second.rows()) == ["eval_2"])
    }

    @Test func thePopulationIsMeasuredAsDuringTheRun() throws {
        let measures = ["cross-play", "coupling"]
        let run = try FinishedRun(
            Self.overrides + ["evaluate.population=[\"cross-play\", \"coupling\"]"])
        let again = try evaluation(run, step: 12, measures: measures)
        #expect(try again.record(again.rows()) == ["crossplay_1", "population_1"])
        let all = try evaluation(run, step: 24)
        #expect(try all.record(all.rows()) == ["eval_1", "crossplay_1", "population_1"])
        var request = RunEvaluation.Request()
        (request.measures, request.criterion) = (["best-member"], "modes")
        let best = try RunEvaluation(directory: run.session.directory, step: 24, request).rows()
        let member = try #require(best.last?.columns.first { $0.name == "best_member" })
        #expect((0...2).contains(member.values[0]))
        let rows = try run.rows()
        for name in ["crossplay", "population"] {
            let during = rows[name]!.filter { $0.axis == 12 || $0.axis == 24 }
            #expect(during.count == 2 && rows["\(name)_1"] == during)
        }
    }

    /// Keys that belong to what the experiment asked for do not stand in the way of a question, and
    /// the number of samples counts for measures as well.
    @Test func otherKeysOfTheExperimentAreNoHindrance() throws {
        let run = try FinishedRun(
            Self.overrides.filter { !$0.hasPrefix("evaluate.metrics") } + [
                "evaluate.metrics=[\"modes\", \"frechet\"]", "evaluate.real_samples=60",
                "evaluate.population=[\"best-member\"]", "evaluate.criterion=frechet",
                "evaluate.population_samples=40", "evaluate.population_every=12",
            ])
        for (metrics, measures) in [(["modes"], []), ([], ["coupling"]), (["kid"], ["coupling"])] {
            #expect(try !evaluation(run, metrics, measures: measures).rows().isEmpty)
        }
        let rows = try evaluation(run, samples: 30).rows()
        _ = try evaluation(run, samples: 30).record(rows)
        let file = try HDF5File.openForReading(RunDirectory.logPath(run.session.directory))
        for group in ["eval_1", "population_1"] {
            #expect(try file.root.openGroup(group).textAttribute("samples") == "30")
        }
        try file.close()
    }

    /// Nobody has typed the keys that a question changes.
    @Test func errorsNameTheOptionThatAsks() throws {
        let run = try FinishedRun(Self.overrides)
        func error(_ change: (inout RunEvaluation.Request) -> Void) throws -> String {
            var request = RunEvaluation.Request()
            change(&request)
            return try #require(throws: EvaluationError.self) {
                try RunEvaluation(directory: run.session.directory, step: nil, request)
            }.description
        }
        #expect(try error { $0.metrics = ["stacked-modes"] }.hasPrefix("--metric: the classifier"))
        let criterion = try error { ($0.measures, $0.criterion) = (["best-member"], "beauty") }
        #expect(criterion.hasPrefix("--criterion: expected one of modes"))
        let missing = try error { $0.measures = ["best-member"] }
        #expect(missing.hasPrefix("--criterion: required, and not given; expected one of modes"))
        let unmeasured = try error {
            ($0.measures, $0.criterion) = (["best-member"], "reverse_kl")
        }
        #expect(unmeasured.hasSuffix("--metric has to name a metric that has it"))
        #expect(try error { $0.samples = 10_000_001 }.contains("from 1 to 10000000"))
    }

    @Test func whoChoosesByNoMetricHearsOfTheOption() throws {
        let run = try FinishedRun(["record.checkpoint_every=12"])
        var request = RunEvaluation.Request()
        (request.measures, request.criterion) = (["best-member"], "modes")
        let error = try #require(throws: EvaluationError.self) {
            try RunEvaluation(directory: run.session.directory, step: nil, request)
        }
        #expect(error.description == "--population: best-member needs metrics: --metric names them")
        let above = try #require(throws: DataError.self) {
            try RunEvaluation(directory: run.folder.path, step: nil, request)
        }
        #expect(above.message.hasSuffix("; a run's folder is results/NAME/RUN"))
    }

    @Test func aRunThatIsWrittenIsRefusedBeforeItIsMeasured() throws {
        let run = try FinishedRun(Self.overrides)
        let evaluation = try evaluation(run)
        try evaluation.requireUnused()
        let lock = try RunLock(directory: run.session.directory)
        #expect(throws: RecordingError.self) { try evaluation.requireUnused() }
        lock.release()
        let renamed = RunDirectory.checkpointPath(run.session.directory, step: 36)
        try FileManager.default.copyItem(
            atPath: RunDirectory.checkpointPath(run.session.directory, step: 12), toPath: renamed)
        #expect(throws: DataError.self) { try self.evaluation(run, step: 36) }
    }

    /// The run is what it was: it can be proved, and go on.
    @Test func anEvaluatedRunVerifiesAndGoesOn() throws {
        let run = try FinishedRun(Self.overrides)
        for step in [12, 24] {
            let evaluation = try evaluation(run, step: step, ["high-quality"])
            _ = try evaluation.record(evaluation.rows())
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
        #expect(try run.rows()["eval_1"]?.map(\.axis) == [12, 24])
    }

    private func judged(
        _ run: FinishedRun, steps: Int = 0, by judges: [String] = [], samples: Int = 200
    ) throws -> [EvaluatedRow] {
        var request = RunEvaluation.Request()
        (request.judgeSteps, request.judges, request.samples) = (steps, judges, samples)
        let evaluation = try RunEvaluation(
            directory: run.session.directory, step: nil, request)
        let rows = try evaluation.rows()
        _ = try evaluation.record(rows)
        return rows
    }

    /// A judge tells an untrained generator from the ring with ease, and is deterministic.
    @Test func aJudgeTellsPoorSamples() throws {
        let run = try FinishedRun([
            "record.checkpoint_every=24", "discriminator.hidden=[64]",
            "discriminator.normalization=none", "discriminator.dropout=0.0",
            "optimizer.discriminator.learning_rate=0.01",
        ])
        let before = try run.bits()
        let first = try judged(run, steps: 2000)
        #expect(first.count == 1)
        let values = Dictionary(
            uniqueKeysWithValues: first[0].columns.map { ($0.name, $0.values) })
        #expect(values.keys.sorted() == JudgeVerdict.columns.map(\.name).sorted())
        #expect(values["c2st_accuracy"]!.allSatisfy { $0 > 0.7 && $0 <= 1 })
        #expect(values["c2st_p"]!.allSatisfy { $0 < 1e-6 })
        #expect(values["judge_loss"]!.allSatisfy { $0 > 0 && $0 < 1.386 })
        let again = try judged(run, steps: 2000)
        #expect(again[0].columns.map(\.values) == first[0].columns.map(\.values))
        // The generators are at rest.
        #expect(try run.bits() == before)
        #expect(try run.rows()["judge_1"]?.count == 1 && run.rows()["judge_2"]?.count == 1)
    }

    @Test func discriminatorsOfOtherRunsAreJudges() throws {
        let run = try FinishedRun(["record.checkpoint_every=24"])
        let other = try FinishedRun(["record.checkpoint_every=24", "population.pairs=2", "seed=9"])
        let rows = try judged(run, by: [other.session.directory])
        #expect(rows.count == 1 && rows[0].columns.map(\.name) == ["acceptance_0", "acceptance_1"])
        #expect(rows[0].columns.allSatisfy { $0.values.count == 3 })
        // Five swaps have left each in the other's seat.
        for (index, column) in rows[0].columns.enumerated() {
            let judge = "discriminator \(index) of \(other.session.directory) at step 24"
            #expect(column.meaning == "share of samples that \(judge) calls real")
        }
        #expect(rows[0].columns.flatMap(\.values).allSatisfy { (0...1).contains($0) })
        let critic = try FinishedRun(
            ["record.checkpoint_every=24", "loss.name=wgan", "population.pairs=2"])
        let silent = try judged(run, by: [critic.session.directory])
        #expect(silent[0].columns.flatMap(\.values).allSatisfy { $0.isNaN })
        let data = "\(run.folder.path)/solid.npy"
        try NPYFile.write(path: data, [Float](repeating: 1, count: 64 * 30), shape: [64, 30])
        let solid = try FinishedRun(
            ["record.checkpoint_every=24", "data.source=npy", "data.path=\(data)"],
            text: smallExperiment.replacing("count = 64\n", with: ""))
        #expect(throws: EvaluationError.self) {
            try judged(run, by: [solid.session.directory])
        }
        #expect(throws: EvaluationError.self) {
            try judged(solid, by: [solid.session.directory], samples: 10_000_000)
        }
    }

    /// Files of raw samples give the values that raw features have.
    @Test func featuresOfOtherProgramsAreCompared() throws {
        let run = try FinishedRun(["record.checkpoint_every=24", "population.pairs=2"])
        let real = "\(run.folder.path)/real.npy"
        let values = (0..<60).map { Float($0 % 7) - Float($0 % 5) }
        try NPYFile.write(path: real, values, shape: [30, 2])
        let files = try (0..<2).map { member in
            let path = "\(run.folder.path)/\(member).npy"
            let shifted = values.map { $0 + Float(member) }
            try NPYFile.write(path: path, shifted, shape: [30, 2])
            return path
        }
        var request = RunEvaluation.Request()
        (request.realFeatures, request.generatedFeatures) = (real, files)
        request.metrics = ["frechet"]
        let directory = run.session.directory
        let evaluation = try RunEvaluation(directory: directory, step: nil, request)
        let rows = try evaluation.rows()
        // The same values, and the same moved by (1, 1).
        let distances = rows[0].columns[0].values
        #expect(abs(distances[0]) < 1e-9 && abs(distances[1] - 2) < 1e-9)
        #expect(try evaluation.record(rows) == ["eval_1"])
        request.metrics = ["modes"]
        #expect(throws: EvaluationError.self) {
            try RunEvaluation(directory: directory, step: nil, request)
        }
        request.generatedFeatures = [files[0]]
        #expect(throws: EvaluationError.self) {
            try RunEvaluation(directory: directory, step: nil, request)
        }
    }

    @Test func whatCannotBeMeasuredIsNamed() throws {
        let run = try FinishedRun(["record.checkpoint_every=12"])
        #expect(throws: EvaluationError.self) { try evaluation(run) }
        #expect(throws: MissingCheckpointError.self) { try evaluation(run, step: 13, ["modes"]) }
        #expect(throws: EvaluationError.self) { try evaluation(run, ["modes"], samples: 0) }
        #expect(throws: EvaluationError.self) { try evaluation(run, ["no-such-metric"]) }
        let without = try FinishedRun()
        #expect(throws: DataError.self) { try evaluation(without, ["modes"]) }
    }
}
