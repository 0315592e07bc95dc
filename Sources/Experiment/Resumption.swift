import FileFormats
import Population
import Recording

/// What a resumed run goes on from.
///
/// The newest checkpoint that verifies; an older one where that is damaged; the beginning where
/// there is none. The journal decides what was recorded.
struct Resumption {
    let journal: JournalReader
    let checkpoint: SafetensorsFile?
    let checkpointFile: String
    let step: Int
    /// Why newer checkpoints were passed over, and what else the user should know.
    var notes: [String]
    /// What differs from the run before; refused unless forced.
    var differences: [String] = []
    /// Seconds of training that the log shows at `step`.
    let wallSeconds: Double

    /// Looks into the folder of a run, which this process has locked.
    ///
    /// - Returns: nil where nothing was recorded: then the run begins.
    /// - Throws: `DataError` where the journal is damaged in the middle, and may not be cut.
    init?(directory: String, plan: ExperimentPlan, force: Bool) throws {
        guard let journal = try Self.openJournal(directory) else { return nil }
        self.journal = journal
        notes = []
        if journal.tail == .damaged {
            guard force else {
                throw DataError(
                    file: journal.path, offset: journal.validBytes,
                    "the journal is damaged here and good records follow; `quadrille recover` "
                        + "makes a log of what stands before, --force goes on from there")
            }
            notes.append("the journal is cut at byte \(journal.validBytes), where it is damaged")
            let log = RunDirectory.logPath(directory)
            if InputFile.exists(log) {
                notes.append("run.h5 as it was is kept as \(LogKeeping.name(for: log))")
            }
        } else if journal.tail == .torn {
            notes.append("the journal ended in the middle of a record")
        }
        let lastRows = try Self.lastAxes(journal)
        var chosen: (step: Int, file: String, content: SafetensorsFile)?
        for step in Checkpoints.steps(in: directory).reversed() where step <= plan.steps {
            let file = RunDirectory.checkpointPath(directory, step: step)
            do {
                let content = try Checkpoints.open(in: directory, step: step)
                guard Self.hasRows(lastRows, through: step, plan) else {
                    throw DataError(file: file, "the journal lacks rows up to its step")
                }
                chosen = (step, file, content)
                break
            } catch let error as DataError {
                notes.append("passed over: \(error)")
            }
        }
        checkpoint = chosen?.content
        checkpointFile = chosen?.file ?? ""
        step = chosen?.step ?? 0
        wallSeconds = try Self.wallSeconds(journal, through: step)
    }

    /// Nil where no run was begun, or its first record was never completed.
    private static func openJournal(_ directory: String) throws -> JournalReader? {
        let path = RunDirectory.journalPath(directory)
        return JournalReader.isBegun(path) ? try JournalReader(path) : nil
    }

    private static func lastAxes(_ journal: JournalReader) throws -> [Int: Int64] {
        var last: [Int: Int64] = [:]
        try journal.forEachRow { stream, axis, _ in last[stream] = max(axis, last[stream] ?? axis) }
        return last
    }

    /// Whether the streams reach as far as a run at step `step` has filled them.
    private static func hasRows(
        _ last: [Int: Int64], through step: Int, _ plan: ExperimentPlan
    ) -> Bool {
        RunStream.present(in: plan).enumerated().allSatisfy { index, stream in
            let needed =
                stream == .swap
                ? plan.schedule.swapCount(before: step)
                : stream.action.map { plan.schedule.lastStep(with: $0, through: step) } ?? 0
            return last[index] ?? 0 >= Int64(needed)
        }
    }

    private static func wallSeconds(_ journal: JournalReader, through step: Int) throws -> Double {
        var seconds = 0.0
        try journal.forEachRow { stream, axis, values in
            guard stream == RunStream.train.rawValue, axis <= step, values.count >= 8 else {
                return
            }
            // The last column of the stream.
            seconds = values.loadUnaligned(fromByteOffset: values.count - 8, as: Double.self)
        }
        return seconds.isFinite ? seconds : 0
    }

    /// Whether the run has nothing left to do: it ended, nobody removed its files since, and its
    /// last state is there if it was to be kept.
    func isComplete(_ plan: ExperimentPlan, in directory: String) -> Bool {
        let status = RunStatus.read(RunDirectory.statusPath(directory))
        guard status?.state == .finished, status?.steps == plan.steps else { return false }
        let files = [
            RunDirectory.experimentPath(directory), RunDirectory.provenancePath(directory),
            RunDirectory.logPath(directory),
        ]
        guard files.allSatisfy(InputFile.exists) else { return false }
        return plan.record.checkpointEvery == 0 || step == plan.steps
    }

    /// What decides bits and differs between the run that was interrupted and this one.
    ///
    /// - Parameter isExtension: whether another length is what was asked for.
    mutating func compare(with plan: ExperimentPlan, provenance: String, isExtension: Bool) throws {
        differences += try Provenance.differences(
            before: journal.schema.provenanceJSON, file: journal.path, now: provenance,
            without: isExtension ? ["experiment_hash"] : [])
    }
}
