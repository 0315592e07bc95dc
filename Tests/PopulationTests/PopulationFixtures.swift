import Population
import Settings
import Threads

/// The policies of the catalog, as test arguments.
let policyIdentifiers = SwapPolicies.catalog.map { $0.identifier }

func makePolicy(_ identifier: String, _ keys: String = "") throws -> any SwapPolicy {
    let text = "[swap]\npolicy = \"\(identifier)\"\n\(keys)"
    let document = try SettingsDocument(text: text, file: "test.toml", overrides: [])
    return try SwapPolicies.policy(settings: try document.root.table("swap"))
}

/// What `PopulationModel` saw of one boundary.
struct PassedBoundary: Equatable, Sendable {
    let boundary: Boundary
    /// By pair: the state of the generator at the boundary.
    let states: [UInt64]
}

/// Training whose whole state is one word per network, mixed so that any change of order,
/// partner or number of steps changes it.
///
/// It also checks what the executor promises: that no network is in two rounds at once, that
/// steps follow one another without a gap, and that nobody is more than two rounds ahead.
final class PopulationModel: PairRoundBody, @unchecked Sendable {
    /// When a pair fails: given pair and step.
    typealias Failing = @Sendable (_ pair: Int, _ step: Int) -> Bool

    private let lock = Lock()
    private let delayed: Bool
    private let hasScores: Bool
    private let failing: Failing
    /// Called at each begin of a round, without the lock.
    private let began: @Sendable (PairRound) -> Void
    // By network; guarded by the executor, as the states of a real population are. Not arrays:
    // to write one element of an array is an access to all of it.
    private let generators: UnsafeMutableBufferPointer<UInt64>
    private let discriminators: UnsafeMutableBufferPointer<UInt64>
    // Guarded by `lock`.
    private var stepOfPair: [Int]
    private var roundOfPair: [Int]
    private var isBusy: [Bool]
    private var isDiscriminatorBusy: [Bool]
    private var seatOfDiscriminator: [Int]
    private var recorded: [[UInt64]]
    private(set) var passed: [PassedBoundary] = []
    private(set) var lineage: Lineage
    private(set) var complaints: [String] = []

    init(
        pairs: Int, startStep: Int = 0, delayed: Bool = false, hasScores: Bool = false,
        failing: @escaping Failing = { _, _ in false },
        began: @escaping @Sendable (PairRound) -> Void = { _ in }
    ) {
        self.delayed = delayed
        self.hasScores = hasScores
        self.failing = failing
        self.began = began
        generators = .allocate(capacity: pairs)
        discriminators = .allocate(capacity: pairs)
        _ = generators.initialize(from: (0..<pairs).map { mix(UInt64($0), 1) })
        _ = discriminators.initialize(from: (0..<pairs).map { mix(UInt64($0), 2) })
        stepOfPair = Array(repeating: startStep, count: pairs)
        roundOfPair = Array(repeating: -1, count: pairs)
        isBusy = Array(repeating: false, count: pairs)
        isDiscriminatorBusy = isBusy
        seatOfDiscriminator = Array(0..<pairs)
        recorded = Array(repeating: Array(repeating: 0, count: pairs), count: 4)
        lineage = Lineage(initialPairing: .initial(pairs: pairs), initialStep: startStep)
    }

    deinit {
        generators.deallocate()
        discriminators.deallocate()
    }

    /// All states; valid while nothing runs.
    var states: [UInt64] { Array(generators) + Array(discriminators) }
    var steps: [Int] { lock.withLock { stepOfPair } }

    /// Goes on with the same networks under another executor, which counts rounds from 0 again.
    func beginAnotherRun() {
        roundOfPair = Array(repeating: -1, count: roundOfPair.count)
        passed = []
    }

    func run(_ round: PairRound, worker: Int) -> RoundOutcome {
        began(round)
        lock.withLock { begin(round) }
        if delayed { pause(round) }
        if let arrival = round.arrival {
            discriminators[round.discriminator] = disturbed(
                discriminators[round.discriminator], arrival.action, round.discriminator,
                event: arrival.event.number)
        }
        var outcome = RoundOutcome.completed
        for step in round.steps {
            if failing(round.pair, step) {
                outcome = .failed(step: step)
                break
            }
            let discriminator = mix(discriminators[round.discriminator], generators[round.pair])
            discriminators[round.discriminator] = mix(discriminator, UInt64(step))
            generators[round.pair] = mix(generators[round.pair], discriminator)
        }
        lock.withLock { end(round, outcome) }
        guard hasScores, round.departure != nil, outcome == .completed else { return outcome }
        return .scored(score(generators[round.pair]))
    }

