import Population
import Randomness
import Testing

@Suite struct LineageTests {
    /// Events at steps 10, 20, ... from a pairing that is not the identity.
    private func sample(_ policy: String, pairs: Int, events: Int) throws -> (Lineage, [Pairing]) {
        let rule = try makePolicy(policy)
        let rotated = (0..<pairs).map { ($0 + 1) % pairs }
        var pairings = [Pairing(discriminatorOfPair: rotated)]
        var lineage = Lineage(initialPairing: pairings[0])
        for event in 1...events {
            let stream = RandomStream(
                seed: 3, step: UInt32(event), member: 0, purpose: .matching)
            let next = rule.decision(
                for: pairings[event - 1], event: event, stream: stream,
                scores: (0..<pairs).map { Double(mix(UInt64($0), UInt64(event)) % 9) })
            pairings.append(next.pairing)
            lineage.append(SwapEvent(number: event, step: 10 * event), pairing: next.pairing)
        }
        return (lineage, pairings)
    }

    @Test(arguments: policyIdentifiers, [1, 2, 5]) func movesReplayToEveryPairing(
        policy: String, pairs: Int
    ) throws {
        let (lineage, pairings) = try sample(policy, pairs: pairs, events: 12)
        for (count, pairing) in pairings.enumerated() {
            #expect(lineage.replay(events: count) == pairing)
        }
        #expect(lineage.replay() == lineage.currentPairing)
    }

    @Test func aStepBelongsToThePairingBeforeItsSwap() throws {
        let (lineage, pairings) = try sample("rotation", pairs: 4, events: 3)
        #expect(lineage.pairing(during: 1) == pairings[0])
        #expect(lineage.pairing(during: 10) == pairings[0])
        #expect(lineage.pairing(during: 11) == pairings[1])
        #expect(lineage.pairing(during: 99) == pairings[3])
    }

    @Test(arguments: policyIdentifiers) func seatsFollowADiscriminator(policy: String) throws {
        let (lineage, pairings) = try sample(policy, pairs: 5, events: 12)
        for discriminator in 0..<5 {
            let seats = lineage.seats(ofDiscriminator: discriminator)
            for (event, pairing) in pairings.enumerated() {
                let seat = seats.last { $0.step <= 10 * event }
                #expect(seat?.pair == pairing.pairOfDiscriminator[discriminator])
            }
            #expect(zip(seats, seats.dropFirst()).allSatisfy { $0.pair != $1.pair })
        }
        #expect(lineage.seats(ofDiscriminator: 5) == [])
    }

    @Test func sourcesAreThoseOfTheSwap() throws {
        let (lineage, _) = try sample("rotation", pairs: 4, events: 2)
        #expect(Array(lineage.sourcePairs(at: 1)) == [3, 0, 1, 2])
    }
}
