import Adversarial
import Evaluation
import FileFormats
import Kernels
import Metrics
import NeuralNetwork
import Population
import Recording
import Settings

/// What cannot be evaluated, although the run can be read.
///
/// The command line ends with exit code 64 on it.
package struct EvaluationError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

/// A saved population that is measured after its run.
///
/// The latents are those of an evaluation during the run at the same step: with the same number of
/// samples it gives the same values.
package struct RunEvaluation {
    package let directory: String
    package let step: Int
    package let plan: ExperimentPlan
    /// What differs from the run: the program, its libraries or the data.
    package let differences: [String]
    private let state: PopulationState
    private let sampling: MemberSampling

    /// Opens the checkpoint of `step`, or the newest one.
    ///
    /// - Parameters:
    ///   - metrics: identifiers; empty for those of the experiment.
    ///   - samples: generated examples of each member; nil for as many as in the experiment.
    /// - Throws: `DataError` where the run has no such checkpoint, or files of it or its data cannot
    ///   be read; `SettingsError` for metrics that do not fit; `EvaluationError` without any metric;
    ///   `LinearAlgebraError`.
    package init(directory: String, step: Int?, metrics: [String], samples: Int?) throws {
        try LinearAlgebraLibrary.requireOneThread()
        self.directory = directory
        let reader = try JournalReader(RunDirectory.journalPath(directory))
        let saved = Checkpoints.steps(in: directory)
        guard let chosen = step ?? saved.last, saved.contains(chosen) else {
            let known = saved.isEmpty ? "none" : saved.map(String.init).joined(separator: ", ")
            throw DataError(
                file: "\(directory)/checkpoints",
                "no checkpoint\(step.map { " of step \($0)" } ?? ""); available steps: \(known)")
        }
        self.step = chosen
        plan = try Self.plan(reader, directory, metrics: metrics, samples: samples)
        guard plan.evaluation != nil else {
            throw EvaluationError(
                "the experiment names no metrics; --metric takes some of "
                    + Metrics.catalog.map { $0.identifier }.joined(separator: ", "))
        }
        state = PopulationState(plan)
        _ = try state.restore(
            from: Checkpoints.open(in: directory, step: chosen),
            file: RunDirectory.checkpointPath(directory, step: chosen))
        sampling = MemberSampling(plan, workers: 1)
        let provenance = Provenance.json(plan, commandLine: [], workers: 1)
        differences = try Provenance.differences(
            before: reader.schema.provenanceJSON, file: reader.path, now: provenance,
            without: ["experiment_hash"])
    }

    private static func plan(
        _ reader: JournalReader, _ directory: String, metrics: [String], samples: Int?
    ) throws -> ExperimentPlan {
        var overrides = ["evaluate.every=1"]
        if !metrics.isEmpty {
            let words = metrics.map { JSONValue.text($0).serialized() }.joined(separator: ", ")
            overrides.append("evaluate.metrics=[\(words)]")
        }
        if let samples { overrides.append("evaluate.samples=\(samples)") }
        let document = try SettingsDocument(
            text: reader.schema.experimentTOML, file: RunDirectory.experimentPath(directory),
            overrides: overrides)
        return try ExperimentPlan(document, directory: directory, overrides: [])
    }

    package var columns: [MetricColumn] { plan.evaluation!.columns }

    /// By member, one value for each column; `onMember` hears how many are done.
    package func values(onMember: (Int) -> Void = { _ in }) -> [[Double]] {
        let scratch = FloatVector(count: sampling.arenaCount)
        return (0..<plan.population.pairs).map { pair in
            let values = sampling.evaluate(
                state, pair: pair, step: step, worker: 0, scratch: scratch.base)
            onMember(pair + 1)
            return values
        }
    }

    /// What a perfect sampler has, by column; nil where groups differ.
    package var perfect: [Double]? { sampling.evaluation?.perfect }

    /// Adds the values to journal and log of the run.
    ///
    /// - Returns: the group of the log that holds them.
    /// - Throws: `RecordingError`, `DataError`.
    package func record(_ values: [[Double]]) throws -> String {
        var row = RowBytes()
        for column in columns.indices {
            for member in values { row.append(member[column]) }
        }
        var attributes = ["samples": "\(plan.evaluation!.sampleCount)"]
        if !differences.isEmpty {
            attributes["differences"] = differences.joined(separator: "; ")
        }
        let stream = LogStream(
            name: "evaluated",
            columns: zip(columns, plan.evaluation!.meanings).map {
                LogColumn($0.name, .float64, meaning: $1, origin: .measured)
            }, attributes: attributes)
        return try addRows(to: directory, stream: stream, rows: [(Int64(step), row.bytes)])
    }
}