    func meet(_ meeting: SwapMeeting) {
        lock.withLock {
            check(!isBusy.contains(true), "a meeting while somebody trains")
            check(stepOfPair.allSatisfy { $0 == meeting.event.step }, "a meeting too early or late")
        }
        combine(meeting.decision, discriminators)
    }

    func completed(_ boundary: Boundary) {
        lock.withLock {
            let last = passed.last?.boundary
            check(boundary.roundIndex == (last?.roundIndex ?? -1) + 1, "boundary out of order")
            check(stepOfPair.allSatisfy { $0 >= boundary.step }, "boundary before its pairs")
            check(roundOfPair.allSatisfy { $0 <= boundary.roundIndex + 2 }, "ring overrun")
            if let arrival = boundary.arrival {
                lineage.append(arrival, pairing: boundary.pairing)
            }
            passed.append(
                PassedBoundary(boundary: boundary, states: recorded[boundary.roundIndex % 4]))
        }
    }

    private func begin(_ round: PairRound) {
        check(!isBusy[round.pair], "generator in two rounds")
        check(!isDiscriminatorBusy[round.discriminator], "discriminator in two rounds")
        check(round.firstStep == stepOfPair[round.pair] + 1, "a gap between steps")
        check(round.roundIndex == roundOfPair[round.pair] + 1, "a gap between rounds")
        check(round.roundIndex <= (roundOfPair.min() ?? 0) + 1 + 2, "more than two rounds ahead")
        let source = round.arrival?.sourcePair ?? round.pair
        check(seatOfDiscriminator[round.discriminator] == source, "discriminator came from nowhere")
        seatOfDiscriminator[round.discriminator] = round.pair
        isBusy[round.pair] = true
        isDiscriminatorBusy[round.discriminator] = true
    }

    private func end(_ round: PairRound, _ outcome: RoundOutcome) {
        isBusy[round.pair] = false
        isDiscriminatorBusy[round.discriminator] = false
        guard outcome == .completed else { return }
        recorded[round.roundIndex % 4][round.pair] = generators[round.pair]
        stepOfPair[round.pair] = round.lastStep
        roundOfPair[round.pair] = round.roundIndex
    }

    private func check(_ holds: Bool, _ complaint: String) {
        if !holds { complaints.append(complaint) }
    }

    /// A time between 0 and 60 us that differs from run to run.
    private func pause(_ round: PairRound) {
        let now = MonotonicClock.nanoseconds
        let end = now + mix(now, UInt64(round.pair)) % 60_000
        while MonotonicClock.nanoseconds < end {}
    }
}

/// One of few numbers, so that there are equals.
func score(_ word: UInt64) -> Double { word % 7 == 0 ? .nan : Double(word % 5) }

/// What an action does to one discriminator by itself.
func disturbed(
    _ word: UInt64, _ action: DiscriminatorAction, _ discriminator: Int, event: Int
) -> UInt64 {
    switch action {
    case .reinitialize: mix(UInt64(discriminator), UInt64(event))
    case .perturb(let scale): mix(word, UInt64(event) ^ scale.bitPattern)
    case .keep, .average, .copy, .exchangeOptimizerState: word
    }
}

/// What a decision does to several discriminators at once; it depends on all that they were.
func combine(_ decision: SwapDecision, _ words: UnsafeMutableBufferPointer<UInt64>) {
    let before = Array(words)
    let total = before.reduce(0, &+)
    for (discriminator, action) in decision.actions.enumerated() {
        switch action {
        case .average: words[discriminator] = total
        case .copy(let source): words[discriminator] = before[source]
        case .exchangeOptimizerState(let other):
            words[discriminator] = mix(before[discriminator], before[other])
        case .keep, .reinitialize, .perturb: break
        }
    }
}

/// One round of a 64-bit hash of both words; mix(a, b) != mix(b, a).
func mix(_ first: UInt64, _ second: UInt64) -> UInt64 {
    var word = (first &* 0x9E37_79B9_7F4A_7C15) ^ (second &+ 0xD1B5_4A32_D192_ED03)
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
}
