import Population
import Randomness
import Settings
import Testing

@Suite struct SwapPoliciesTests {
    private func stream(_ event: Int, seed: UInt64 = 11) -> RandomStream {
        RandomStream(seed: seed, step: UInt32(event), member: 0, purpose: .matching)
    }

    /// Pairings after the first `count` events, each drawn from the same pairing.
    private func draws(_ identifier: String, pairs: Int, count: Int) throws -> [[Int]] {
        let policy = try makePolicy(identifier)
        let pairing = Pairing.initial(pairs: pairs)
        return (1...count).map {
            policy.decision(for: pairing, event: $0, stream: stream($0)).pairing.discriminatorOfPair
        }
    }

    /// chi^2 = sum (observed - expected)^2 / expected over `kinds` equally likely outcomes.
    private func chiSquare(_ outcomes: [[Int]], kinds: Int) -> Double {
        let counts = Dictionary(grouping: outcomes) { $0 }.mapValues(\.count)
        let expected = Double(outcomes.count) / Double(kinds)
        let seen = counts.values.reduce(0.0) { sum, count in
            sum + (Double(count) - expected) * (Double(count) - expected) / expected
        }
        return seen + Double(kinds - counts.count) * expected
    }

    @Test func identifiersAreUniqueWords() {
        #expect(Set(policyIdentifiers).count == SwapPolicies.catalog.count)
        #expect(policyIdentifiers.allSatisfy { $0.allSatisfy { $0.isLowercase || $0 == "-" } })
        #expect(policyIdentifiers.first == "random-matching")
    }

    @Test func theDefaultIsRandomMatching() throws {
        let document = try SettingsDocument(text: "", file: "test.toml", overrides: [])
        let policy = try SwapPolicies.policy(settings: document.root.table("swap"))
        #expect(policy is RandomMatching)
    }

    @Test func anUnknownPolicyIsRefused() {
        #expect(throws: SettingsError.self) { try makePolicy("random-machine") }
    }

    private static let controls = [
        "reinitialize": DiscriminatorAction.reinitialize, "perturb": .perturb(scale: 0.1),
        "average": .average,
    ]

    @Test(arguments: policyIdentifiers) func everyDecisionIsAPermutation(policy: String) throws {
        let rule = try makePolicy(policy)
        for pairs in [1, 2, 3, 7, 8, 33, 300] {
            var pairing = Pairing.initial(pairs: pairs)
            for event in 1...20 {
                let scores = (0..<pairs).map { Double(mix(UInt64($0), UInt64(event)) % 100) }
                func decide() -> SwapDecision {
                    rule.decision(
                        for: pairing, event: event, stream: stream(event),
                        scores: rule.needsScores ? scores : [])
                }
                let decision = decide()
                #expect(decision.pairing.isPermutation)
                let action = pairs == 1 ? .keep : Self.controls[policy] ?? .keep
                if !["optimizer-state-only", "tournament"].contains(policy) {
                    #expect(decision.actions == Array(repeating: action, count: pairs))
                }
                #expect(decision == decide())
                pairing = decision.pairing
            }
        }
    }

