import Adversarial
import Experiment
import NeuralNetwork
import Population
import Randomness
import Settings
import Testing

/// What swaps do to discriminators besides moving them.
struct SwapActionsTests {
    private let folder = TemporaryFolder()

    private func state(_ overrides: [String]) throws -> PopulationState {
        PopulationState(try loadPlan(overrides, in: folder))
    }

    private func elements(_ state: PopulationState, _ discriminator: Int) -> [Float] {
        Array(state.discriminators[discriminator].parameters.elements)
    }

    /// Numbers that differ from member to member and element to element.
    private func fill(_ state: PopulationState) {
        for member in state.discriminators.indices {
            let vectors = [
                state.discriminators[member].parameters,
                state.discriminatorOptimizers[member].slots, state.discriminatorStatistics[member],
            ]
            for (part, vector) in vectors.enumerated() {
                for index in vector.elements.indices {
                    vector.elements[index] =
                        Float(1 + member * member + 10 * part) + Float(index) / 8
                }
            }
            state.discriminatorOptimizers[member].updateCount = 5 + 3 * member
        }
    }

    private func decision(_ actions: [DiscriminatorAction]) -> SwapDecision {
        var decision = SwapDecision(keeping: .initial(pairs: actions.count))
        decision.actions = actions
        return decision
    }

    private let event = SwapEvent(number: 3, step: 12)

