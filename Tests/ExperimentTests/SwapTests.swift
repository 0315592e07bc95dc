import Adversarial
import Experiment
import FileFormats
import Population
import Testing

struct SwapTests {
    /// One swap as the log has it.
    struct LoggedSwap {
        let event: Int
        let step: Int
        let sourcePair: [Int]
        let discriminator: [Int]
        let action: [Int]
        let hashBefore: [UInt64]
        let hashAfter: [UInt64]

        init(_ row: Row, pairs: Int, firstMember: Int) {
            event = row.axis
            func read<Value>(_ offset: Int, _ type: Value.Type) -> Value {
                row.bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: type) }
            }
            step = Int(read(0, Int64.self))
            sourcePair = (0..<pairs).map { Int(read(8 + 4 * $0, Int32.self)) - firstMember }
            discriminator = (0..<pairs).map {
                Int(read(8 + 4 * (pairs + $0), Int32.self)) - firstMember
            }
            action = (0..<pairs).map { Int(read(8 + 4 * (2 * pairs + $0), Int32.self)) }
            let hashes = 8 + 12 * pairs
            hashBefore = (0..<pairs).map { read(hashes + 8 * $0, UInt64.self) }
            hashAfter = (0..<pairs).map { read(hashes + 8 * (pairs + $0), UInt64.self) }
        }
    }

    static func swaps(_ run: FinishedRun) throws -> [LoggedSwap] {
        try (run.rows()["swap"] ?? []).map {
            LoggedSwap(
                $0, pairs: run.plan.population.pairs,
                firstMember: run.plan.population.firstMember)
        }
    }

    private func swaps(_ run: FinishedRun) throws -> [LoggedSwap] { try Self.swaps(run) }

    @Test(arguments: movingPolicies, [2, 5])
    func swapsArePermutationsThatConserveHashesAndReplay(policy: String, pairs: Int) throws {
        let run = try FinishedRun(
            policySettings(policy) + [
                "population.pairs=\(pairs)", "swap.interval=3",
                "population.first_member=40", "swap.hash=all", "steps=60",
                "record.checkpoint_every=60",
            ], workers: 2)
        let swaps = try swaps(run)
        #expect(swaps.map(\.step) == Array(stride(from: 3, to: 60, by: 3)))
        #expect(swaps.map(\.event) == Array(1...19))
        var pairing = Array(0..<pairs)
        for swap in swaps {
            #expect(swap.sourcePair.sorted() == Array(0..<pairs))
            #expect(swap.hashBefore.sorted() == swap.hashAfter.sorted())
            #expect(Set(swap.hashBefore).count == pairs && !swap.hashBefore.contains(0))
            for pair in 0..<pairs {
                #expect(swap.hashAfter[pair] == swap.hashBefore[swap.sourcePair[pair]])
            }
            pairing = swap.sourcePair.map { pairing[$0] }
            #expect(swap.discriminator == pairing)
        }
        let lineage = run.session.run.lineage
        #expect(lineage.pairing.discriminatorOfPair == pairing && lineage.swapCount == 19)
        let checkpoint = try run.checkpoint(step: 60)
        let stored = try #require(checkpoint.tensor(named: "population.pairing"))
        #expect(checkpoint.integers(of: stored, Int64.self).map { Int($0) } == pairing)
        let arrivals = try #require(checkpoint.tensor(named: "population.arrival_step"))
        let last = (0..<pairs).map { pair in
            swaps.last { $0.sourcePair[pair] != pair }?.step ?? -1
        }
        #expect(checkpoint.integers(of: arrivals, Int64.self).map { Int($0) } == last)
    }

    @Test func theFirstSixteenSwapsAndRecordedOnesAreHashed() throws {
        let run = try FinishedRun(
            ["steps=90", "swap.interval=2", "record.metrics_every=20"], workers: 2)
        for swap in try swaps(run) {
            let isHashed = swap.event <= 16 || swap.step % 20 == 0
            #expect(swap.hashAfter.contains(0) != isHashed)
            #expect(swap.hashBefore.contains(0) != isHashed)
        }
    }

    @Test func noSwapBeforeItsStartAndNoneAfterTheLastStep() throws {
        let run = try FinishedRun(["swap.start=9"])
        #expect(try swaps(run).map(\.step) == [12, 16, 20])
    }

    @Test(arguments: policies) func onePairNeverChanges(policy: String) throws {
        let run = try FinishedRun(
            [
                "population.pairs=1", "swap.interval=2", optimizerState("resets", policy: policy),
                "swap.normalization_statistics=resets", "swap.warmup_steps=2",
            ] + policySettings(policy))
        #expect(run.session.run.lineage.pairing.discriminatorOfPair == [0])
        #expect(try swaps(run).allSatisfy { $0.action == [0] })
        let control = try FinishedRun(
            ["population.pairs=1", "swap.interval=0"] + policySettings(policy))
        #expect(try run.bits().state == control.bits().state)
    }

    @Test func whatMovesIsEveryTensorAndNoneIsShared() throws {
        let folder = TemporaryFolder()
        let state = PopulationState(try loadPlan(in: folder))
        let seat = state.seat(0, discriminator: 2)
        #expect(seat.generator === state.generators[0])
        #expect(seat.generatorOptimizer === state.generatorOptimizers[0])
        #expect(seat.generatorStatistics === state.generatorStatistics[0])
        #expect(seat.discriminator === state.discriminators[2])
        #expect(seat.discriminatorOptimizer === state.discriminatorOptimizers[2])
        #expect(seat.discriminatorStatistics === state.discriminatorStatistics[2])
        let vectors =
            state.generatorStatistics + state.discriminatorStatistics
            + (state.generators + state.discriminators).map(\.parameters)
            + (state.generatorOptimizers + state.discriminatorOptimizers).map(\.slots)
        let ranges = vectors.map { vector in
            (
                UInt(bitPattern: vector.base),
                UInt(bitPattern: vector.base) + UInt(vector.bytes.count)
            )
        }.sorted { $0 < $1 }
        #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.1 <= $1.0 })
        #expect(vectors.allSatisfy { !$0.elements.isEmpty })
    }

    @Test func stayingStateBelongsToTheSeat() throws {
        let folder = TemporaryFolder()
        let state = PopulationState(
            try loadPlan(
                ["swap.optimizer_state=stays", "swap.normalization_statistics=stays"], in: folder))
        let seat = state.seat(0, discriminator: 2)
        #expect(seat.discriminator === state.discriminators[2])
        #expect(seat.discriminatorOptimizer === state.discriminatorOptimizers[0])
        #expect(seat.discriminatorStatistics === state.discriminatorStatistics[0])
    }

    /// What belongs to the weights of a discriminator is part of the bundle that moves, whatever
    /// is said about running statistics.
    @Test(arguments: rules) func estimatesFollowTheirDiscriminator(rule: String) throws {
        let folder = TemporaryFolder()
        let state = PopulationState(
            try loadPlan(
                [
                    "swap.normalization_statistics=\(rule)", "discriminator.normalization=spectral",
                ], in: folder))
        let estimates = state.discriminators[2].estimates
        #expect(estimates.elements.count == 8 + 1)
        #expect(state.seat(0, discriminator: 2).discriminator.estimates === estimates)
        let before = (Array(estimates.elements), state.bundleHash(discriminator: 2))
        state.arrive(discriminator: 2, at: 0, after: 4)
        #expect(Array(estimates.elements) == before.0)
        estimates.elements[0] += 1
        #expect(state.bundleHash(discriminator: 2) != before.1)
    }

    @Test func resetStateBeginsAnew() throws {
        let folder = TemporaryFolder()
        let state = PopulationState(
            try loadPlan(
                ["swap.optimizer_state=resets", "swap.normalization_statistics=resets"],
                in: folder))
        let fresh = Array(state.discriminatorStatistics[2].elements)
        for member in [1, 2] {
            state.discriminatorOptimizers[member].slots.elements.update(repeating: 3)
            state.discriminatorOptimizers[member].updateCount = 9
            state.discriminatorStatistics[member].elements.update(repeating: 3)
        }
        state.arrive(discriminator: 2, at: 0, after: 4)
        #expect(state.discriminatorOptimizers[2].slots.elements.allSatisfy { $0 == 0 })
        #expect(state.discriminatorOptimizers[2].updateCount == 0)
        #expect(Array(state.discriminatorStatistics[2].elements) == fresh)
        #expect(state.discriminatorOptimizers[1].updateCount == 9)
        #expect(state.discriminatorStatistics[1].elements.allSatisfy { $0 == 3 })
        #expect(state.seat(0, discriminator: 2).arrivalStep == 4)
    }

    @Test(arguments: zip(rules, [24, 24, 4]))
    func updatesAreCountedByTheRule(rule: String, updates: Int) throws {
        let run = try FinishedRun(["swap.optimizer_state=\(rule)", "swap.policy=rotation"])
        #expect(
            run.state.discriminatorOptimizers.map(\.updateCount) == [updates, updates, updates])
        #expect(run.state.generatorOptimizers.map(\.updateCount) == [24, 24, 24])
    }

    @Test func everyRuleTrainsDifferently() throws {
        var results = Set<[[UInt32]]>()
        for rule in rules {
            for statistics in rules {
                // Statistics show only in samples, but are part of the state.
                results.insert(
                    try FinishedRun([
                        "swap.optimizer_state=\(rule)",
                        "swap.normalization_statistics=\(statistics)",
                    ]).bits().state)
            }
        }
        #expect(results.count == 9)
    }

    /// k / (n + 1) of the rate in the k-th step after a swap, at seats with a new partner alone.
    @Test func ratesRiseAfterASwap() throws {
        let run = try FinishedRun(["swap.interval=12", "swap.warmup_steps=3"])
        let swap = try #require(try swaps(run).first)
        let rows = try #require(try run.rows()["train"])
        for row in rows {
            for pair in 0..<3 {
                let hasChanged = swap.sourcePair[pair] != pair
                let factor = row.axis > 12 && hasChanged ? min(Float(row.axis - 12) / 4, 1) : 1
                for column in [
                    TrainColumn.discriminatorLearningRate, TrainColumn.generatorLearningRate,
                ] {
                    let rate: Float = row.value(column, pair: pair, of: 3)
                    #expect(abs(rate - 1e-3 * factor) < 1e-9)
                }
            }
        }
        #expect(Set(swap.sourcePair.indices.map { swap.sourcePair[$0] == $0 }).count == 2)
    }
}
