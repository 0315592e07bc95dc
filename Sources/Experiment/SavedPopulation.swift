import FileFormats
import Kernels
import Population
import Recording
import Settings

/// The networks of a run at one of its checkpoints, with the data that it trained on.
package struct SavedPopulation {
    package let directory: String
    package let step: Int
    package let plan: ExperimentPlan
    let reader: JournalReader
    let state: PopulationState
    let pairing: Pairing

    /// Opens the checkpoint of `step`, or the newest one.
    ///
    /// - Parameters:
    ///   - removed: keys of `[evaluate]` that count for nothing.
    ///   - overrides: changes of the experiment, of nothing that the networks depend on.
    /// - Throws: `MissingCheckpointError`; `DataError` where files of the run or its data cannot
    ///   be read; `EvaluationError` for the folder of a sweep; `SettingsError`;
    ///   `LinearAlgebraError`.
    init(
        directory: String, step: Int?, without removed: Set<String> = [], overrides: [String] = []
    ) throws {
        try LinearAlgebraLibrary.requireOneThread()
        self.directory = directory
        if let plan = try? SweepPlan(contentsOf: SweepDirectory.planPath(directory)) {
            throw EvaluationError(
                "\(directory) is the folder of a sweep: name one of its runs, such as "
                    + "\(directory)/\(plan.runs.first?.name ?? "RUN")")
        }
        try RunDirectory.requireJournal(directory)
        reader = try JournalReader(RunDirectory.journalPath(directory))
        let (chosen, checkpoint) = try Checkpoints.open(asked: step, in: directory)
        self.step = chosen
        plan = try Self.plan(reader, directory, without: removed, overrides)
        state = PopulationState(plan)
        let path = RunDirectory.checkpointPath(directory, step: chosen)
        guard checkpoint.metadata["step"] == "\(chosen)" else {
            throw DataError(
                file: path,
                "is a checkpoint of step \(checkpoint.metadata["step"] ?? "unknown"), under "
                    + "another name")
        }
        pairing = try state.restore(from: checkpoint, file: path).lineage.pairing
    }

    private static func plan(
        _ reader: JournalReader, _ directory: String, without removed: Set<String> = [],
        _ overrides: [String]
    ) throws -> ExperimentPlan {
        let document = try SettingsDocument(
            text: reader.schema.experimentTOML, file: RunDirectory.experimentPath(directory),
            without: ["evaluate": removed], overrides: overrides)
        return try ExperimentPlan(document, directory: directory, overrides: [])
    }

    /// The same experiment with other settings, of nothing that the networks depend on.
    func plan(with overrides: [String]) throws -> ExperimentPlan {
        try Self.plan(reader, directory, overrides)
    }

    /// What differs from the run: the program, its libraries or the data.
    func differences() throws -> [String] {
        try Provenance.differences(
            before: reader.schema.provenanceJSON, file: reader.path,
            now: Provenance.json(plan, commandLine: [], workers: 1), without: ["experiment_hash"])
    }
}
