import Population
import Randomness
import Recording

/// The swaps of the journal, one after the other from the initial pairing: each is a permutation
/// that leads to what rows and checkpoints say, decided by the policy, and conserves what moved
/// unless an action changed it.
struct LineageProof {
    let reader: JournalReader
    let plan: ExperimentPlan?
    let checkpoints: [SavedLineage]
    /// The last step of the journal.
    let lastStep: Int

    func run(_ report: (Finding) -> Void) throws {
        let schema = reader.schema
        let names = schema.streams.map(\.name)
        guard let swap = names.firstIndex(of: "swap"), let train = names.firstIndex(of: "train"),
            [[], [RunStream.scoreColumn]].contains(where: {
                schema.streams[swap].columns == RunStream.swapColumns + $0
            }),
            schema.streams[train].columns.first == RunStream.trainColumns.first
        else {
            report(.unchecked("lineage", "the journal has other columns for swaps"))
            return
        }
        var replay = LineageReplay(schema: schema, plan: plan, checkpoints: checkpoints)
        try reader.forEachRow { stream, axis, values in
            if stream == swap {
                replay.add(SwapRow(event: axis, values, pairs: schema.pairs))
            } else if stream == train {
                replay.compareSeats(step: axis, values)
            }
        }
        replay.finish(lastStep: lastStep)
        for fault in replay.faults { report(.failed("lineage", fault)) }
        if replay.faults.isEmpty { report(.proved("lineage", summary(replay))) }
    }

    private func summary(_ replay: LineageReplay) -> String {
        let swaps = replay.lineage.swapCount
        var text = swaps.of("swap") + (swaps == 1 ? " leads" : " lead")
        text += " from the initial pairing to that of each of \(replay.rowCount.of("row"))"
        if !checkpoints.isEmpty { text += " and \(checkpoints.count.of("checkpoint"))" }
        if replay.hashedCount > 0 {
            text += "; \(replay.hashedCount.of("hashed swap")) \(conservation(replay))"
        }
        return swaps > 0 && plan != nil ? text + "; the policy decides the same again" : text
    }

    /// What hashes prove: nothing of a discriminator that an action changed.
    private func conservation(_ replay: LineageReplay) -> String {
        let changed = replay.changedCount
        guard changed > 0 else { return "keep what moved bit for bit" }
        if changed == replay.hashedCount * reader.schema.pairs {
            return "in which an action changed every discriminator"
        }
        return "keep what moved bit for bit, beside \(changed.of("discriminator")) that an action "
            + "changed"
    }
}

/// One row of /swap.
private struct SwapRow {
    let event: Int
    let step: Int
    /// By seat, as global indices.
    let sources: [Int]
    let discriminators: [Int]
    let actions: [Int]
    let hashesBefore: [UInt64]
    let hashesAfter: [UInt64]
    /// Of who sat there before; empty where the policy needs none.
    let scores: [Double]

    /// - Precondition: the columns are `RunStream.swapColumns`, and maybe `scoreColumn`.
    init(event: Int64, _ values: UnsafeRawBufferPointer, pairs: Int) {
        func members(_ column: Int) -> [Int] {
            (0..<pairs).map {
                Int(
                    values.loadUnaligned(
                        fromByteOffset: 8 + 4 * (column * pairs + $0), as: Int32.self))
            }
        }
        func hashes(_ column: Int) -> [UInt64] {
            (0..<pairs).map {
                values.loadUnaligned(
                    fromByteOffset: 8 + 12 * pairs + 8 * (column * pairs + $0), as: UInt64.self)
            }
        }
        let rest = 8 + 28 * pairs
        scores =
            values.count < rest + 8 * pairs
            ? []
            : (0..<pairs).map {
                values.loadUnaligned(fromByteOffset: rest + 8 * $0, as: Double.self)
            }
        self.event = Int(event)
        step = Int(values.loadUnaligned(as: Int64.self))
        (sources, discriminators, actions) = (members(0), members(1), members(2))
        (hashesBefore, hashesAfter) = (hashes(0), hashes(1))
    }
}

/// Follows the discriminators through the rows of a journal.
private struct LineageReplay {
    private let plan: ExperimentPlan?
    private let first: Int
    private let pairs: Int
    private(set) var lineage: LineageSummary
    private(set) var faults: [String] = []
    private(set) var hashedCount = 0
    /// Discriminators that an action changed in hashed swaps: nothing is to be conserved there.
    private(set) var changedCount = 0
    /// Rows of /train whose seats were compared.
    private(set) var rowCount = 0
    private var lastStep = 0
    /// Checkpoints that no swap has passed yet, the next one last.
    private var checkpoints: [SavedLineage]
    /// Set by a swap behind which nobody can say who sits where.
    private var isBroken = false
    /// Of what a fault was named: one of each kind is enough.
    private var named: Set<String> = []

    init(schema: LogSchema, plan: ExperimentPlan?, checkpoints: [SavedLineage]) {
        self.plan = plan
        first = schema.firstMember
        pairs = schema.pairs
        lineage = LineageSummary(pairs: schema.pairs)
        self.checkpoints = checkpoints.reversed()
    }

    private mutating func fail(_ kind: String, _ text: String) {
        if named.insert(kind).inserted { faults.append(text) }
    }