    @Test(arguments: rules) func beginningAnewIsAnInitialization(rule: String) throws {
        let state = try state([
            "swap.optimizer_state=\(rule)", "swap.normalization_statistics=\(rule)",
            "population.first_member=6",
        ])
        let network = try loadPlan(in: folder).model.discriminator
        let fresh = FloatVector(statisticsOf: network)
        fill(state)
        let before = elements(state, 0)
        state.arrive(discriminator: 1, at: 1, after: event, .reinitialize)
        let expected = FloatVector(count: network.parameters.count)
        network.initialize(parameters: expected.elements) {
            RandomStream(
                seed: 3, step: 3, member: 7, purpose: .reinitialization, update: UInt16($0))
        }
        #expect(elements(state, 1) == Array(expected.elements))
        #expect(elements(state, 0) == before)
        let isKept = rule == "stays"
        #expect(state.discriminatorOptimizers[1].updateCount == (isKept ? 8 : 0))
        #expect(state.discriminatorOptimizers[1].slots.elements.contains { $0 != 0 } == isKept)
        #expect(
            state.discriminatorStatistics[1].elements.elementsEqual(fresh.elements) != isKept)
        #expect(state.seat(1, discriminator: 1).arrivalStep == 12)
        #expect(state.seat(0, discriminator: 0).arrivalStep == nil)
    }

    /// Each tensor by itself, from the formula in `Double`.
    @Test(arguments: rules) func noiseIsRelativeToTheTensor(rule: String) throws {
        let state = try state([
            "swap.optimizer_state=\(rule)", "swap.normalization_statistics=\(rule)",
            "discriminator.hidden=[70, 30]",
        ])
        let layout = try loadPlan(["discriminator.hidden=[70, 30]"], in: folder)
            .model.discriminator.parameters
        fill(state)
        let zero = layout.entries.count - 1
        state.discriminators[2].parameters.elements[
            layout.entries[zero].offset..<(layout.entries[zero].offset + layout.entries[zero].count)
        ].update(repeating: 0)
        let before = elements(state, 2)
        state.arrive(discriminator: 2, at: 2, after: event, .perturb(scale: 0.5))
        let after = elements(state, 2)
        for (index, entry) in layout.entries.enumerated() {
            let range = entry.offset..<(entry.offset + entry.count)
            let squares = before[range].reduce(0.0) { $0 + Double($1) * Double($1) }
            let deviation = 0.5 * (squares / Double(entry.count)).squareRoot()
            var noise = [Float](repeating: 0, count: entry.count)
            noise.withUnsafeMutableBufferPointer {
                RandomStream(
                    seed: 3, step: 3, member: 2, purpose: .perturbation, update: UInt16(index)
                ).fillNormal($0)
            }
            for (place, normal) in zip(range, noise) {
                let expected = Double(before[place]) + deviation * Double(normal)
                #expect(abs(Double(after[place]) - expected) <= 1e-5 * max(1, abs(expected)))
            }
            #expect((before[range] == after[range]) == (index == zero))
        }
        #expect(state.discriminatorOptimizers[2].updateCount == (rule == "resets" ? 0 : 11))
    }

    @Test(arguments: rules) func theMeanIsThatOfAllMembers(rule: String) throws {
        let state = try state([
            "swap.optimizer_state=\(rule)", "swap.normalization_statistics=\(rule)",
        ])
        fill(state)
        state.meet(decision([.average, .average, .average]))
        for member in 0..<3 {
            // (1 + 2 + 5) / 3, and the same with 10 and 20 more.
            let mean = Float(8.0 / 3)
            #expect(abs(elements(state, member)[0] - mean) < 1e-6)
            #expect(abs(elements(state, member)[8] - (mean + 1)) < 1e-6)
            let own = Float(1 + member * member)
            let (slots, statistics) = (
                state.discriminatorOptimizers[member].slots.elements,
                state.discriminatorStatistics[member].elements
            )
            #expect(abs(slots[0] - (rule == "moves" ? mean : own) - 10) < 1e-5)
            #expect(abs(statistics[0] - (rule == "moves" ? mean : own) - 20) < 1e-5)
            #expect(
                state.discriminatorOptimizers[member].updateCount
                    == (rule == "moves" ? 8 : 5 + 3 * member))
            #expect(state.seat(member, discriminator: member).arrivalStep == nil)
        }
        #expect(
            elements(state, 0) == elements(state, 1) && elements(state, 1) == elements(state, 2))
    }

    @Test(arguments: rules) func aCopyIsOfEverythingThatMoves(rule: String) throws {
        let state = try state([
            "swap.optimizer_state=\(rule)", "swap.normalization_statistics=\(rule)",
        ])
        fill(state)
        state.meet(decision([.keep, .keep, .copy(from: 1)]))
        #expect(
            elements(state, 2) == elements(state, 1) && elements(state, 0) != elements(state, 1))
        let isCopied = rule == "moves"
        #expect(state.discriminatorOptimizers[2].updateCount == (isCopied ? 8 : 11))
        #expect(
            state.discriminatorOptimizers[2].slots.elements.elementsEqual(
                state.discriminatorOptimizers[1].slots.elements) == isCopied)
        #expect(
            state.discriminatorStatistics[2].elements.elementsEqual(
                state.discriminatorStatistics[1].elements) == isCopied)
        #expect(state.bundleHash(discriminator: 2) == state.bundleHash(discriminator: 1))
    }

    @Test func optimizerStatesChangePlaces() throws {
        let state = try state(["swap.policy=optimizer-state-only"])
        fill(state)
        func slots(_ member: Int) -> [Float] {
            Array(state.discriminatorOptimizers[member].slots.elements)
        }
        let (before, parameters) = ((0..<3).map(slots), (0..<3).map { elements(state, $0) })
        state.meet(
            decision([.exchangeOptimizerState(with: 2), .keep, .exchangeOptimizerState(with: 0)]))
        #expect((0..<3).map(slots) == [before[2], before[1], before[0]])
        #expect(state.discriminatorOptimizers.map(\.updateCount) == [11, 8, 5])
        #expect((0..<3).map { elements(state, $0) } == parameters)
    }

    @Test(arguments: [
        ("reinitialize", 1), ("perturb", 2), ("average", 3), ("optimizer-state-only", 5),
    ]) func theLogNamesTheAction(policy: String, code: Int) throws {
        let run = try FinishedRun(
            ["swap.policy=\(policy)", "population.pairs=4", "swap.hash=all"], workers: 2)
        let swaps = try SwapTests.swaps(run)
        #expect(swaps.map(\.step) == [4, 8, 12, 16, 20])
        for swap in swaps {
            #expect(swap.action == [code, code, code, code])
            #expect(swap.sourcePair == [0, 1, 2, 3] && swap.discriminator == [0, 1, 2, 3])
            #expect(Set(swap.hashBefore).isDisjoint(with: swap.hashAfter))
        }
        let control = try FinishedRun(["swap.interval=0", "population.pairs=4"])
        #expect(try run.bits().state != control.bits().state)
    }

    @Test func exchangesAreUndone() throws {
        let run = try FinishedRun(
            ["swap.policy=swap-and-return", "swap.return_after=2", "swap.interval=5"], workers: 2)
        let swaps = try SwapTests.swaps(run)
        #expect(swaps.map(\.step) == [5, 7, 10, 12, 15, 17, 20, 22])
        for (swap, back) in zip(swaps, swaps.dropFirst()) where swap.event % 2 == 1 {
            #expect(swap.discriminator != [0, 1, 2] && back.discriminator == [0, 1, 2])
            #expect(swap.sourcePair == back.sourcePair)
        }
        let plain = try SwapTests.swaps(FinishedRun(["swap.interval=5"]))
        #expect(plain[0].sourcePair == swaps[0].sourcePair)
    }

    /// Decided by what the log itself says, and the same whether a swap is an evaluation or not.
    @Test(arguments: [1, 2, 8], ["high_quality", "reverse_kl"])
    func scoresAreThoseOfTheEvaluation(every: Int, score: String) throws {
        let metrics = "evaluate.metrics=[\"high-quality\", \"reverse-kl\"]"
        let run = try FinishedRun(
            [
                "swap.policy=best-with-worst", "swap.score=\(score)", "swap.interval=4",
                "data.sigma=0.3", "evaluate.every=\(every)", "evaluate.samples=64", metrics,
            ], workers: 2)
        let swaps = try SwapTests.swaps(run)
        #expect(swaps.count == 5)
        let rows = try run.rows()
        let evaluations = try #require(rows["eval"])
        var kinds = Set<[Int]>()
        for (swap, row) in zip(swaps, try #require(rows["swap"])) {
            let scores = (0..<3).map { pair in
                row.bytes.withUnsafeBytes {
                    $0.loadUnaligned(fromByteOffset: 8 + 28 * 3 + 8 * pair, as: Double.self)
                }
            }
            if let evaluation = evaluations.first(where: { $0.axis == swap.step }) {
                let column = score == "high_quality" ? 0 : 1
                let values = (0..<3).map { pair in
                    evaluation.bytes.withUnsafeBytes {
                        $0.loadUnaligned(
                            fromByteOffset: 8 * (3 * column + pair), as: Double.self)
                    }
                }
                #expect(values.map(\.bitPattern) == scores.map(\.bitPattern))
            } else {
                #expect(every == 8)
            }
            let order = (0..<3).sorted {
                let (one, other) = score == "high_quality" ? ($1, $0) : ($0, $1)
                return scores[one] == scores[other] ? $0 < $1 : scores[one] < scores[other]
            }
            #expect(swap.sourcePair[order[0]] == order[2] && swap.sourcePair[order[2]] == order[0])
            kinds.insert(swap.sourcePair)
        }
        #expect(kinds.count > 1)
    }

    /// Whoever wins is there twice.
    @Test func losersOfATournamentAreCopies() throws {
        let run = try FinishedRun(
            policySettings("tournament") + ["population.pairs=4", "swap.hash=all"], workers: 2)
        let swaps = try SwapTests.swaps(run)
        #expect(swaps.contains { $0.action.contains(4) })
        for swap in swaps {
            for pair in 0..<4 where swap.action[pair] == 4 {
                #expect(swap.hashBefore.contains(swap.hashAfter[pair]))
                #expect(swap.hashAfter.count { $0 == swap.hashAfter[pair] } == 2)
            }
        }
    }

    /// A disturbed discriminator is a new partner: rates rise again.
    @Test func warmupFollowsEveryAction() throws {
        let run = try FinishedRun([
            "swap.policy=perturb", "swap.interval=12", "swap.warmup_steps=3",
        ])
        for row in try #require(try run.rows()["train"]) {
            let factor = row.axis > 12 ? min(Float(row.axis - 12) / 4, 1) : 1
            let rate: Float = row.value(TrainColumn.generatorLearningRate, pair: 1, of: 3)
            #expect(abs(rate - 1e-3 * factor) < 1e-9)
        }
    }

    @Test(arguments: [
        (["swap.policy=swap-and-return", "swap.return_after=4"], "swap.return_after"),
        (["swap.policy=swap-and-return", "swap.interval=1"], "swap.return_after"),
        (["swap.return_after=1"], "swap.return_after"),
        (["swap.perturb_scale=1"], "swap.perturb_scale"),
        (["swap.policy=tournament"], "swap.score"),
        (["swap.policy=tournament", "swap.score=modes"], "swap.score"),
        (["swap.score=modes"], "swap.score"),
        (
            ["swap.policy=optimizer-state-only", "swap.optimizer_state=stays"],
            "swap.optimizer_state"
        ),
    ]) func whatCannotBeIsRefused(overrides: [String], key: String) throws {
        let error = #expect(throws: SettingsError.self) { try loadPlan(overrides, in: folder) }
        #expect(error?.key.hasPrefix("swap") == true)
        #expect("\(try #require(error))".contains(String(key.dropFirst(5))))
    }
}
