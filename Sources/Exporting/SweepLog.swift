import FileFormats
import Recording

/// The runs of a sweep, read one after the other: only one of them is in memory at a time.
package struct SweepLog: Sendable {
    package let directory: String
    package let plan: SweepPlan

    /// Reads the plan in the folder `directory`; no run is opened yet.
    ///
    /// - Throws: `DataError` where there is no plan, or one that is damaged or of another version.
    package init(directory: String) throws {
        self.directory = directory
        plan = try SweepPlan(contentsOf: SweepDirectory.planPath(directory))
    }

    /// Whether the folder is that of a sweep and not of one run.
    package static func exists(in directory: String) -> Bool {
        InputFile.exists(SweepDirectory.planPath(directory))
    }

    /// The log of one run, or nil where it has not begun: it has no folder, or its first record is
    /// not complete.
    ///
    /// - Throws: `DataError` where there is a journal that cannot be read.
    package func log(
        of run: SweepPlan.Run, where isWanted: (LogStream, LogColumn) -> Bool = { _, _ in true }
    ) throws -> RunLog? {
        let folder = SweepDirectory.runPath(directory, run: run.name)
        guard JournalReader.isBegun(RunDirectory.journalPath(folder)) else { return nil }
        return try RunLog(directory: folder, where: isWanted)
    }
}
