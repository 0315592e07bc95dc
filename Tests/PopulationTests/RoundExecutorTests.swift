import Population
import Randomness
import Synchronization
import Testing
import Threads

@Suite struct RoundExecutorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let policy: String
        let pairs: Int
        let interval: Int

        var testDescription: String { "\(policy), N = \(pairs), K = \(interval)" }

        var schedule: RoundSchedule {
            var schedule = RoundSchedule(steps: 40)
            schedule.swapInterval = interval
            schedule.metricsEvery = 6
            schedule.evaluateEvery = 9
            schedule.samplesEvery = 15
            schedule.checkpointEvery = 11
            schedule.recordAfterSwap = 1
            schedule.swapReturnAfter = returnAfter
            return schedule
        }

        var returnAfter: Int { policy == "swap-and-return" ? 1 : 0 }

        static let all = policyIdentifiers.flatMap { policy in
            [1, 2, 5, 6].flatMap { pairs in
                [0, 1, 3, 7].map { Case(policy: policy, pairs: pairs, interval: $0) }
            }
        }.filter { $0.interval != $0.returnAfter || $0.interval == 0 }
    }

    /// The rounds one after the other, in a plain loop without rounds, rings or dependencies.
    private func reference(_ test: Case) throws -> [UInt64] {
        let policy = try makePolicy(test.policy)
        var pairing = Pairing.initial(pairs: test.pairs)
        var generators = (0..<test.pairs).map { mix(UInt64($0), 1) }
        var discriminators = (0..<test.pairs).map { mix(UInt64($0), 2) }
        var event = 0
        for step in 1...test.schedule.steps {
            for pair in 0..<test.pairs {
                let seat = pairing.discriminatorOfPair[pair]
                let discriminator = mix(discriminators[seat], generators[pair])
                discriminators[seat] = mix(discriminator, UInt64(step))
                generators[pair] = mix(generators[pair], discriminator)
            }
            if test.schedule.swaps(after: step) {
                event += 1
                let number = test.returnAfter > 0 ? (event + 1) / 2 : event
                let stream = RandomStream(
                    seed: 5, step: UInt32(number), member: 0, purpose: .matching)
                let decision = policy.decision(
                    for: pairing, event: event, stream: stream, scores: generators.map(score))
                discriminators.withUnsafeMutableBufferPointer { combine(decision, $0) }
                for (index, action) in decision.actions.enumerated() {
                    discriminators[index] = disturbed(
                        discriminators[index], action, index, event: event)
                }
                pairing = decision.pairing
            }
        }
        return generators + discriminators
    }

    @Test(arguments: Case.all) func anyNumberOfWorkersGivesTheSameBits(test: Case) throws {
        let (expected, policy) = (try reference(test), try makePolicy(test.policy))
        var passed: [PassedBoundary]?
        for workers in [1, 2, 3, 4, 8] {
            let model = PopulationModel(
                pairs: test.pairs, delayed: workers > 1, hasScores: policy.needsScores)
            let executor = RoundExecutor(
                schedule: test.schedule, policy: try makePolicy(test.policy), seed: 5,
                pairing: .initial(pairs: test.pairs), pool: WorkerPool(count: workers))
            #expect(executor.run(model) == .finished)
            #expect(model.complaints == [])
            #expect(model.states == expected, "\(workers) workers")
            #expect(model.passed == passed ?? model.passed, "\(workers) workers")
            #expect(model.lineage.replay() == executor.pairing)
            #expect(model.lineage.events.count == test.schedule.swapCount)
            passed = model.passed
        }
    }

    @Test func boundariesAreThoseOfTheSchedule() throws {
        let test = Case(policy: "rotation", pairs: 3, interval: 7)
        let model = PopulationModel(pairs: 3)
        let executor = RoundExecutor(
            schedule: test.schedule, policy: try makePolicy(test.policy), seed: 5,
            pairing: .initial(pairs: 3), pool: WorkerPool(count: 2))
        _ = executor.run(model)
        var expected = [0]
        while let step = expected.last, step < 40 {
            expected.append(test.schedule.roundEnd(after: step))
        }
        let boundaries = model.passed.map(\.boundary)
        #expect(boundaries.map(\.step) == expected)
        #expect(boundaries.map(\.actions) == expected.map(test.schedule.actions(at:)))
        #expect(boundaries.map(\.departure) == expected.map(test.schedule.swapEvent(after:)))
        #expect(
            boundaries.compactMap(\.arrival).map(\.step) == expected.filter(test.schedule.swaps))
    }

    /// Stopped anywhere and taken up again, the population arrives where it would have anyway.
    @Test(arguments: policyIdentifiers, [1, 2, 4]) func stopsWithAllAtOneStep(
        policy: String, workers: Int
    ) throws {
        let test = Case(policy: policy, pairs: 5, interval: 3)
        let expected = try reference(test)
        let pool = WorkerPool(count: workers)
        for stopAt in 0..<60 {
            let stopper = Stopper(after: stopAt)
            let model = PopulationModel(
                pairs: 5, delayed: true, hasScores: try makePolicy(policy).needsScores,
                began: { _ in stopper.count() })
            let executor = RoundExecutor(
                schedule: test.schedule, policy: try makePolicy(policy), seed: 5,
                pairing: .initial(pairs: 5), pool: pool)
            stopper.attach(executor)
            let outcome = executor.run(model)
            #expect(model.complaints == [])
            #expect(executor.pairing == model.lineage.replay())
            let step = try #require(model.passed.last?.boundary.step)
            #expect(model.steps == Array(repeating: step, count: 5))
            guard outcome != .finished else { continue }
            #expect(outcome == .stopped(atStep: step))
            model.beginAnotherRun()
            let successor = RoundExecutor(
                schedule: test.schedule, policy: try makePolicy(policy), seed: 5,
                pairing: executor.pairing, startStep: step, pool: pool)
            #expect(successor.run(model) == .finished)
            #expect(model.states == expected)
            #expect(model.complaints == [])
        }
    }

    @Test func stopBeforeTheStartRunsNothing() throws {
        let model = PopulationModel(pairs: 2)
        let executor = RoundExecutor(
            schedule: RoundSchedule(steps: 10), policy: try makePolicy("rotation"), seed: 1,
            pairing: .initial(pairs: 2), pool: WorkerPool(count: 2))
        executor.requestStop()
        #expect(executor.run(model) == .stopped(atStep: 0))
        #expect(model.passed.isEmpty && executor.pairing == .initial(pairs: 2))
    }

    @Test func stopFromAnotherThreadEndsALongRun() throws {
        let model = PopulationModel(pairs: 3)
        let executor = RoundExecutor(
            schedule: RoundSchedule(steps: Int(UInt32.max)), policy: try makePolicy("rotation"),
            seed: 1, pairing: .initial(pairs: 3), pool: WorkerPool(count: 2))
        let thread = SystemThread {
            let lock = Lock()
            _ = lock.withLock { Condition().wait(lock, seconds: 0.01) }
            executor.requestStop()
        }
        let outcome = executor.run(model)
        thread.join()
        #expect(outcome == .stopped(atStep: model.steps[0]))
        #expect(Set(model.steps).count == 1)
    }

    /// Several pairs fail at different steps; the later ones must not hide the lowest.
    @Test(arguments: policyIdentifiers, [0, 1, 3, 7]) func reportsTheLowestFailure(
        policy: String, interval: Int
    ) throws {
        var schedule = RoundSchedule(steps: 60)
        schedule.swapInterval = interval
        schedule.metricsEvery = 8
        for (first, second) in [(20, 20), (21, 17), (17, 24), (22, 40), (1, 1), (60, 59)] {
            let lowest = (step: min(first, second), pair: first <= second ? 1 : 3)
            for workers in [1, 2, 4, 8] {
                let model = PopulationModel(
                    pairs: 5, delayed: workers > 1,
                    hasScores: try makePolicy(policy).needsScores,
                    failing: { pair, step in
                        (pair == 1 && step >= first) || (pair == 3 && step >= second)
                    })
                let executor = RoundExecutor(
                    schedule: schedule, policy: try makePolicy(policy), seed: 2,
                    pairing: .initial(pairs: 5), pool: WorkerPool(count: workers))
                let outcome = executor.run(model)
                #expect(outcome == .failed(step: lowest.step, pair: lowest.pair))
                #expect(model.complaints == [])
                #expect(model.passed.allSatisfy { $0.boundary.step < lowest.step })
            }
        }
    }

    @Test func nobodyBeginsARoundBeyondAFailure() throws {
        // One worker takes pair 0 first: the others have not begun when it fails.
        var schedule = RoundSchedule(steps: 90)
        schedule.metricsEvery = 8
        let model = PopulationModel(pairs: 4, failing: { pair, step in pair == 0 && step == 5 })
        let executor = RoundExecutor(
            schedule: schedule, policy: try makePolicy("rotation"), seed: 2,
            pairing: .initial(pairs: 4), pool: WorkerPool(count: 1))
        #expect(executor.run(model) == .failed(step: 5, pair: 0))
        #expect(model.steps == [0, 8, 8, 8])
    }

    @Test func everySwapIsAnnouncedAndShown() throws {
        var schedule = RoundSchedule(steps: 12)
        schedule.swapInterval = 4
        let log = RoundLog()
        let model = PopulationModel(pairs: 3, began: { log.append($0) })
        let executor = RoundExecutor(
            schedule: schedule, policy: try makePolicy("rotation"), seed: 2,
            pairing: .initial(pairs: 3), pool: WorkerPool(count: 1))
        _ = executor.run(model)
        let second = log.rounds.filter { $0.roundIndex == 1 }
        #expect(second.count == 3)
        for round in second {
            #expect(round.steps == 5..<9 && round.departure == 2)
            let source = (round.pair + 2) % 3
            #expect(round.discriminator == source)
            #expect(round.arrival?.event == SwapEvent(number: 1, step: 4))
            #expect(round.arrival?.sourcePair == source && round.arrival?.action == .keep)
        }
        #expect(log.rounds.last?.departure == nil)
    }

    @Test func longRoundsAreCutAtAHundredSteps() throws {
        let model = PopulationModel(pairs: 1)
        let executor = RoundExecutor(
            schedule: RoundSchedule(steps: 250), policy: try makePolicy("rotation"), seed: 1,
            pairing: .initial(pairs: 1), pool: WorkerPool(count: 1))
        _ = executor.run(model)
        #expect(model.passed.map(\.boundary.step) == [100, 200, 250])
    }
}

/// Requests a stop after so many rounds have begun.
private final class Stopper: @unchecked Sendable {
    private let left: Atomic<Int>
    private nonisolated(unsafe) weak var executor: RoundExecutor?

    init(after rounds: Int) {
        left = Atomic(rounds)
    }

    func attach(_ executor: RoundExecutor) {
        self.executor = executor
    }

    func count() {
        let now = left.subtract(1, ordering: .relaxed).newValue
        if now == -1 { executor?.requestStop() }
    }
}

private final class RoundLog: @unchecked Sendable {
    private let lock = Lock()
    private var log: [PairRound] = []

    func append(_ round: PairRound) {
        lock.withLock { log.append(round) }
    }

    var rounds: [PairRound] { lock.withLock { log } }
}
