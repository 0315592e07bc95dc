/// A swap and the step that it followed.
package struct SwapEvent: Equatable, Sendable {
    /// 1 for the first swap of the run that began at step 0.
    package let number: Int
    package let step: Int

    package init(number: Int, step: Int) {
        self.number = number
        self.step = step
    }
}

/// How a discriminator came to the seat where it begins a round.
package struct SwapArrival: Equatable, Sendable {
    package let event: SwapEvent
    /// The pair at whose seat the discriminator was before; the same pair if it stayed.
    package let sourcePair: Int
    package let action: DiscriminatorAction
}

/// The unit of work: one pair from the end of one round to the end of the next.
package struct PairRound: Equatable, Sendable {
    /// The generator, and the seat.
    package let pair: Int
    package let discriminator: Int
    /// Rounds of this run of the executor, counted from 0, the same for all pairs.
    package let roundIndex: Int
    package let firstStep: Int
    /// firstStep - 1 in a round without steps: before training, for the boundary of step 0; and
    /// where a run goes on before a swap that needs scores, to have them.
    package let lastStep: Int
    /// What to do at the end of `lastStep`.
    package let actions: BoundaryActions
    /// Set in the first round after a swap, for pairs whose discriminator stayed as well.
    package let arrival: SwapArrival?
    /// The number of the swap that follows this round, unless the run is stopped before it.
    package let departure: Int?

    /// firstStep ... lastStep, which may be empty.
    package var steps: Range<Int> { firstStep..<lastStep + 1 }
}

/// The end of a round, which all pairs have passed.
package struct Boundary: Equatable, Sendable {
    package let roundIndex: Int
    package let step: Int
    package let actions: BoundaryActions
    /// Who sat with whom in the round that ends here, and what the swap that it began with did to
    /// each discriminator.
    package let decision: SwapDecision
    /// The swap that the round began with.
    package let arrival: SwapEvent?
    /// The number of the swap that follows, unless the run is stopped before it.
    package let departure: Int?

    package var pairing: Pairing { decision.pairing }
}

/// A swap for which all pairs stand still, each behind `event.step`.
package struct SwapMeeting: Equatable, Sendable {
    package let event: SwapEvent
    package let decision: SwapDecision
}

/// How a pair's round ended.
package enum RoundOutcome: Equatable, Sendable {
    case completed
    /// Completed before a swap of a policy that needs scores, with this one; higher is better.
    case scored(Double)
    /// The pair cannot go on: step `step` of the round produced what must stop the run.
    case failed(step: Int)
}

/// What the executor drives: the training of the pairs.
package protocol PairRoundBody: Sendable {
    /// Trains one pair for one round and does what its actions ask for. Called from many threads,
    /// never twice at once for the same generator or the same discriminator.
    func run(_ round: PairRound, worker: Int) -> RoundOutcome

    /// Does what `meeting` asks of several discriminators at once. Called for policies that combine
    /// discriminators or need scores, when all pairs have ended the round before and none has begun
    /// the next.
    func meet(_ meeting: SwapMeeting)

    /// All pairs have passed `boundary`. Called in step order, one call at a time, from any worker.
    ///
    /// Until it returns nobody begins a round later than `boundary.roundIndex` + 2. So per-round
    /// storage in a ring of 4 still holds the round before this boundary's.
    func completed(_ boundary: Boundary)
}
