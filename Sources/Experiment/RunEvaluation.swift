import Adversarial
import Evaluation
import FileFormats
import Kernels
import Metrics
import NeuralNetwork
import Population
import Recording
import Settings

/// What cannot be evaluated or sampled, although the run can be read.
///
/// The command line ends with exit code 64 on it.
package struct EvaluationError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

/// Values that were measured together: a row of a stream that is added to a run.
package struct EvaluatedRow: Sendable {
    package struct Column: Sendable {
        package let name: String
        package let meaning: String
        /// The axes that the values run over, the last one fastest.
        package let axes: [LogAxis]
        package let values: [Double]
    }

    package let columns: [Column]
    let stream: LogStream
    let bytes: [UInt8]
}

/// A saved population that is measured after its run.
///
/// The latents are those of an evaluation during the run at the same step: with the same number of
/// samples it gives the same values.
package struct RunEvaluation {
    package let population: SavedPopulation
    /// What differs from the run: the program, its libraries or the data.
    package let differences: [String]
    private let request: Request
    private let measuresMembers: Bool
    private let measuresPopulation: Bool
    private let sampling: MemberSampling
    private let judging: RunJudging?
    private let features: FeatureFiles?

    package var plan: ExperimentPlan { population.plan }
    package var step: Int { population.step }

    /// What to measure; without anything, what the experiment names.
    package struct Request: Sendable {
        /// Identifiers of metrics and of measures of the population.
        package var metrics: [String] = []
        package var measures: [String] = []
        /// The column of a metric that measures choose by; nil where none does, or as in the
        /// experiment.
        package var criterion: String?
        /// Updates of a judge that is trained against each generator; 0 = none.
        package var judgeSteps = 0
        /// Folders of runs whose discriminators, at their newest checkpoint, are judges.
        package var judges: [String] = []
        /// Generated examples of each member; nil for as many as in the experiment.
        package var samples: Int?
        /// npy files of features of real examples, and of samples of each member: then metrics
        /// compare these.
        package var realFeatures: String?
        package var generatedFeatures: [String] = []

        package init() {}

        /// Whether only the experiment says what to measure.
        var isOpen: Bool {
            metrics.isEmpty && measures.isEmpty && judgeSteps == 0 && judges.isEmpty
                && realFeatures == nil
        }

        /// Changes of the experiment, each with the option that asks for it.
        private var changes: [(option: String, override: String)] {
            func quoted(_ word: String) -> String { JSONValue.text(word).serialized() }
            func list(_ words: [String]) -> String {
                "[" + words.map(quoted).joined(separator: ", ") + "]"
            }
            var changes = [("an evaluation", "evaluate.every=1")]
            if !metrics.isEmpty, realFeatures == nil {
                changes.append(("--metric", "evaluate.metrics=\(list(metrics))"))
            }
            if !measures.isEmpty {
                changes.append(("--population", "evaluate.population=\(list(measures))"))
            }
            if let criterion {
                changes.append(("--criterion", "evaluate.criterion=\(quoted(criterion))"))
            }
            if let samples { changes.append(("--samples", "evaluate.samples=\(samples)")) }
            return changes
        }

        var overrides: [String] { changes.map(\.override) }

        /// The error in the words of who asked: by option, where the fault is in one.
        func named(_ error: SettingsError) -> any Error {
            let message = error.message.replacing("evaluate.metrics", with: "--metric")
            if case .argument(let number) = error.position, changes.indices.contains(number - 1) {
                return EvaluationError("\(changes[number - 1].option): \(message)")
            }
            // What the measures asked for choose by, which the experiment does not say.
            guard error.key == "evaluate.criterion", !measures.isEmpty else { return error }
            return EvaluationError("--criterion: \(message)")
        }

        /// Keys of the experiment's `[evaluate]` that say how often the run measured, or belong to
        /// what is not asked for.
        var removed: Set<String> {
            var removed: Set = ["population_every", "time_budget"]
            // As many as evaluate.samples.
            if samples != nil { removed.insert("population_samples") }
            guard !isOpen else { return removed }
            if measures.isEmpty { removed.formUnion(["population", "population_samples"]) }
            let chooses = PopulationMeasures.catalog.contains {
                measures.contains($0.identifier) && $0.chooses
            }
            if !chooses { removed.insert("criterion") }
            let comparesFeatures = Metrics.catalog.contains {
                metrics.contains($0.identifier) && $0 is any FeatureMetric.Type
            }
            if !metrics.isEmpty, realFeatures == nil, !comparesFeatures {
                removed.formUnion(["real_samples", "features"])
            }
            return removed
        }
    }

    /// Opens the checkpoint of `step`, or the newest one.
    ///
    /// - Throws: `MissingCheckpointError`; `DataError` where files of the run or its data cannot
    ///   be read; `SettingsError` for faults of its experiment; `EvaluationError` where there is
    ///   nothing to measure, for metrics that do not fit, and for judges of other examples;
    ///   `LinearAlgebraError`.
    package init(directory: String, step: Int?, _ request: Request) throws {
        self.request = request
        do {
            population = try SavedPopulation(
                directory: directory, step: step, without: request.removed,
                overrides: request.overrides)
        } catch let error as SettingsError {
            throw request.named(error)
        }
        let plan = population.plan
        features = try request.realFeatures.map {
            try FeatureFiles(
                real: $0, generated: request.generatedFeatures, metrics: request.metrics,
                pairs: plan.population.pairs)
        }
        measuresMembers =
            plan.evaluation != nil && features == nil
            && (request.isOpen || !request.metrics.isEmpty)
        measuresPopulation =
            plan.populationEvaluation != nil && (request.isOpen || !request.measures.isEmpty)
        guard !request.isOpen || measuresMembers || measuresPopulation else {
            throw EvaluationError(
                "the experiment names no metrics; --metric takes some of "
                    + Metrics.catalog.map { $0.identifier }.joined(separator: ", "))
        }
        sampling = MemberSampling(plan, workers: 1)
        judging =
            request.judgeSteps == 0 && request.judges.isEmpty
            ? nil
            : try RunJudging(
                population, sampling,
                others: request.judges.map {
                    try SavedPopulation(directory: $0, step: nil)
                }, samples: request.samples ?? plan.evaluation?.sampleCount ?? Self.usualSamples)
        differences = try population.differences()
    }

    /// Measures; `onMember` hears how many members are done.
    ///
    /// - Throws: `EvaluationError` where the data cannot be parted for judges.
    package func rows(onMember: (Int) -> Void = { _ in }) throws -> [EvaluatedRow] {
        var rows: [EvaluatedRow] = []
        if measuresMembers { rows.append(memberRow(onMember)) }
        if let features { rows.append(row(of: features)) }
        if measuresPopulation { rows += populationRows() }
        if let judging { rows += try judged(judging, onMember) }
        return rows
    }

    private func judged(
        _ judging: RunJudging, _ onMember: (Int) -> Void
    ) throws -> [EvaluatedRow] {
        var rows: [EvaluatedRow] = []
        if request.judgeSteps > 0 {
            let verdicts = try judging.independent(steps: request.judgeSteps, onMember: onMember)
            rows.append(
                row(
                    "judge", JudgeVerdict.columns, { column in verdicts.values.map { $0[column] } },
                    attributes: ["judge_steps": "\(request.judgeSteps)"],
                    samples: "\(verdicts.samples)"))
        }
        if !request.judges.isEmpty {
            let strangers = judging.strangers()
            rows.append(
                row(
                    "judges",
                    strangers.enumerated().map { index, judge in
                        ("acceptance_\(index)", "share of samples that \(judge.name) calls real")
                    }, { strangers[$0].values }, attributes: [:],
                    samples: "\(judging.samples)"))
        }
        return rows
    }

    private func row(of features: FeatureFiles) -> EvaluatedRow {
        let values = features.values()
        return row(
            "eval",
            features.columns.map { ($0.name, "\($0.meaning); features of other programs") },
            { column in values.map { $0[column] } },
            attributes: [
                "real_features": request.realFeatures ?? "",
                "generated_features": request.generatedFeatures.joined(separator: " "),
            ], samples: features.samples)
    }

    /// As many as an experiment that says nothing has.
    private static let usualSamples = 2500

    /// A row with one value for each pair in each column.
    private func row(
        _ name: String, _ columns: [(name: String, meaning: String)],
        _ values: (Int) -> [Double], attributes: [String: String], samples: String
    ) -> EvaluatedRow {
        var bytes = RowBytes()
        for value in columns.indices.flatMap(values) { bytes.append(value) }
        let stream = LogStream(
            name: name, columns: columns.map { LogColumn($0.name, .float64, meaning: $0.meaning) },
            attributes: attributes)
        return evaluated(stream, columns.indices.map(values), bytes.bytes, samples: samples)
    }

    private func memberRow(_ onMember: (Int) -> Void) -> EvaluatedRow {
        let scratch = FloatVector(count: sampling.arenaCount)
        let values = (0..<plan.population.pairs).map { pair in
            let values = sampling.evaluate(
                population.state, pair: pair, step: step, worker: 0, scratch: scratch.base)
            onMember(pair + 1)
            return values
        }
        var row = RowBytes()
        let columns = plan.evaluation!.columns.indices.map { column in
            values.map { $0[column] }
        }
        for value in columns.joined() { row.append(value) }
        return evaluated(
            like("eval"), columns, row.bytes, samples: "\(plan.evaluation!.sampleCount)")
    }

    private func populationRows() -> [EvaluatedRow] {
        let settings = plan.populationEvaluation!
        let pairing = population.pairing
        let values = PopulationMeasuring(plan)!.values(
            of: population.state, pairing: pairing, step: step)
        func columns(areCrossPlay: Bool) -> [[Double]] {
            zip(settings.columns, values).filter { ($0.0.extent == .crossPlay) == areCrossPlay }
                .map(\.1)
        }
        var rows: [EvaluatedRow] = []
        var row = RowBytes()
        row.fill(crossPlay: values, of: settings)
        if !row.bytes.isEmpty {
            rows.append(
                evaluated(
                    like("crossplay"), columns(areCrossPlay: true), row.bytes,
                    samples: "\(settings.sampleCount)"))
        }
        let first = plan.population.firstMember
        row.fill(population: values, of: settings, pairing: pairing, firstMember: first)
        let seats = pairing.discriminatorOfPair.map { Double(first + $0) }
        rows.append(
            evaluated(
                like("population"), [seats] + columns(areCrossPlay: false), row.bytes,
                samples: "\(settings.sampleCount)"))
        return rows
    }

    /// The stream of that name that a run with these settings would have.
    private func like(_ name: String) -> LogStream {
        RunStream.schema(plan).first { $0.name == name }!
    }

    private func evaluated(
        _ like: LogStream, _ values: [[Double]], _ bytes: [UInt8], samples: String
    ) -> EvaluatedRow {
        var attributes = like.attributes
        attributes["samples"] = samples
        if !differences.isEmpty {
            attributes["differences"] = differences.joined(separator: "; ")
        }
        return EvaluatedRow(
            columns: zip(like.columns, values).map {
                EvaluatedRow.Column(
                    name: $0.name, meaning: $0.meaning, axes: $0.axes, values: $1)
            },
            stream: LogStream(
                name: like.name, axis: like.axis, columns: like.columns.map(\.measuredAfterwards),
                attributes: attributes), bytes: bytes)
    }

    /// What a perfect sampler has of each metric, by column; nil where groups differ.
    package var perfect: [(name: String, value: Double)]? {
        guard measuresMembers, let evaluation = sampling.evaluation else { return nil }
        return zip(plan.evaluation!.columns, evaluation.perfect).map { ($0.name, $1) }
    }

    /// Adds rows to journal and log of the run.
    ///
    /// - Returns: the groups of the log that hold them.
    /// - Throws: `RecordingError`, `DataError`.
    package func record(_ rows: [EvaluatedRow]) throws -> [String] {
        try addRows(
            to: population.directory,
            rows.map { AddedRow(stream: $0.stream, axis: Int64(step), bytes: $0.bytes) })
    }

    /// Throws now what `record` would throw because somebody else writes the run.
    package func requireUnused() throws {
        try RunLock(directory: population.directory).release()
    }
}

extension LogColumn {
    /// Training does not compute it again.
    fileprivate var measuredAfterwards: LogColumn {
        LogColumn(name, type, axes: axes, meaning: meaning, origin: .measured)
    }
}
