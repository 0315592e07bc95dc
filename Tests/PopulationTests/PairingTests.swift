import Population
import Testing

@Suite struct PairingTests {
    @Test func inverseUndoesThePairing() {
        let pairing = Pairing(discriminatorOfPair: [2, 0, 3, 1])
        #expect(pairing.pairOfDiscriminator == [1, 3, 0, 2])
        #expect(Pairing.initial(pairs: 3).pairOfDiscriminator == [0, 1, 2])
    }

    @Test func permutationsAreTold() {
        #expect(Pairing(discriminatorOfPair: [1, 0, 2]).isPermutation)
        #expect(!Pairing(discriminatorOfPair: [1, 1, 2]).isPermutation)
        #expect(!Pairing(discriminatorOfPair: [1, 2, 3]).isPermutation)
        #expect(!Pairing(discriminatorOfPair: [0, -1]).isPermutation)
    }
}
