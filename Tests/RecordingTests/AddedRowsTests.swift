import FileFormats
import Recording
import Testing

/// What was measured after a run stands behind its own rows, in journal and log.
struct AddedRowsTests {
    private let folder = TemporaryFolder()
    private let sample = SampleRun(pairs: 2)
    private let stream = LogStream(
        name: "eval", columns: [LogColumn("kid", .float64, origin: .measured)],
        attributes: ["samples": "100"])

    init() throws {
        try RunDirectory.prepare(path: folder.path, overwrite: false)
        let recorder = try RunRecorder(directory: folder.path, schema: sample.schema)
        sample.record(3, with: recorder)
        try recorder.finish(state: .finished)
    }

    private func bytes(_ values: [Double]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

    private func add(_ step: Int64, _ values: [Double], samples: String = "100") throws -> String {
        let stream = LogStream(
            name: stream.name, columns: stream.columns, attributes: ["samples": samples])
        return try addRows(
            to: folder.path, [AddedRow(stream: stream, axis: step, bytes: bytes(values))])[0]
    }

    private func rows() throws -> (rows: [JournalRow], reader: JournalReader) {
        try journalRows(RunDirectory.journalPath(folder.path))
    }

    @Test func rowsAreInJournalAndLog() throws {
        let before = try rows().rows
        #expect(try add(3, [0.5, 0.25]) == "eval_1")
        let (after, reader) = try rows()
        #expect(Array(after.dropLast()) == before)
        #expect(after.last == JournalRow(stream: 3, axis: 3, values: bytes([0.5, 0.25])))
        #expect(reader.ownStreams == sample.schema.streams && reader.tail == .none)
        #expect(reader.schema.streams.map(\.name).last == "eval_1")
        guard case .same = try compareLog(directory: folder.path, with: reader) else {
            Issue.record("run.h5 is not that of the journal")
            return
        }
        let file = try HDF5File.openForReading(RunDirectory.logPath(folder.path))
        let kid = try file.root.openGroup("eval_1").openDataset("kid", type: .float64)
        #expect(kid.shape == [1, 2])
        #expect(try kid.readAll().elementsEqual(bytes([0.5, 0.25])))
        try file.close()
    }

    @Test func likeGoesToLike() throws {
        #expect(try add(2, [1, 2]) == "eval_1")
        #expect(try add(3, [3, 4]) == "eval_1")
        // Not behind the last row, or measured in another way.
        #expect(try add(3, [5, 6]) == "eval_2")
        #expect(try add(9, [7, 8], samples: "10") == "eval_3")
        #expect(try rows().rows.suffix(4).map(\.stream) == [3, 3, 4, 5])
    }

    @Test func everyTruncationKeepsThePrefix() throws {
        let start = try rows().reader.fileBytes
        _ = try add(3, [1, 2])
        let whole = try rows().rows
        let path = RunDirectory.journalPath(folder.path)
        let journal = try InputFile.read(path)
        for length in start..<journal.count {
            try overwrite(path, Array(journal[..<length]))
            let (kept, reader) = try rows()
            #expect(kept == whole.dropLast(), "\(length)")
            #expect(reader.hasTornTail == (length > reader.validBytes))
        }
        // A torn end is cut before anything is added.
        #expect(try add(4, [1, 2]) == "eval_1")
        #expect(try rows().rows.last?.axis == 4)
    }

    @Test func aRowBeforeItsStreamIsDamage() throws {
        let reader = try rows().reader
        let writer = try JournalWriter(addingTo: reader, stream: nil)
        try bytes([1, 2]).withUnsafeBytes { try writer.append(stream: 3, axis: 3, payload: $0) }
        try writer.write()
        writer.close()
        let before = try rows()
        #expect(before.rows.count == 9 && before.reader.validBytes == reader.validBytes)
        // The same bytes with the stream declared behind them.
        let later = try JournalWriter(addingTo: before.reader, stream: stream)
        try bytes([1, 2]).withUnsafeBytes { try later.append(stream: 3, axis: 3, payload: $0) }
        try later.write()
        later.close()
        #expect(try rows().rows.count == 10)
    }

    @Test func aRunThatIsWrittenIsLeftAlone() throws {
        let lock = try RunLock(directory: folder.path)
        #expect(throws: RecordingError.self) { try add(3, [1, 2]) }
        lock.release()
        #expect(try add(3, [1, 2]) == "eval_1")
    }
}
