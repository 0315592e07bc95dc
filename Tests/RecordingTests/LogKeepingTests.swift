import FileFormats
import Recording
import Testing

/// A log is not lost to one that is made of a damaged journal.
struct LogKeepingTests {
    private let folder = TemporaryFolder()
    private let sample = SampleRun()
    private var log: String { RunDirectory.logPath(folder.path) }
    private var journal: String { RunDirectory.journalPath(folder.path) }

    init() throws { try RunDirectory.prepare(path: folder.path, overwrite: false) }

    private func record(_ rows: Int = 50) throws {
        let recorder = try RunRecorder(directory: folder.path, schema: sample.schema)
        sample.record(rows, with: recorder)
        try recorder.finish(state: .finished)
    }

    private func damageJournal() throws {
        let bytes = try InputFile.read(journal)
        try overwrite(journal, byte: bytes.count / 2, with: bytes[bytes.count / 2] ^ 1)
    }

    @Test func aLogThatHoldsMoreIsKept() throws {
        try record()
        let whole = try InputFile.read(log)
        try damageJournal()
        let summary = try recoverLog(directory: folder.path)
        #expect(summary.tail == .damaged && summary.streams[0].rows < 50)
        #expect(summary.keptLog == "\(log).before-recovery")
        #expect(try InputFile.read("\(log).before-recovery") == whole)
        #expect(try InputFile.read(log) != whole)
        // The new log is what the journal makes: nothing is lost with it.
        #expect(try recoverLog(directory: folder.path).keptLog == nil)
        try overwrite(log, whole)
        #expect(try recoverLog(directory: folder.path).keptLog == "\(log).before-recovery-2")
        #expect(try InputFile.read("\(log).before-recovery") == whole)
        #expect(try InputFile.read("\(log).before-recovery-2") == whole)
    }

    @Test func aLogOfAJournalThatWasCutIsKept() throws {
        try record()
        let whole = try InputFile.read(log)
        // The last record and a part of the one before it.
        try overwrite(journal, Array(InputFile.read(journal).dropLast(100)))
        let summary = try recoverLog(directory: folder.path)
        #expect(summary.tail == .torn && summary.keptLog == "\(log).before-recovery")
        #expect(try InputFile.read("\(log).before-recovery") == whole)
    }

    @Test func logsThatHoldNoMoreAreReplaced() throws {
        var recorder: RunRecorder? = try RunRecorder(directory: folder.path, schema: sample.schema)
        sample.record(20, with: try #require(recorder))
        // Without `finish`, as after a failure of the program.
        recorder = nil
        try overwrite(journal, Array(InputFile.read(journal).dropLast(3)))
        for _ in 1...2 { #expect(try recoverLog(directory: folder.path).keptLog == nil) }
        try damageJournal()
        remove(log)
        #expect(try recoverLog(directory: folder.path).keptLog == nil)
    }

    @Test func foldersThatAreNoRunsAreNamed() throws {
        try record(1)
        let other = "\(folder.path)/samples"
        let error = try #require(throws: DataError.self) { try recoverLog(directory: other) }
        #expect(error.message.hasSuffix("; a run's folder is results/NAME/RUN"))
        #expect(throws: Never.self) { try RunDirectory.requireJournal(folder.path) }
    }
}