    @Test(arguments: policyIdentifiers) func onePairStaysAsItIs(policy: String) throws {
        let (rule, pairing) = (try makePolicy(policy), Pairing.initial(pairs: 1))
        for event in 1...50 {
            #expect(
                rule.decision(for: pairing, event: event, stream: stream(event), scores: [1])
                    == SwapDecision(keeping: pairing))
        }
    }

    @Test(arguments: ["reinitialize", "perturb", "average", "optimizer-state-only"])
    func controlsMoveNobody(policy: String) throws {
        let (rule, pairing) = (
            try makePolicy(policy), Pairing(discriminatorOfPair: [3, 0, 4, 1, 2])
        )
        let decision = rule.decision(for: pairing, event: 1, stream: stream(1))
        #expect(decision.pairing == pairing && decision != SwapDecision(keeping: pairing))
    }

    /// The second swap of two that belong together draws what the first one drew.
    @Test(arguments: [2, 5, 8]) func exchangedDiscriminatorsReturn(pairs: Int) throws {
        let (policy, plain) = (try makePolicy("swap-and-return"), try makePolicy("random-matching"))
        #expect(policy.returnAfter == 1 && plain.returnAfter == 0)
        #expect(try makePolicy("swap-and-return", "return_after = 7").returnAfter == 7)
        for number in 1...20 {
            let start = Pairing.initial(pairs: pairs)
            var pairing = start
            for event in [2 * number - 1, 2 * number] {
                let decision = policy.decision(
                    for: pairing, event: event, stream: policy.stream(seed: 11, event: event))
                pairing = decision.pairing
                guard event % 2 == 1 else { continue }
                #expect(
                    decision
                        == plain.decision(
                            for: start, event: number,
                            stream: plain.stream(seed: 11, event: number)))
                #expect(pairing != start)
            }
            #expect(pairing == start)
        }
    }

    @Test func noiseHasTheScaleOfItsKey() throws {
        let policy = try makePolicy("perturb", "perturb_scale = 2.5")
        let decision = policy.decision(
            for: .initial(pairs: 2), event: 1, stream: stream(1))
        #expect(decision.actions == [.perturb(scale: 2.5), .perturb(scale: 2.5)])
        #expect(throws: SettingsError.self) { try makePolicy("perturb", "perturb_scale = -0.1") }
        #expect(throws: SettingsError.self) {
            try makePolicy("swap-and-return", "return_after = 0")
        }
    }

    /// Who would exchange discriminators by `random-matching` exchanges optimiser states.
    @Test(arguments: [2, 5, 6]) func optimizerStatesAreMatchedAsSeatsAre(pairs: Int) throws {
        let (policy, plain) = (
            try makePolicy("optimizer-state-only"), try makePolicy("random-matching")
        )
        let order = Array((0..<pairs).reversed())
        let pairing = Pairing(discriminatorOfPair: order)
        for event in 1...20 {
            let decision = policy.decision(for: pairing, event: event, stream: stream(event))
            let moved = plain.decision(for: pairing, event: event, stream: stream(event)).pairing
            for seat in 0..<pairs {
                let (mine, other) = (order[seat], moved.discriminatorOfPair[seat])
                #expect(
                    decision.actions[mine]
                        == (mine == other ? .keep : .exchangeOptimizerState(with: other)))
            }
        }
    }

    /// By hand; NaN is worse than any number, and of equals the lower number is better.
    @Test(
        arguments: [
            ([0.5, 3, 1, 2], [11, 10, 13, 12]), ([1, 1, 1], [12, 11, 10]),
            ([.nan, 0, -1, .nan, 7], [11, 10, 12, 14, 13]), ([.infinity, -.infinity], [11, 10]),
        ] as [([Double], [Int])])
    func theBestGoesToTheWorst(scores: [Double], expected: [Int]) throws {
        // Who sat at seat p is 10 + p here, to tell seats from discriminators.
        let count = scores.count
        let pairing = Pairing(discriminatorOfPair: (0..<count).map { ($0 + 1) % count })
        let decision = try makePolicy("best-with-worst").decision(
            for: pairing, event: 1, stream: stream(1), scores: scores)
        #expect(
            decision.pairing.discriminatorOfPair
                == expected.map { pairing.discriminatorOfPair[$0 - 10] })
        #expect(decision.actions.allSatisfy { $0 == .keep })
    }

    @Test(
        arguments: [
            (2, 1, 1), (1, 2, 0), (1, 1, -1), (.nan, 0, 0), (0, .nan, 1), (.nan, .nan, -1),
        ] as [(Double, Double, Int)])
    func theLoserOfATournamentBecomesACopy(first: Double, second: Double, loser: Int) throws {
        let pairing = Pairing(discriminatorOfPair: [1, 0])
        let decision = try makePolicy("tournament").decision(
            for: pairing, event: 1, stream: stream(1), scores: [first, second])
        #expect(decision.pairing == pairing)
        // The discriminator at seat p is 1 - p.
        var expected = [DiscriminatorAction.keep, .keep]
        if loser >= 0 { expected[1 - loser] = .copy(from: loser) }
        #expect(decision.actions == expected)
    }

    /// Partners are those of `random-matching`, and no winner is copied over.
    @Test(arguments: [5, 8]) func aTournamentIsAMatching(pairs: Int) throws {
        let (policy, plain) = (try makePolicy("tournament"), try makePolicy("random-matching"))
        let pairing = Pairing.initial(pairs: pairs)
        for event in 1...20 {
            let decision = policy.decision(
                for: pairing, event: event, stream: stream(event),
                scores: (0..<pairs).map(Double.init))
            let moved = plain.decision(for: pairing, event: event, stream: stream(event)).pairing
            for (seat, partner) in moved.discriminatorOfPair.enumerated() {
                #expect(
                    decision.actions[seat] == (partner > seat ? .copy(from: partner) : .keep))
            }
        }
    }

    @Test func codesOfActionsKeepTheirMeaning() {
        let actions: [DiscriminatorAction] = [
            .keep, .reinitialize, .perturb(scale: 1), .average, .copy(from: 1),
            .exchangeOptimizerState(with: 1),
        ]
        #expect(actions.map(\.code) == [0, 1, 2, 3, 4, 5])
    }

    /// From any pairing, not only from the first one: seats move, whoever sits there.
    @Test(arguments: ["random-matching", "rotation"]) func movesAreThoseOfSeats(
        policy: String
    ) throws {
        let rule = try makePolicy(policy)
        let first = Pairing.initial(pairs: 5)
        let other = Pairing(discriminatorOfPair: [3, 0, 4, 1, 2])
        for event in 1...30 {
            let moves = rule.decision(for: first, event: event, stream: stream(event))
            let moved = rule.decision(for: other, event: event, stream: stream(event))
            #expect(
                moved.pairing.discriminatorOfPair
                    == moves.pairing.discriminatorOfPair.map { other.discriminatorOfPair[$0] })
        }
    }

    @Test func matchingsAreExchanges() throws {
        for pairs in [2, 4, 8, 20] {
            for draw in try draws("random-matching", pairs: pairs, count: 100) {
                #expect(draw.indices.allSatisfy { draw[draw[$0]] == $0 && draw[$0] != $0 })
            }
        }
        for draw in try draws("random-matching", pairs: 7, count: 100) {
            #expect(draw.indices.allSatisfy { draw[draw[$0]] == $0 })
            #expect(draw.indices.filter { draw[$0] == $0 }.count == 1)
        }
    }

    @Test func rotationReturnsAfterNEvents() throws {
        let policy = try makePolicy("rotation")
        var pairing = Pairing.initial(pairs: 4)
        #expect(
            policy.decision(for: pairing, event: 1, stream: stream(1)).pairing.discriminatorOfPair
                == [3, 0, 1, 2])
        for event in 1...4 {
            pairing = policy.decision(for: pairing, event: event, stream: stream(event)).pairing
        }
        #expect(pairing == .initial(pairs: 4))
    }

    @Test func derangementsMoveEverybody() throws {
        let policy = try makePolicy("random-derangement")
        for pairs in [2, 3, 9, 64] {
            var pairing = Pairing.initial(pairs: pairs)
            for event in 1...100 {
                let next = policy.decision(for: pairing, event: event, stream: stream(event))
                #expect(
                    zip(next.pairing.discriminatorOfPair, pairing.discriminatorOfPair)
                        .allSatisfy { $0 != $1 })
                pairing = next.pairing
            }
        }
    }

    /// Numbers of outcomes: 15 matchings of 6, 15 of 5 with one left over, 9 derangements of 4,
    /// 24 permutations of 4. Limits: the 99.9 % points of chi^2 with one degree less.
    @Test(arguments: [
        ("random-matching", 6, 15, 36.12), ("random-matching", 5, 15, 36.12),
        ("random-derangement", 4, 9, 26.12), ("random-permutation", 4, 24, 49.73),
    ]) func outcomesAreEquallyLikely(
        policy: String, pairs: Int, kinds: Int, limit: Double
    ) throws {
        let outcomes = try draws(policy, pairs: pairs, count: 20_000)
        #expect(Set(outcomes).count == kinds)
        #expect(chiSquare(outcomes, kinds: kinds) < limit)
    }

    @Test func chiSquareNoticesABias() throws {
        let outcomes = try draws("random-permutation", pairs: 4, count: 20_000)
        #expect(chiSquare(outcomes.map { $0[0] == 0 ? [0, 1, 2, 3] : $0 }, kinds: 24) > 49.73)
    }
}
