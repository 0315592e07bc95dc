import Randomness

/// What is to be done next: the bookkeeping of the rounds, without threads or locks.
///
/// A round of a pair can begin when the rounds that last held its generator and its discriminator
/// have ended. Lowest step first; nobody more than two rounds ahead of the first boundary that is
/// not yet closed. Rounds end at the same steps for all pairs, so at most rounds `open` to
/// `open` + 3 are planned at a time, in a ring of 4. Taking and ending a round take constant time,
/// planning one takes O(N) once for all pairs, and none of it allocates. Before a swap in which
/// discriminators take something from one another, or which needs scores, all pairs meet: then a
/// round begins when all have ended the one before.
final class RoundBoard {
    private static let ringCount = 4

    private let schedule: RoundSchedule
    private let policy: any SwapPolicy
    private let seed: UInt64
    private let initialPairing: Pairing
    private var ring: [RoundPlan]
    /// By pair: its next round, or the one it is in.
    private var roundOfPair: [Int]
    /// By worker: what it ran last; -1 before its first round.
    private var lastPair: [Int]
    private var lastDiscriminator: [Int]
    /// The first round whose boundary is not yet closed.
    private var open = 0
    private var isClosing = false
    /// The round that begins with a meeting of all pairs, until that has ended.
    private var meetingRound: Int?
    private var isMeeting = false
    /// The highest round that anybody has begun.
    private var highestBegun = -1
    /// The last round that is to be run; -1 for none.
    private var limit = Int.max
    /// The step of the last boundary closed.
    private(set) var closedStep: Int
    /// The failure of the lowest step, and there of the lowest pair.
    private(set) var failure: (step: Int, pair: Int)?

    init(
        schedule: RoundSchedule, policy: any SwapPolicy, seed: UInt64, pairing: Pairing,
        startStep: Int, workers: Int
    ) {
        self.schedule = schedule
        self.policy = policy
        self.seed = seed
        initialPairing = pairing
        closedStep = startStep
        ring = (0..<Self.ringCount).map { _ in
            RoundPlan(pairing: pairing, hasScores: policy.needsScores)
        }
        roundOfPair = Array(repeating: 0, count: pairing.count)
        lastPair = Array(repeating: -1, count: workers)
        lastDiscriminator = Array(repeating: -1, count: workers)
        planFirstRound(startStep)
    }

    /// Who sits with whom in the last round that is to be run.
    var pairing: Pairing {
        limit < 0 ? initialPairing : ring[limit % Self.ringCount].decision.pairing
    }

    /// Whether the run has come to its last step.
    var isFinished: Bool { failure == nil && closedStep == schedule.steps && open > limit }

    // MARK: What there is to do

    /// How many workers could begin a round now. Only the lowest round counts: the next one shows
    /// when those are taken.
    var runnableCount: Int { runnablePlace.map { ring[$0].ready.count } ?? 0 }

    /// Whether `take` would return a round, `beginClosing` a boundary or `beginMeeting` a meeting.
    var hasWork: Bool { hasBoundaryToClose || hasMeeting || runnablePlace != nil }

    /// Whether nothing is left to begin, now or later.
    var isOver: Bool {
        if open > limit { return true }
        guard failure != nil else { return false }
        return ring[limit % Self.ringCount].endedCount == initialPairing.count
    }

    /// The place in the ring of the lowest round that a worker can begin.
    private var runnablePlace: Int? {
        for round in open...open + 2 where round <= limit {
            let place = round % Self.ringCount
            if ring[place].index == round && ring[place].ready.count > 0 { return place }
        }
        return nil
    }

    private var hasBoundaryToClose: Bool {
        let place = open % Self.ringCount
        return !isClosing && ring[place].index == open
            && ring[place].passedCount == initialPairing.count
    }

    // MARK: Rounds of a pair

    /// The next round for `worker`, if any: of the lowest step, and there rather one whose
    /// generator or discriminator the worker ran last and has in its cache.
    func take(worker: Int) -> PairRound? {
        guard let place = runnablePlace, let pair = preferredPair(worker, place) else { return nil }
        ring[place].ready.remove(pair)
        highestBegun = max(highestBegun, ring[place].index)
        lastPair[worker] = pair
        lastDiscriminator[worker] = ring[place].decision.pairing.discriminatorOfPair[pair]
        return ring[place].round(of: pair)
    }

    private func preferredPair(_ worker: Int, _ place: Int) -> Int? {
        let pair = lastPair[worker]
        guard pair >= 0 else { return ring[place].ready.last }
        if ring[place].ready.contains(pair) { return pair }
        let partner = ring[place].pairOfDiscriminator[lastDiscriminator[worker]]
        return ring[place].ready.contains(partner) ? partner : ring[place].ready.last
    }

