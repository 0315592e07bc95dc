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

    @Test(arguments: policyIdentifiers) func everyDecisionIsAPermutation(policy: String) throws {
        let rule = try makePolicy(policy)
        for pairs in [1, 2, 3, 7, 8, 33, 300] {
            var pairing = Pairing.initial(pairs: pairs)
            for event in 1...20 {
                let decision = rule.decision(for: pairing, event: event, stream: stream(event))
                #expect(decision.pairing.isPermutation)
                #expect(decision.actions == Array(repeating: .keep, count: pairs))
                #expect(
                    decision == rule.decision(for: pairing, event: event, stream: stream(event)))
                pairing = decision.pairing
            }
        }
    }

    @Test(arguments: policyIdentifiers) func onePairStaysTogether(policy: String) throws {
        #expect(try draws(policy, pairs: 1, count: 50).allSatisfy { $0 == [0] })
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
