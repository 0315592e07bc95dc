import Randomness

/// Which real batch is meant, or which places of it: what its random numbers follow from, and what
/// comes after it.
package struct RealBatch: Sendable {
    /// Whose examples come in which order.
    package let order: BatchOrder
    package let seed: UInt64
    package let member: UInt32
    package let step: Int
    /// The update within the step.
    package let update: Int
    package let attempt: UInt8
    /// Real batches that the member drew before this one.
    package let number: Int
    /// The place in the whole batch of the first example that is meant.
    package var firstPlace: Int

    package init(
        order: BatchOrder, seed: UInt64, member: UInt32, step: Int, update: Int, attempt: UInt8,
        number: Int, firstPlace: Int = 0
    ) {
        self.order = order
        self.seed = seed
        self.member = member
        self.step = step
        self.update = update
        self.attempt = attempt
        self.number = number
        self.firstPlace = firstPlace
    }

    /// Random numbers of the whole batch.
    func stream(_ purpose: Purpose) -> RandomStream {
        RandomStream(
            seed: seed, step: UInt32(step), member: member, purpose: purpose,
            update: UInt16(update), attempt: attempt)
    }
}
