import FileFormats
import Population

/// What a run remembers of its swaps, in constant space: the log has all of them.
package struct LineageSummary: Equatable, Sendable {
    package private(set) var pairing: Pairing
    package private(set) var swapCount = 0
    /// By seat: the step after which the discriminator there came, or became another one by an
    /// action of a swap; -1 if it always sat there.
    package private(set) var arrivalSteps: [Int]
    /// Of all swaps in order: XXH3 of the digest before, the step, every seat's source and, where
    /// it is not `keep`, the code of the action.
    package private(set) var digest: UInt64 = 0
    /// By discriminator, its seat before the swap that is being added.
    private var seats: [Int32]

    /// Every generator with the discriminator of its own number.
    package init(pairs: Int) {
        pairing = .initial(pairs: pairs)
        arrivalSteps = Array(repeating: -1, count: pairs)
        seats = (0..<pairs).map(Int32.init)
    }

    /// The summary that another one was saved as.
    init(pairing: Pairing, swapCount: Int, arrivalSteps: [Int], digest: UInt64) {
        self.pairing = pairing
        self.swapCount = swapCount
        self.arrivalSteps = arrivalSteps
        self.digest = digest
        seats = pairing.pairOfDiscriminator.map(Int32.init)
    }

    /// Adds the swap after `step`. Swaps come in order.
    package mutating func append(step: Int, _ decision: SwapDecision) {
        append(step: step, pairing: decision.pairing) {
            decision.actions[decision.pairing.discriminatorOfPair[$0]].code
        }
    }

    /// - Parameter action: by seat, the code of what became of the discriminator there.
    mutating func append(step: Int, pairing next: Pairing, action: (Int) -> UInt8) {
        var hash = XXH3.Stream()
        withUnsafeBytes(of: digest.littleEndian) { hash.update($0) }
        withUnsafeBytes(of: Int64(step).littleEndian) { hash.update($0) }
        for (pair, discriminator) in next.discriminatorOfPair.enumerated() {
            let source = seats[discriminator]
            withUnsafeBytes(of: source.littleEndian) { hash.update($0) }
            let code = action(pair)
            if code != 0 { withUnsafeBytes(of: code) { hash.update($0) } }
            if source != pair || code != 0 { arrivalSteps[pair] = step }
        }
        for (pair, discriminator) in next.discriminatorOfPair.enumerated() {
            seats[discriminator] = Int32(pair)
            // Element by element: a shared array would have to be copied by its owner.
            pairing.discriminatorOfPair[pair] = discriminator
        }
        digest = hash.value
        swapCount += 1
    }
}
