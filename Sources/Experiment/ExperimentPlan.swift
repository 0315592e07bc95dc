import Adversarial
import Datasets
import Evaluation
import FileFormats
import Metrics
import NeuralNetwork
import Population
import Settings

/// A validated experiment: everything that a run needs, and nothing that is not used.
package struct ExperimentPlan: Sendable {
    package let name: String
    package let seed: UInt64
    package let steps: Int
    package let groups: PopulationGroups
    package let population: PopulationSettings
    package let swap: SwapSettings
    package let failure: FailureSettings
    package let record: RecordSettings
    package let evaluateEvery: Int
    package let evaluatedWeights: GeneratorWeights
    package let evaluatedNormalization: SamplingNormalization
    /// The share of the time that measuring should take at most; nil where nobody minds.
    package let timeBudget: Double?
    /// Nil where the population is not measured as a whole.
    package let populationEvaluation: PopulationEvaluationSettings?
    let resolved: ResolvedExperiment
    /// The words of the command line that changed the file.
    package let overrides: [String]

    /// Reads and checks an experiment file with `key.sub=value` overrides.
    ///
    /// - Throws: `SettingsError` (a key), `DataError` (a data file).
    package static func load(path: String, overrides: [String]) throws -> ExperimentPlan {
        let document = try SettingsDocument(contentsOf: path, overrides: overrides)
        return try ExperimentPlan(document, directory: directory(of: path), overrides: overrides)
    }

    /// The plan of a document whose relative paths start at `directory`.
    package init(_ document: SettingsDocument, directory: String, overrides: [String]) throws {
        let root = document.root
        guard !root.has("sweep") else {
            throw root.error(
                "sweep", "this file describes many runs; `quadrille sweep` starts them")
        }
        name = try Self.name(root)
        let (seed, steps) = try Self.length(root)
        self.seed = seed
        self.steps = steps
        let groupRoots = try PairGroup.roots(root)
        let roots = groupRoots.isEmpty ? [root] : groupRoots
        let data = try PairGroup.data(roots, seed: seed, directory: directory)
        population = try PopulationSettings(
            settings: root.table("population"), groups: groupRoots)
        swap = try SwapSettings(settings: root.table("swap"))
        let models = try zip(roots, data).map { root, data in
            try AdversarialModel(
                root: root, exampleShape: data.source.exampleShape, batchSize: data.batchSize)
        }
        failure = try FailureSettings(settings: root.table("failure"))
        record = try RecordSettings(settings: root.table("record"))
        let evaluate = try root.table("evaluate")
        let every = try Self.evaluateEvery(evaluate)
        evaluateEvery = every
        evaluatedWeights = try Self.evaluatedWeights(evaluate)
        evaluatedNormalization = try Self.evaluatedNormalization(evaluate)
        let evaluations = try data.map {
            try EvaluationSettings(settings: evaluate, every: every, data: $0.source)
        }
        timeBudget = try EvaluationSettings.timeBudget(evaluate)
        populationEvaluation = try PopulationEvaluationSettings(
            settings: evaluate, every: every, evaluation: evaluations[0])
        try root.finish(foreign: KeyCatalog.foreignKeys(below: groupRoots.map(\.path)))
        let ranges = population.groupRanges
        let groups = roots.indices.map { group in
            PairGroup(
                pairs: ranges[group], model: models[group], data: data[group].source,
                evaluation: evaluations[group])
        }
        self.groups = try PopulationGroups(groups, roots: roots, swaps: swap.interval > 0)
        resolved = try ResolvedExperiment(document.resolvedTOML(), directory: directory)
        self.overrides = overrides
        if let conflict = PlanConflict.first(in: self) {
            let table =
                conflict.table.isEmpty ? root : try roots[conflict.group].table(conflict.table)
            throw table.error(conflict.key, conflict.message)
        }
    }

    /// The plan without groups that has each part in common with the plan that `source` names for
    /// it.
    ///
    /// - Parameters:
    ///   - length: from a document with the same keys at its root.
    ///   - root: what that document says about them.
    /// - Returns: nil where the parts contradict each other: then `init(_:directory:overrides:)`
    ///   says why.
    init?(
        combining source: (ExperimentPart) -> ExperimentPlan,
        length: (seed: UInt64, steps: Int), root: ResolvedExperiment.Section, overrides: [String]
    ) {
        (seed, steps) = length
        population = source(.population).population
        swap = source(.swap).swap
        failure = source(.failure).failure
        record = source(.record).record
        let evaluating = source(.evaluation)
        evaluateEvery = evaluating.evaluateEvery
        evaluatedWeights = evaluating.evaluatedWeights
        evaluatedNormalization = evaluating.evaluatedNormalization
        timeBudget = evaluating.timeBudget
        populationEvaluation = evaluating.populationEvaluation
        groups = PopulationGroups(
            only: PairGroup(
                pairs: 0..<population.pairs, model: source(.model).model,
                data: source(.data).data, evaluation: evaluating.evaluation))
        name = evaluating.name
        resolved = ResolvedExperiment(combining: source, root: root)
        self.overrides = overrides
        guard PlanConflict.first(in: self) == nil else { return nil }
    }

    /// The resolved experiment: complete, and the same run when it is run again.
    package var resolvedTOML: String { resolved.text }

    static func name(_ root: SettingsTable) throws -> String {
        let name = try root.text("name", default: "run", "Folder of the results.")
        guard !name.isEmpty, !name.contains("/"), name.first != "." else {
            throw root.error("name", "a name is a folder: not empty, without / or a leading dot")
        }
        return name
    }

    static func length(_ root: SettingsTable) throws -> (seed: UInt64, steps: Int) {
        let seed = try root.integer("seed", default: 1, "Every random number follows from it.")
        let steps = try root.integer(
            "steps", default: 20_000, in: 1...Int(UInt32.max) - 1, unit: "steps",
            "Training steps of each pair.")
        return (UInt64(seed), steps)
    }

    static func batchSize(_ settings: SettingsTable, available: Int) throws -> Int {
        let size = try settings.integer(
            "batch_size", default: 32, in: 1...1_000_000, unit: "examples",
            "Real, and generated, examples per update.")
        if size > available {
            throw settings.error(
                "batch_size",
                "a batch of \(size) is larger than the data, or a member's part of it "
                    + "(\(available) examples)")
        }
        return size
    }

    static func evaluateEvery(_ settings: SettingsTable) throws -> Int {
        try settings.integer(
            "every", default: 1000, unit: "steps", "Steps between evaluations; 0 = never.")
    }

    static func evaluatedWeights(_ settings: SettingsTable) throws -> GeneratorWeights {
        try settings.choice(
            "weights", default: GeneratorWeights.current,
            "The generator's weights that are evaluated: as they are, or their average (ema_decay)."
        )
    }

    static func evaluatedNormalization(
        _ settings: SettingsTable
    ) throws -> SamplingNormalization {
        // Optional: an experiment that does not ask is the same as before there was a choice.
        try settings.optionalChoice(
            "normalization", of: SamplingNormalization.allCases.map(\.rawValue),
            "Statistics of the generator's batch normalisation when it is evaluated: running "
                + "ones, or those of each batch of \(GeneratorSampler.batchSize) samples; without "
                + "the key running."
        ).flatMap(SamplingNormalization.init) ?? .running
    }

    /// The model of the first group: of all pairs where there are no groups.
    package var model: AdversarialModel { groups.all[0].model }

    /// The data of the first group. Those of the others have the same shape.
    package var data: any DataSource { groups.all[0].data }

    /// The evaluation of the first group. All have the same columns and number of samples.
    package var evaluation: EvaluationSettings? { groups.all[0].evaluation }

    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The boundaries of the run's rounds.
    package var schedule: RoundSchedule {
        var schedule = RoundSchedule(steps: steps)
        schedule.swapInterval = swap.interval
        schedule.swapStart = swap.start
        schedule.swapReturnAfter = swap.policy.returnAfter
        schedule.metricsEvery = record.metricsEvery
        schedule.samplesEvery = record.samplesEvery
        schedule.checkpointEvery = record.checkpointEvery
        schedule.recordAfterSwap = record.afterSwap
        schedule.evaluateEvery = evaluation == nil ? 0 : evaluateEvery
        schedule.populationEvery = populationEvaluation?.every ?? 0
        return schedule
    }

    /// The place of `swap.score` among the columns of the evaluation.
    var scoreColumn: Int? {
        swap.score.flatMap { score in
            evaluation?.columns.firstIndex { $0.name == score.column }
        }
    }

    /// Whether what moves in a swap is hashed: in the first 16, and in those that fall on a
    /// recorded step; or in all.
    func hashesSwap(_ event: Int, after step: Int) -> Bool {
        swap.hashing == .all || event <= 16 || schedule.actions(at: step).contains(.record)
    }
}
