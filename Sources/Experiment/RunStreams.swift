import Adversarial
import Evaluation
import Metrics
import Population
import Recording

/// The streams of a run's log, by index, and their columns.
enum RunStream: Int, CaseIterable {
    case train, swap, system, evaluation, rewind, crossPlay, population, recovery

    /// The streams of a run, in the order of its log.
    static func present(in plan: ExperimentPlan) -> [RunStream] {
        let names = schema(plan).map(\.name)
        return allCases.filter { names.contains($0.name) }
    }

    /// At whose steps the stream has its rows; nil where the schedule does not say.
    var action: BoundaryActions? {
        switch self {
        case .train: .record
        case .evaluation: .evaluate
        case .crossPlay, .population: .measure
        case .swap, .system, .rewind, .recovery: nil
        }
    }

    var name: String {
        switch self {
        case .evaluation: "eval"
        case .crossPlay: "crossplay"
        default: "\(self)"
        }
    }

    static func schema(_ plan: ExperimentPlan) -> [LogStream] {
        [
            LogStream(name: "train", columns: trainColumns),
            LogStream(
                name: "swap", axis: "event",
                columns: swapColumns + (plan.swap.score == nil ? [] : [scoreColumn])),
            LogStream(
                name: "system",
                columns: [
                    LogColumn(
                        "steps_per_second", .float64, axes: [],
                        meaning: "pair-steps per second since the row before", origin: .measured),
                    LogColumn(
                        "rss_bytes", .int64, axes: [], meaning: "resident memory (bytes)",
                        origin: .measured),
                ]),
            LogStream(
                name: "eval",
                columns: plan.evaluation.map { evaluation in
                    zip(evaluation.columns, evaluation.meanings).map {
                        LogColumn($0.name, .float64, meaning: $1)
                    }
                } ?? []),
            LogStream(
                name: "rewind", columns: plan.failure.response == .rewind ? rewindColumns : []),
            LogStream(name: "crossplay", columns: measureColumns(plan, areCrossPlay: true)),
            LogStream(name: "population", columns: populationColumns(plan)),
            LogStream(name: "recovery", columns: plan.record.recovery ? recoveryColumns : []),
        ].filter { !$0.columns.isEmpty }
    }

    /// Who sat with whom, and what is not in `/crossplay`.
    private static func populationColumns(_ plan: ExperimentPlan) -> [LogColumn] {
        guard plan.populationEvaluation != nil else { return [] }
        return [trainColumns[0]] + measureColumns(plan, areCrossPlay: false)
    }

    private static func measureColumns(
        _ plan: ExperimentPlan, areCrossPlay: Bool
    ) -> [LogColumn] {
        guard let settings = plan.populationEvaluation else { return [] }
        return settings.columns.filter { ($0.extent == .crossPlay) == areCrossPlay }.map {
            let axes: [LogAxis] =
                switch $0.extent {
                case .population: []
                case .pair: [.pair]
                case .crossPlay: [.discriminator, .generator]
                }
            return LogColumn($0.name, .float64, axes: axes, meaning: $0.meaning)
        }
    }

    /// The columns of `/train` that come from `TrainingValues`.
    static let trainValues: [(name: String, value: any KeyPath<TrainingValues, Float> & Sendable)] =
        [
            ("d_loss", \.discriminatorLoss), ("d_loss_real", \.discriminatorLossReal),
            ("d_loss_fake", \.discriminatorLossGenerated), ("penalty", \.penalty),
            ("g_loss", \.generatorLoss), ("d_real", \.scoreReal), ("d_fake", \.scoreGenerated),
            ("d_grad_norm", \.discriminatorGradientNorm), ("g_grad_norm", \.generatorGradientNorm),
            ("d_learning_rate", \.discriminatorLearningRate),
            ("g_learning_rate", \.generatorLearningRate), ("epoch", \.epoch),
        ]

    static var trainColumns: [LogColumn] {
        [LogColumn("discriminator", .int32, meaning: "global index of who sat with the pair")]
            + trainValues.map { LogColumn($0.name, .float32) }
            + [
                LogColumn(
                    "wall_seconds", .float64, axes: [],
                    meaning: "of training since the start, interruptions left out (s)",
                    origin: .measured)
            ]
    }

    static var swapColumns: [LogColumn] {
        [
            LogColumn("step", .int64, axes: [], meaning: "the step that the swap followed"),
            LogColumn("source_pair", .int32, meaning: "seat that the discriminator came from"),
            LogColumn("discriminator", .int32, meaning: "who sits here after the swap"),
            LogColumn("action", .int32, meaning: actionMeaning),
            LogColumn("hash_before", .uint64, meaning: "of who sat here before; 0 = not hashed"),
            LogColumn("hash_after", .uint64, meaning: "of who sits here after; 0 = not hashed"),
        ]
    }

    /// Behind `swapColumns` where the policy needs scores.
    static let scoreColumn = LogColumn(
        "score", .float64, meaning: "swap.score of the generator here, before the swap")

    private static let actionMeaning =
        "0 = kept as it was, 1 = began anew, 2 = noise was added, 3 = became the mean of all, "
        + "4 = became a copy, 5 = exchanged its optimiser's state"

    private static let recoveryColumns = [
        LogColumn(
            "recovery_steps", .float64,
            meaning: "until the 10-step mean of g_loss is within two standard deviations of the "
                + "100 steps before the last swap; steps since the swap where censored (steps)"),
        LogColumn(
            "recovery_censored", .int32,
            meaning: "1 = not recovered by this step, at which the next swap or the end comes"),
    ]

    private static let rewindColumns = [
        LogColumn("attempts", .int32, meaning: "times the pair began this round anew"),
        LogColumn("failed_step", .int64, meaning: "the step that failed last; 0 = none"),
    ]
}

/// Collects the columns of one row as bytes, without allocating after its first rows.
struct RowBytes {
    private(set) var bytes: [UInt8] = []

    mutating func clear() { bytes.removeAll(keepingCapacity: true) }

    mutating func append<T: BitwiseCopyable>(_ value: T) {
        withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
    }

    /// Makes a row of `/crossplay`; empty where no measure has such columns.
    mutating func fill(crossPlay values: [[Double]], of settings: PopulationEvaluationSettings) {
        clear()
        for (column, values) in zip(settings.columns, values) where column.extent == .crossPlay {
            for value in values { append(value) }
        }
    }

    /// Makes a row of `/population`.
    mutating func fill(
        population values: [[Double]], of settings: PopulationEvaluationSettings,
        pairing: Pairing, firstMember: Int
    ) {
        clear()
        for discriminator in pairing.discriminatorOfPair {
            append(Int32(firstMember + discriminator))
        }
        for (column, values) in zip(settings.columns, values) where column.extent != .crossPlay {
            for value in values { append(value) }
        }
    }
}
