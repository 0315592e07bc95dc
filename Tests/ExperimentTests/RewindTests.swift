import Adversarial
import Experiment
import FileFormats
import NeuralNetwork
import Population
import Randomness
import Recording
import Testing

/// `[failure]`: a round in which a number was not finite is trained again with other noise, and
/// nothing of it is left.
struct RewindTests {
    /// Latents are single numbers z of a generator that, once poisoned, fails where z is large.
    private let overrides = [
        "failure.on_nan=rewind", "data.batch_size=2",
        "generator.latent_size=1", "generator.hidden=[1]",
        "generator.normalization=none", "generator.dropout=0",
        "optimizer.generator.name=sgd", "optimizer.generator.learning_rate=1e-300",
        "discriminator.normalization=none", "swap.hash=all", "steps=40",
    ]

    private static let factor: Float = 3e38

    /// `G(z) = 0 relu(factor z)`: 0, or not a number where the product is infinite. The rate above
    /// is 0 in `Float`, so that it stays like this.
    private func poison(_ state: PopulationState, _ pairs: [Int], _ plan: ExperimentPlan) {
        let layout = plan.model.generator.parameters
        for pair in pairs {
            let elements = state.generators[pair].parameters.elements
            elements.update(repeating: 0)
            elements[layout["dense1.weight"].offset] = Self.factor
        }
    }

    private func run(
        _ more: [String] = [], interval: Int = 2, maximum: Int = 100, poisoned: [Int],
        workers: Int = 1
    ) throws -> FinishedRun {
        let all =
            overrides + more + ["swap.interval=\(interval)", "failure.max_rewinds=\(maximum)"]
        let plan = try loadPlan(all, in: TemporaryFolder())
        return try FinishedRun(all, workers: workers) { poison($0, poisoned, plan) }
    }

    private struct Attempts: Equatable {
        var count = 0
        var failedStep = 0
    }

    /// What a poisoned pair must do, from its latents alone: those of step t in attempt a are
    /// finite for the updates of both networks, or the attempt ends there.
    private func expected(
        _ pair: Int, _ steps: ClosedRange<Int>, atMost maximum: Int = 101
    ) -> Attempts {
        func isFailing(_ step: Int, _ attempt: Int) -> Bool {
            (0...1).contains { update in
                var latents: [Float] = [0, 0]
                let stream = RandomStream(
                    seed: 3, step: UInt32(step), member: UInt32(pair), purpose: .latent,
                    update: UInt16(update), attempt: UInt8(attempt))
                latents.withUnsafeMutableBufferPointer { stream.fillNormal($0) }
                return latents.contains { $0 * Self.factor == .infinity }
            }
        }
        var attempts = Attempts()
        while attempts.count < maximum,
            let step = steps.first(where: { isFailing($0, attempts.count) })
        {
            attempts.count += 1
            attempts.failedStep = step
        }
        return attempts
    }

    private func attempts(_ row: Row, pair: Int, of pairs: Int) -> Attempts {
        row.bytes.withUnsafeBytes {
            Attempts(
                count: Int($0.loadUnaligned(fromByteOffset: 4 * pair, as: Int32.self)),
                failedStep: Int(
                    $0.loadUnaligned(fromByteOffset: 4 * pairs + 8 * pair, as: Int64.self)))
        }
    }

    private func vectors(_ state: PopulationState) -> [[FloatVector]] {
        state.generators.indices.map { member in
            [
                state.generators[member].parameters, state.generatorOptimizers[member].slots,
                state.generatorStatistics[member], state.discriminators[member].parameters,
                state.discriminatorOptimizers[member].slots,
                state.discriminatorStatistics[member],
            ]
        }
    }

    private func isFinite(_ vectors: [FloatVector]) -> Bool {
        vectors.allSatisfy { $0.elements.allSatisfy(\.isFinite) }
    }

    @Test(arguments: [[], ["evaluate.every=10", "evaluate.metrics=[\"modes\"]"]])
    func theLogHasEveryRewind(more: [String]) throws {
        let run = try run(more, poisoned: [0, 2], workers: 2)
        #expect(run.ending == .finished)
        #expect(vectors(run.state).allSatisfy(isFinite))
        let rows = try run.bits().rewind
        var (counts, total) = (Set<Int>(), 0)
        for last in 1...40 {
            let row = rows.first { $0.axis == last }
            for pair in 0..<3 {
                // Every step is recorded, so that every step is a round.
                let expected = pair == 1 ? Attempts() : expected(pair, last...last)
                let actual = row.map { attempts($0, pair: pair, of: 3) } ?? Attempts()
                #expect(actual == expected, "step \(last), pair \(pair)")
                counts.insert(expected.count)
                total += expected.count
            }
        }
        #expect(counts.isSuperset(of: [0, 1, 2]) && rows.count < 40)
        #expect(Set(rows.map(\.axis)).count == rows.count)
        #expect(run.session.run.progress.snapshot.rewinds == total)
        let log = try HDF5File.openForReading(RunDirectory.logPath(run.session.directory))
        let steps = try log.root.openGroup("rewind").openDataset("step", type: .int64)
        #expect(steps.shape == [rows.count])
    }

