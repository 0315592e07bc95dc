import FileFormats
import Population
import Recording

/// Something decides the bits of a run and differs from what the run was begun with.
///
/// The command line ends with exit code 64 on it.
package struct ResumeError: Error, Equatable, Sendable, CustomStringConvertible {
    package let directory: String
    package let differences: [String]

    package var description: String {
        "\(directory): this run was begun with something else: "
            + differences.joined(separator: "; ")
            + "; restore that, or accept other bits with --force (it is recorded)"
    }
}

/// Prepares the folder of a run that this process has locked.
struct RunOpening {
    private let plan: ExperimentPlan
    private let directory: String
    private let provenance: String
    private(set) var resumption: Resumption?
    private(set) var notes: [String] = []

    init(plan: ExperimentPlan, directory: String, provenance: String) {
        self.plan = plan
        self.directory = directory
        self.provenance = provenance
    }

    /// - Returns: false where the run to be resumed is complete.
    mutating func begin(_ start: RunSession.Start) throws -> Bool {
        guard case .resume(let force) = start else {
            try RunDirectory.prepare(path: directory, overwrite: start == .new(overwrite: true))
            return true
        }
        var isExtension = false
        resumption = try Resumption(directory: directory, plan: plan, force: force)
        if resumption == nil, let source = try RunExtension.begin(plan, directory: directory) {
            isExtension = true
            notes.append("goes on from the shorter run \(source)")
            resumption = try Resumption(directory: directory, plan: plan, force: force)
        }
        guard var found = resumption else {
            notes.append("nothing to resume: the run starts from the beginning")
            try RunDirectory.prepare(path: directory, overwrite: true)
            return true
        }
        if found.isComplete(plan, in: directory) { return false }
        try found.compare(with: plan, provenance: provenance, isExtension: isExtension)
        guard found.differences.isEmpty || force else {
            throw ResumeError(directory: directory, differences: found.differences)
        }
        try RunDirectory.makeSubfolders(directory)
        try RunDirectory.removePartialFiles(directory)
        notes += found.notes + ["goes on from step \(found.step)"]
        notes += found.differences.map { "accepted although it differs: \($0)" }
        resumption = found
        return true
    }

    /// What the recorder adds to the journal; nil for a new run.
    ///
    /// - Throws: `ResumeError` where the log of the run has other columns.
    func continuedJournal(
        _ schema: LogSchema, _ restored: RestoredPopulation
    ) throws -> ContinuedJournal? {
        guard let resumption else { return nil }
        guard resumption.journal.ownStreams == schema.streams,
            resumption.journal.schema.pairs == schema.pairs
        else {
            throw ResumeError(directory: directory, differences: ["columns of the log"])
        }
        let isForced = !resumption.differences.isEmpty
        let lastKept = schema.streams.map { stream in
            stream.axis == "event" ? Int64(restored.lineage.swapCount) : Int64(restored.step)
        }
        return ContinuedJournal(
            resumption.journal,
            resume: ResumeRecord(
                step: restored.step, runName: schema.runName,
                experimentTOML: schema.experimentTOML, provenanceJSON: schema.provenanceJSON,
                differences: resumption.differences, lastKept: isForced ? lastKept : nil))
    }
}