    /// Notes the end of a round, and which rounds can begin because of it.
    func end(_ round: PairRound, _ outcome: RoundOutcome) {
        let place = round.roundIndex % Self.ringCount
        ring[place].endedCount += 1
        if case .failed(let step) = outcome {
            note(failureOf: round, step: step)
            return
        }
        if case .scored(let score) = outcome { ring[place].scores[round.pair] = score }
        ring[place].passedCount += 1
        let next = round.roundIndex + 1
        roundOfPair[round.pair] = next
        guard next <= limit else { return }
        let nextPlace = next % Self.ringCount
        if policy.meets && ring[place].departure != nil {
            guard ring[place].passedCount == initialPairing.count else { return }
            planRound(after: place)
            meetingRound = next
            return
        }
        if ring[nextPlace].index != next { planRound(after: place) }
        offer(round.pair, nextPlace)
        let receiver = ring[nextPlace].pairOfDiscriminator[round.discriminator]
        if receiver != round.pair { offer(receiver, nextPlace) }
    }

    /// Puts the pair's round on the ready list if its generator and discriminator have arrived.
    private func offer(_ pair: Int, _ place: Int) {
        let round = ring[place].index
        let source = ring[place].sourcePair[pair]
        if roundOfPair[pair] == round && roundOfPair[source] >= round {
            ring[place].ready.insert(pair)
        }
    }

    /// All pairs go on to the end of this round, for one of them may fail at a lower step. Nobody
    /// stops earlier: what a round finds at its end, or after a rewind, must not depend on who
    /// began before the failure was known.
    private func note(failureOf round: PairRound, step: Int) {
        limit = min(limit, round.roundIndex)
        if let failure, failure < (step, round.pair) { return }
        failure = (step, round.pair)
    }

    /// No round starts that is higher than all begun so far.
    func stop() {
        limit = min(limit, highestBegun)
    }

    // MARK: Meetings

    private var hasMeeting: Bool { !isMeeting && meetingRound.map { $0 <= limit } ?? false }

    /// The next meeting, for which all pairs stand still. Its round has then begun.
    func beginMeeting() -> SwapMeeting? {
        guard hasMeeting, let round = meetingRound else { return nil }
        let place = round % Self.ringCount
        guard let event = ring[place].arrival else { return nil }
        isMeeting = true
        highestBegun = max(highestBegun, round)
        return SwapMeeting(event: event, decision: ring[place].decision)
    }

    /// All pairs can begin the round.
    func endMeeting() {
        guard let round = meetingRound else { return }
        isMeeting = false
        meetingRound = nil
        offerAll(round % Self.ringCount)
    }

    private func offerAll(_ place: Int) {
        for pair in stride(from: initialPairing.count - 1, through: 0, by: -1) {
            ring[place].ready.insert(pair)
        }
    }

    // MARK: Boundaries

    /// The next boundary that all pairs have passed, unless one is being closed already.
    func beginClosing() -> Boundary? {
        guard hasBoundaryToClose else { return nil }
        isClosing = true
        return ring[open % Self.ringCount].boundary
    }

    func endClosing() {
        isClosing = false
        closedStep = ring[open % Self.ringCount].lastStep
        open += 1
    }

    // MARK: Plans

    /// Round 0: the boundary of step 0 if anything happens there, the scores for a swap that needs
    /// them, or else the first steps.
    private func planFirstRound(_ startStep: Int) {
        let event = schedule.swapEvent(after: startStep)
        if startStep == 0 && !schedule.actions(at: 0).isEmpty {
            plan(0, steps: 1..<1, after: initialPairing, arrival: nil)
        } else if event != nil && policy.needsScores {
            ring[0].restart(
                index: 0, steps: startStep + 1..<startStep + 1, actions: [],
                pairing: initialPairing, arrival: nil, departure: event)
            ring[0].settle(previous: initialPairing)
        } else if startStep < schedule.steps {
            let arrival = event.map { SwapEvent(number: $0, step: startStep) }
            plan(0, steps: steps(after: startStep), after: initialPairing, arrival: arrival)
        } else {
            limit = -1
        }
        guard limit >= 0 else { return }
        if policy.meets && ring[0].arrival != nil {
            meetingRound = 0
        } else {
            offerAll(0)
        }
    }

    /// Plans the round that follows the one at `place`.
    private func planRound(after place: Int) {
        let step = ring[place].lastStep
        plan(
            ring[place].index + 1, steps: steps(after: step), after: ring[place].decision.pairing,
            arrival: ring[place].departure.map { SwapEvent(number: $0, step: step) },
            scores: ring[place].scores)
    }

    private func steps(after step: Int) -> Range<Int> {
        step + 1..<schedule.roundEnd(after: step) + 1
    }

    private func plan(
        _ index: Int, steps: Range<Int>, after previous: Pairing, arrival: SwapEvent?,
        scores: [Double] = []
    ) {
        let place = index % Self.ringCount
        let last = steps.upperBound - 1
        ring[place].restart(
            index: index, steps: steps, actions: schedule.actions(at: last), pairing: previous,
            arrival: arrival, departure: schedule.swapEvent(after: last))
        if let arrival {
            policy.decide(
                previous, event: arrival.number,
                stream: policy.stream(seed: seed, event: arrival.number), scores: scores,
                into: &ring[place].decision)
        }
        ring[place].settle(previous: previous)
        if ring[place].lastStep == schedule.steps { limit = min(limit, index) }
    }
}
