import Adversarial
import Metrics
import Population
import Recording
import Settings
import Statistics

/// `[population]`: how many pairs, and what they have in common.
package struct PopulationSettings: Sendable {
    package let pairs: Int
    package let firstMember: Int
    package let shared: [MemberStreams.SharedKind]
    /// The pairs of each group, numbered through; all pairs where there are no groups.
    let groupRanges: [Range<Int>]
    /// Whether there are `[[population.groups]]`, be it one.
    let isGrouped: Bool

    static let mostPairs = 100_000

    /// - Parameter groups: the tables of `[[population.groups]]`.
    package init(settings: SettingsTable, groups: [SettingsTable] = []) throws {
        isGrouped = !groups.isEmpty
        if groups.isEmpty {
            let count = try settings.integer(
                "pairs", default: 2, in: 1...Self.mostPairs,
                "N: generators, each with a discriminator.")
            groupRanges = [0..<count]
        } else {
            groupRanges = try Self.ranges(groups, settings)
        }
        pairs = groupRanges[groupRanges.count - 1].upperBound
        firstMember = try settings.integer(
            "first_member", default: 0, in: 0...1_000_000_000,
            "Global index of the first pair: its random streams are named by it.")
        let kinds = MemberStreams.SharedKind.allCases
        shared = try settings.choices(
            "shared", of: kinds.map(\.rawValue), default: [],
            "Random streams that all members have in common."
        ).map { MemberStreams.SharedKind(rawValue: $0)! }
    }

    private static func ranges(
        _ groups: [SettingsTable], _ settings: SettingsTable
    ) throws -> [Range<Int>] {
        guard !settings.has("pairs") else {
            throw settings.error(
                "pairs", "each of population.groups says how many pairs it has; remove this key")
        }
        var first = 0
        return try groups.map { group in
            let end = first + (try PairGroup.size(group))
            guard end <= mostPairs else {
                throw group.error("pairs", "at most \(mostPairs) pairs in all groups together")
            }
            defer { first = end }
            return first..<end
        }
    }

    package func streams(seed: UInt64, pair: Int) -> MemberStreams {
        MemberStreams(seed: seed, member: UInt32(firstMember + pair), shared: shared)
    }
}

/// What a discriminator takes along when it changes its partner.
package enum StateRule: String, CaseIterable, Sendable {
    /// The state goes with the discriminator.
    case moves
    /// The state stays at the seat, with the generator.
    case stays
    /// The state begins anew.
    case resets
}

/// `swap.score`: the value of `[evaluate]` that says who is better.
package struct SwapScore: Sendable {
    /// The metric's column in `/eval`.
    package let column: String
    private let direction: Direction

    init(settings: SettingsTable) throws {
        let columns = Metrics.catalog.flatMap { $0.columns }.map(\.name)
            .filter { Metrics.direction(ofColumn: $0) != nil }
        column = try settings.choice(
            "score", of: columns, default: nil,
            "A value of evaluate.metrics, measured at each swap: who is better and who worse.")
        direction = Metrics.direction(ofColumn: column)!
    }

    /// The value as policies see it: higher is better.
    func oriented(_ value: Double) -> Double { direction == .higherIsBetter ? value : -value }
}

/// `[swap]`: when discriminators change partners, how, and what they take along.
package struct SwapSettings: Sendable {
    package enum Hashing: String, CaseIterable, Sendable {
        /// The first 16 swaps, and those that fall on a recorded step.
        case some
        case all
    }

    package let interval: Int
    package let start: Int
    package let warmupSteps: Int
    package let policy: any SwapPolicy
    /// What the policy decides by; nil for one that needs no scores.
    package let score: SwapScore?
    package let optimizerState: StateRule
    package let normalizationStatistics: StateRule
    package let hashing: Hashing

    package init(settings: SettingsTable) throws {
        interval = try settings.integer(
            "interval", default: 100, unit: "steps", "K: steps between two swaps; 0 = never.")
        policy = try SwapPolicies.policy(settings: settings)
        score = policy.needsScores ? try SwapScore(settings: settings) : nil
        guard interval == 0 || policy.returnAfter < interval else {
            throw settings.error(
                "return_after",
                "discriminators return after \(policy.returnAfter) steps; that must be less than "
                    + "swap.interval (\(interval))")
        }
        start = try settings.integer(
            "start", default: 0, unit: "steps", "No swap before this step.")
        warmupSteps = try settings.integer(
            "warmup_steps", default: 0, in: 0...1_000_000, unit: "steps",
            "Steps after a swap over which learning rates rise to their value.")
        optimizerState = try Self.rule(
            settings, "optimizer_state", "The optimiser's moments and step count at a swap.")
        normalizationStatistics = try Self.rule(
            settings, "normalization_statistics", "Running normalisation statistics at a swap.")
        hashing = Hashing(
            rawValue: try settings.choice(
                "hash", of: Hashing.allCases.map(\.rawValue), default: "some",
                "Swaps that are proved by hashes: some (the first 16 and recorded steps) or all.")
        )!
    }

    private static func rule(
        _ settings: SettingsTable, _ key: String, _ meaning: String
    ) throws -> StateRule {
        let name = try settings.choice(
            key, of: StateRule.allCases.map(\.rawValue), default: "moves", meaning)
        return StateRule(rawValue: name)!
    }
}