    /// The same rounds by hand, each with the noise of the attempt that passes and no other.
    @Test func nothingIsLeftOfFailedAttempts() throws {
        let run = try run(["record.metrics_every=4"], interval: 0, poisoned: [1])
        let plan = run.plan
        let state = PopulationState(plan)
        poison(state, [1], plan)
        let trainer = PairTrainer(
            model: plan.model, plans: TrainingPlans(plan.model), data: plan.data,
            steps: plan.steps, warmupSteps: 0)
        var failedLate = 0
        for first in stride(from: 1, to: 40, by: 4) {
            let attempts = expected(1, first...(first + 3))
            let failure = trainer.train(
                state.seat(1, discriminator: 1), from: first, through: first + 3,
                attempt: attempts.count, observesGradients: true)
            #expect(failure == nil)
            if attempts.failedStep > first { failedLate += 1 }
        }
        #expect(failedLate > 0)
        let (actual, byHand) = (vectors(run.state)[1], vectors(state)[1])
        for (one, other) in zip(actual, byHand) {
            #expect(one.elements.map(\.bitPattern) == other.elements.map(\.bitPattern))
        }
        #expect(run.state.discriminatorOptimizers[1].updateCount == 40)
    }

    @Test func otherPairsAreNotTouched() throws {
        let recording = ["record.metrics_every=2"]
        let poisoned = try run(recording, interval: 0, poisoned: [1])
        #expect(poisoned.session.run.progress.snapshot.rewinds > 0)
        let healthy = try run(recording, interval: 0, poisoned: [])
        for pair in [0, 2] {
            #expect(try poisoned.bits().generators[pair] == healthy.bits().generators[pair])
            #expect(
                try poisoned.bits().discriminators[pair] == healthy.bits().discriminators[pair])
        }
        #expect(try poisoned.bits().discriminators[1] != healthy.bits().discriminators[1])
    }

    @Test func withoutAFailureNothingIsDifferent() throws {
        for workers in [1, 3] {
            let stopping = try FinishedRun(["swap.interval=3"], workers: workers)
            let rewinding = try FinishedRun(
                ["swap.interval=3", "failure.on_nan=rewind"], workers: workers)
            #expect(try stopping.bits() == rewinding.bits())
            #expect(try rewinding.bits().rewind.isEmpty)
            #expect(stopping.session.run.snapshotCount == 0)
            #expect(rewinding.session.run.snapshotCount == workers)
            let log = try HDF5File.openForReading(
                RunDirectory.logPath(stopping.session.directory))
            #expect(throws: (any Error).self) { try log.root.openGroup("rewind") }
        }
    }

    @Test(arguments: rules) func workersChangeNoBit(rule: String) throws {
        let more = [
            "population.pairs=5", "swap.optimizer_state=\(rule)", "record.metrics_every=7",
            "record.checkpoint_every=9",
        ]
        let reference = try run(more, poisoned: [0, 1, 3]).bits()
        #expect(reference.rewind.count > 5 && reference.swap.count == 19)
        for workers in [2, 8] {
            #expect(try run(more, poisoned: [0, 1, 3], workers: workers).bits() == reference)
        }
    }

    /// A round that is trained again begins with what the swap before it left.
    @Test(arguments: ["swap-and-return", "reinitialize", "perturb", "average"])
    func disturbancesAreMadeOnce(policy: String) throws {
        let more = ["swap.policy=\(policy)", "record.metrics_every=7"]
        let reference = try run(more, interval: 4, poisoned: [0, 2]).bits()
        #expect(reference.rewind.count > 2)
        #expect(reference.swap.count == (policy == "swap-and-return" ? 18 : 9))
        #expect(try run(more, interval: 4, poisoned: [0, 2], workers: 3).bits() == reference)
    }

    /// The lowest step that fails in a last attempt ends the run.
    @Test(arguments: [1, 2, 8]) func attemptsRunOut(workers: Int) throws {
        var lowest: (step: Int, pair: Int)?
        var first = 1
        while lowest == nil {
            for pair in [0, 2] {
                let attempts = expected(pair, first...(first + 1), atMost: 3)
                guard attempts.count == 3 else { continue }
                let found = (step: attempts.failedStep, pair: pair)
                if lowest.map({ found < $0 }) ?? true { lowest = found }
            }
            first += 2
        }
        let expected = try #require(lowest)
        let run = try run(
            ["record.metrics_every=0"], maximum: 2, poisoned: [0, 2], workers: workers)
        guard case .failed(let reason) = run.ending else {
            Issue.record("ended as \(run.ending)")
            return
        }
        #expect(reason.hasPrefix("step \(expected.step), pair \(expected.pair): "))
        #expect(reason.contains(" after 2 rewinds; "))
        // Rounds that ended well before it are logged.
        #expect(try run.bits().rewind.allSatisfy { $0.axis < expected.step })
    }

    /// What no noise mends ends the run as if there were no rewinds, and stays where it was.
    @Test(arguments: ["stop", "rewind"], [1, 2, 8])
    func whatCannotBeMendedStaysAtItsPair(response: String, workers: Int) throws {
        let more =
            response == "stop" ? [] : ["failure.on_nan=rewind", "failure.max_rewinds=2"]
        let suffix = response == "stop" ? "" : " after 2 rewinds"
        // The optimiser shows it only at the end of the first round, before the first swap.
        for (slot, tensor) in [(0, "dense1.weight"), (1, "optimizer.second_moment")] {
            let run = try FinishedRun(
                ["swap.interval=1", "swap.policy=rotation"] + more, workers: workers
            ) { $0.discriminatorOptimizers[1].slot(slot)[0] = .infinity }
            guard case .failed(let reason) = run.ending else {
                Issue.record("ended as \(run.ending)")
                continue
            }
            let expected = /step 1, pair 1: discriminator\.(\S+) is -?(?:nan|inf)(.*); try .*/
            let match = try #require(reason.wholeMatch(of: expected), "\(reason)")
            #expect(match.1 == tensor && match.2 == suffix)
            let vectors = vectors(run.state)
            #expect(isFinite(vectors[0]) && isFinite(vectors[2]))
            #expect(!isFinite(vectors[1]))
            #expect(try run.rows()["train"] == nil)
            #expect(try run.bits().rewind.isEmpty)
        }
    }
}
