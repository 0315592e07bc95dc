import Experiment
import FileFormats
import Foundation
import Recording
import Statistics
import Testing

/// The steps that generators take to recover from swaps, by the definition from `/train`.
@Suite struct RecoveryTests {
    private func settings(interval: Int = 60, recovery: Bool = true) -> [String] {
        [
            "record.recovery=\(recovery)", "steps=420", "swap.interval=\(interval)",
            "record.checkpoint_every=70",
        ]
    }

    /// One row of `/recovery`.
    private struct Reading: Equatable {
        let step: Int
        /// By pair; NaN is -1.
        let steps: [Double]
        let censored: [Int32]

        init(_ row: Row, pairs: Int) {
            step = row.axis
            (steps, censored) = row.bytes.withUnsafeBytes { bytes in
                (
                    (0..<pairs).map {
                        let value = bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self)
                        return value.isNaN ? -1 : value
                    },
                    (0..<pairs).map {
                        bytes.loadUnaligned(fromByteOffset: 8 * pairs + 4 * $0, as: Int32.self)
                    }
                )
            }
        }

        init(step: Int, steps: [Double], censored: [Int32]) {
            (self.step, self.steps, self.censored) = (step, steps, censored)
        }
    }

    private func readings(_ run: FinishedRun) throws -> [Reading] {
        try (run.rows()["recovery"] ?? []).map { Reading($0, pairs: run.plan.population.pairs) }
    }

    /// The definition, word by word, on all losses of `/train`.
    private func expected(_ run: FinishedRun) throws -> [Reading] {
        let (rows, pairs) = (try run.rows(), run.plan.population.pairs)
        let train = try #require(rows["train"])
        // Behind who sits with whom come d_loss, its two parts and the penalty.
        let losses = (0..<pairs).map { pair in
            train.map { Double($0.value(5, pair: pair, of: pairs) as Float) }
        }
        let swaps = try #require(rows["swap"]).map { row -> (step: Int, moved: [Bool]) in
            let step = row.bytes.withUnsafeBytes { $0.loadUnaligned(as: Int64.self) }
            return (
                Int(step),
                (0..<pairs).map { (row.value(0, pair: $0, of: pairs, skipping: 8) as Int32) != $0 }
            )
        }
        return swaps.enumerated().map { number, swap in
            let end = number + 1 < swaps.count ? swaps[number + 1].step : run.plan.steps
            var (steps, censored): ([Double], [Int32]) = ([], [])
            for pair in 0..<pairs {
                guard swap.moved[pair], swap.step >= 100 else {
                    steps.append(-1)
                    censored.append(0)
                    continue
                }
                let before = Array(losses[pair][(swap.step - 100)..<swap.step])
                let (mean, deviation) = (
                    Averages.mean(before), Averages.standardDeviation(before)
                )
                let first = (swap.step..<end).first { last in
                    last + 1 - swap.step >= 10
                        && abs(Averages.mean(Array(losses[pair][(last - 9)...last])) - mean)
                            <= 2 * deviation
                }
                steps.append(Double(first.map { $0 + 1 - swap.step } ?? end - swap.step))
                censored.append(first == nil ? 1 : 0)
            }
            return Reading(step: end, steps: steps, censored: censored)
        }
    }

    @Test(arguments: [60, 15]) func rowsAreWhatTheLossesSay(interval: Int) throws {
        let run = try FinishedRun(
            settings(interval: interval) + ["record.metrics_every=1"], workers: 2)
        let found = try readings(run)
        #expect(try found == expected(run))
        #expect(found.last?.step == 420 && found.first?.step == 2 * interval)
        #expect(found.contains { $0.steps.contains(-1) } && found.contains { $0.steps[0] >= 10 })
    }

    /// Fewer steps than a mean needs.
    @Test func shortIntervalsAreCensored() throws {
        let run = try FinishedRun(
            ["record.recovery=true", "steps=130", "swap.interval=9", "swap.policy=rotation"])
        let found = try readings(run).filter { $0.step > 108 && $0.step < 130 }
        #expect(found.map(\.step) == [117, 126])
        for reading in found {
            #expect(reading.steps == [9, 9, 9] && reading.censored == [1, 1, 1])
        }
    }

    /// Neither how often a run is recorded nor who does it changes a row.
    @Test func rowsDoNotDependOnWorkersOrRecording() throws {
        let first = try FinishedRun(settings())
        let reference = try readings(first)
        for (workers, every) in [(3, 1), (2, 0), (1, 17)] {
            let run = try FinishedRun(
                settings() + ["record.metrics_every=\(every)"], workers: workers)
            #expect(try readings(run) == reference)
        }
        let without = try FinishedRun(settings(recovery: false))
        #expect(try without.bits().state == first.bits().state)
        #expect(try without.rows()["recovery"] == nil)
    }

    /// What came before the checkpoint is in the checkpoint.
    @Test(arguments: ["random-matching", "best-with-worst", "swap-and-return"], [70, 210, 350])
    func aRunThatGoesOnHasTheSameRows(policy: String, step: Int) throws {
        let overrides = settings(interval: 35) + policySettings(policy)
        let whole = try FinishedRun(overrides, workers: 2)
        let directory = whole.session.directory
        let reference = try readings(whole)
        for later in Checkpoints.steps(in: directory) where later > step {
            try FileManager.default.removeItem(
                atPath: RunDirectory.checkpointPath(directory, step: later))
        }
        try FileManager.default.removeItem(atPath: RunDirectory.statusPath(directory))
        let resumed = try FinishedRun(
            overrides, workers: 3, in: whole.folder, start: .resume(force: false))
        #expect(resumed.session.startStep == step)
        #expect(try readings(resumed) == reference)
        var findings: [Finding] = []
        try Verification(directory: directory, from: step, through: nil, workers: 2)
            .run { findings.append($0) }
        #expect(!findings.contains { $0.verdict == .failed }, "\(findings)")
    }

    @Test func theClocksAreInTheCheckpoint() throws {
        let run = try FinishedRun(["record.recovery=true", "record.checkpoint_every=12"])
        let file = try run.checkpoint(step: 12)
        for pair in 0..<3 {
            #expect(file.tensor(named: "generator.\(pair).recovery.losses")?.shape == [200])
            let steps = try #require(file.tensor(named: "generator.\(pair).recovery.steps"))
            #expect(file.integers(of: steps, Int64.self) == [-1, 0])
        }
    }
}