/// `[failure]`: what to do about a number that is not finite.
package struct FailureSettings: Sendable {
    package enum Response: String, CaseIterable, Sendable {
        /// The run ends.
        case stop
        /// The pair goes back to the start of its round and takes other noise.
        ///
        /// Where rounds begin follows from what happens at which steps. So where something was
        /// rewound, another recording interval may give another run.
        case rewind
    }

    package let response: Response
    /// How often one pair may train one round again; 0 where a failure stops the run.
    package let maximumRewinds: Int

    package init(settings: SettingsTable) throws {
        response = Response(
            rawValue: try settings.choice(
                "on_nan", of: Response.allCases.map(\.rawValue), default: "stop",
                "A number that is not finite: stop the run, or rewind the pair by its round."))!
        maximumRewinds =
            response == .rewind
            ? try settings.integer(
                "max_rewinds", default: 3, in: 1...100,
                "Attempts with other noise, per pair and round, before the run stops after all.")
            : 0
    }

    /// What the reason of a failure says about the attempts before it.
    var exhaustion: String {
        switch maximumRewinds {
        case 0: ""
        case 1: " after 1 rewind"
        default: " after \(maximumRewinds) rewinds"
        }
    }
}

/// `[record]`: what is kept of a run.
package struct RecordSettings: Sendable {
    package let metricsEvery: Int
    package let samplesEvery: Int
    package let checkpointEvery: Int
    package let retention: CheckpointRetention
    package let afterSwap: Int
    package let recovery: Bool

    package init(settings: SettingsTable) throws {
        metricsEvery = try settings.integer(
            "metrics_every", default: 100, unit: "steps", "Steps between rows of the log; 0 = none."
        )
        samplesEvery = try settings.integer(
            "samples_every", default: 1000, unit: "steps", "Steps between pictures; 0 = none.")
        checkpointEvery = try settings.integer(
            "checkpoint_every", default: 5000, unit: "steps",
            "Steps between saved networks (the last step is saved as well); 0 = none.")
        retention = try Self.retention(settings, checkpointEvery: checkpointEvery)
        afterSwap = try settings.integer(
            "after_swap", default: 0, in: 0...1_000_000, unit: "steps",
            "Steps after each swap that are logged as well.")
        // Optional: an experiment without it is the same as before there was this key.
        recovery =
            try settings.optionalFlag(
                "recovery",
                "Whether the steps are counted that each generator's loss takes to recover from a "
                    + "swap; false where absent.") ?? false
    }

    private static func retention(
        _ settings: SettingsTable, checkpointEvery: Int
    ) throws -> CheckpointRetention {
        let newest = try settings.integer(
            "keep_checkpoints", default: 0, in: 0...1_000_000, unit: "checkpoints",
            "Newest checkpoints that are kept, older ones are removed; 0 = all.")
        let every = try settings.integer(
            "keep_every", default: 0, in: 0...1_000_000, unit: "checkpoints",
            "Every how many checkpoints one is kept for good besides the newest; 0 = none.")
        if every > 0 && newest == 0 {
            throw settings.error(
                "keep_every", "all checkpoints are kept while record.keep_checkpoints is 0")
        }
        let (steps, overflow) = every.multipliedReportingOverflow(by: checkpointEvery)
        return CheckpointRetention(newest: newest, everySteps: overflow ? .max : steps)
    }
}