    mutating func add(_ row: SwapRow) {
        guard !isBroken else { return }
        compareCheckpoints(through: row.step)
        guard let next = pairing(after: row) else {
            isBroken = true
            return
        }
        compareDecision(row, next)
        compareHashes(row)
        lineage.append(step: row.step, pairing: next) { UInt8(clamping: row.actions[$0]) }
        lastStep = row.step
    }

    /// Who sits with whom behind a swap; nil where the row is none that can follow.
    private mutating func pairing(after row: SwapRow) -> Pairing? {
        let swap = "swap \(row.event)"
        guard row.event == lineage.swapCount + 1 else {
            fail("order", "\(swap) follows swap \(lineage.swapCount)")
            return nil
        }
        guard row.step > lastStep,
            plan.map({ $0.schedule.swapEvent(after: row.step) == row.event }) ?? true
        else {
            fail("order", "\(swap) is said to follow step \(row.step): it cannot")
            return nil
        }
        let sources = row.sources.map { $0 - first }
        guard Pairing(discriminatorOfPair: sources).isPermutation else {
            fail("order", "\(swap) at step \(row.step): source_pair is no permutation")
            return nil
        }
        let next = sources.map { lineage.pairing.discriminatorOfPair[$0] }
        for pair in 0..<pairs where row.discriminators[pair] != first + next[pair] {
            fail(
                "order",
                "\(swap) at step \(row.step), pair \(first + pair): discriminator "
                    + "\(row.discriminators[pair]), but source_pair leads to "
                    + "\(first + next[pair])")
            return nil
        }
        return Pairing(discriminatorOfPair: next)
    }

    private mutating func compareDecision(_ row: SwapRow, _ next: Pairing) {
        guard let plan, UInt32(exactly: row.event) != nil else { return }
        let policy = plan.swap.policy
        guard (plan.swap.score == nil) == row.scores.isEmpty else {
            return fail("policy", "swap \(row.event) at step \(row.step): scores do not fit")
        }
        let scores = row.scores.map { plan.swap.score?.oriented($0) ?? $0 }
        let decision = policy.decision(
            for: lineage.pairing, event: row.event,
            stream: policy.stream(seed: plan.seed, event: row.event), scores: scores)
        let actions = next.discriminatorOfPair.map { Int(decision.actions[$0].code) }
        guard decision.pairing != next || actions != row.actions else { return }
        fail("policy", "swap \(row.event) at step \(row.step): the policy decides something else")
    }

    private mutating func compareHashes(_ row: SwapRow) {
        let swap = "swap \(row.event) at step \(row.step)"
        let hasAll = !(row.hashesBefore + row.hashesAfter).contains(0)
        if let plan, plan.hashesSwap(row.event, after: row.step), !hasAll {
            fail("hash", "\(swap) has no hashes")
        }
        if hasAll {
            hashedCount += 1
            changedCount += row.actions.count { $0 != DiscriminatorAction.keep.code }
        }
        for pair in 0..<pairs {
            let (before, after) = (
                row.hashesBefore[row.sources[pair] - first], row.hashesAfter[pair]
            )
            let isKept = row.actions[pair] == DiscriminatorAction.keep.code
            guard isKept, before != 0, after != 0, before != after else { continue }
            fail("hash", "\(swap), pair \(first + pair): what came is not what left its seat")
        }
    }

    /// A row of /train says who sat where during its step.
    mutating func compareSeats(step: Int64, _ values: UnsafeRawBufferPointer) {
        guard !isBroken else { return }
        rowCount += 1
        for pair in 0..<pairs {
            let seated = Int(values.loadUnaligned(fromByteOffset: 4 * pair, as: Int32.self))
            let expected = first + lineage.pairing.discriminatorOfPair[pair]
            guard seated != expected else { continue }
            fail(
                "seats",
                "step \(step) of /train, pair \(first + pair): discriminator \(seated), "
                    + "but the swaps lead to \(expected)")
        }
    }

    /// Checkpoints see the pairing before a swap at the end of their step.
    private mutating func compareCheckpoints(through step: Int) {
        while let saved = checkpoints.last, saved.step <= step {
            checkpoints.removeLast()
            let replayed = lineage
            guard saved.lineage != replayed else { continue }
            let what =
                saved.lineage.pairing != replayed.pairing
                ? "its pairing"
                : saved.lineage.swapCount != replayed.swapCount
                    ? "its \(saved.lineage.swapCount.of("swap"))" : "its digest of the swaps"
            fail(
                "checkpoint",
                "the swaps do not lead to the checkpoint of step \(saved.step): "
                    + "\(what) is another")
        }
    }

    mutating func finish(lastStep: Int) {
        guard !isBroken else { return }
        compareCheckpoints(through: .max)
        guard let plan else { return }
        let expected = plan.schedule.swapCount(before: lastStep)
        guard lineage.swapCount < expected else { return }
        fail(
            "end",
            "the journal has \(lineage.swapCount.of("swap")), but \(expected) come before step "
                + "\(lastStep)")
    }
}

extension RoundSchedule {
    /// Whether the steps after the last swap, if there was one, end with `step`.
    func endsRecovery(_ step: Int) -> Bool {
        swapCount(before: step) > 0 && (swaps(after: step) || step == steps)
    }

    /// How many swaps follow a step below `step`.
    func swapCount(before step: Int) -> Int {
        var shorter = self
        shorter.steps = step
        return min(shorter.swapCount, swapCount)
    }
}
