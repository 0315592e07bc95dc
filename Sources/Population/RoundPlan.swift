/// One round of all pairs: its steps, who sits with whom, and how far it has come.
///
/// Reused for one round after the other, so that planning a round allocates nothing.
struct RoundPlan {
    /// Negative before the first use.
    private(set) var index = -1
    private(set) var firstStep = 0
    private(set) var lastStep = 0
    private(set) var actions: BoundaryActions = []
    private(set) var arrival: SwapEvent?
    private(set) var departure: Int?
    /// Who sits with whom, and what the swap before this round did to each discriminator.
    var decision: SwapDecision
    /// By pair: where its discriminator sat in the round before.
    private(set) var sourcePair: [Int]
    private(set) var pairOfDiscriminator: [Int]
    /// Pairs whose round can begin.
    var ready: ReadyList
    /// By pair: what it reported at the end of the round; empty for policies that need no scores.
    var scores: [Double]
    /// How many pairs have ended the round, and how many of them without a failure.
    var endedCount = 0
    var passedCount = 0

    init(pairing: Pairing, hasScores: Bool) {
        scores = Array(repeating: .nan, count: hasScores ? pairing.count : 0)
        decision = SwapDecision(keeping: pairing)
        sourcePair = Array(0..<pairing.count)
        pairOfDiscriminator = pairing.pairOfDiscriminator
        ready = ReadyList(pairs: pairing.count)
    }

    /// Begins the plan of round `index` with the pairing of the round before; `arrival` is the
    /// swap between them, `departure` the number of the one that follows.
    mutating func restart(
        index: Int, steps: Range<Int>, actions: BoundaryActions, pairing: Pairing,
        arrival: SwapEvent?, departure: Int?
    ) {
        assert(ready.count == 0, "all pairs have left the round that was here")
        self.index = index
        self.arrival = arrival
        firstStep = steps.lowerBound
        lastStep = steps.upperBound - 1
        self.actions = actions
        self.departure = departure
        endedCount = 0
        passedCount = 0
        for pair in 0..<pairing.count {
            decision.pairing.discriminatorOfPair[pair] = pairing.discriminatorOfPair[pair]
            decision.actions[pair] = .keep
        }
    }

    /// Derives the inverse look-ups, once `decision` stands. `previous` is the pairing before.
    mutating func settle(previous: Pairing) {
        for pair in 0..<previous.count {
            pairOfDiscriminator[previous.discriminatorOfPair[pair]] = pair
        }
        for pair in 0..<previous.count {
            sourcePair[pair] = pairOfDiscriminator[decision.pairing.discriminatorOfPair[pair]]
        }
        for pair in 0..<previous.count {
            pairOfDiscriminator[decision.pairing.discriminatorOfPair[pair]] = pair
        }
    }

    /// The part of pair `pair`.
    func round(of pair: Int) -> PairRound {
        let discriminator = decision.pairing.discriminatorOfPair[pair]
        return PairRound(
            pair: pair, discriminator: discriminator, roundIndex: index, firstStep: firstStep,
            lastStep: lastStep, actions: actions,
            arrival: arrival.map { event in
                SwapArrival(
                    event: event, sourcePair: sourcePair[pair],
                    action: decision.actions[discriminator])
            },
            departure: departure)
    }

    /// The end of the round.
    var boundary: Boundary {
        Boundary(
            roundIndex: index, step: lastStep, actions: actions, decision: decision,
            arrival: arrival, departure: departure)
    }
}
