import FileFormats
import Recording
import Testing
import Threads

struct RunRecorderTests {
    private let folder = TemporaryFolder()
    private let sample = SampleRun()
    private var run: String { folder.path + "/run" }

    private func makeRecorder(
        queueCapacityBytes: Int = 1 << 20, liveLog: Bool = true
    ) throws -> RunRecorder {
        try RunDirectory.create(path: run, overwrite: true)
        return try RunRecorder(
            directory: run, schema: sample.schema, queueCapacityBytes: queueCapacityBytes,
            liveLog: liveLog)
    }

    @Test func everyRowIsInTheJournalAndTheLogInOrder() throws {
        let recorder = try makeRecorder(liveLog: false)
        sample.record(700, with: recorder)
        try recorder.finish(state: .finished)
        let (rows, reader) = try journalRows(run + "/journal")
        #expect(rows.count == 3 * 700 && !reader.hasTornTail)
        let log = try LogContents(run + "/run.h5", schema: sample.schema)
        for (stream, table) in log.tables.enumerated() {
            #expect(table.axis == (1...700).map(Int64.init))
            for row in 1...700 {
                #expect(table.row(row - 1) == sample.row(stream: stream, row))
            }
        }
        #expect(recorder.failure == nil)
    }

    @Test func rebuiltLogEqualsTheLiveOne() throws {
        var recorder: RunRecorder? = try makeRecorder()
        sample.record(300, with: try #require(recorder))
        #expect(recorder?.hasLiveLog == true)
        // Without `finish`, as after a failure of the program.
        recorder = nil
        let live = try LogContents(run + "/run.h5", schema: sample.schema)
        let summary = try recoverLog(directory: run)
        let rebuilt = try LogContents(run + "/run.h5", schema: sample.schema)
        #expect(live == rebuilt)
        #expect(rebuilt.tables.allSatisfy { $0.axis.count == 300 })
        #expect(summary.streams.map(\.name) == ["train", "swap", "crossplay"])
        #expect(summary.streams.allSatisfy { $0.rows == 300 && $0.lastAxis == 300 })
        #expect(summary.discardedBytes == 0)
    }

    @Test func logCarriesSchemaAndTexts() throws {
        let recorder = try makeRecorder()
        try recorder.finish(state: .finished)
        let root = try HDF5File.openForReading(run + "/run.h5").root
        #expect(try root.textAttribute("format") == "quadrille-log")
        #expect(try root.textAttribute("run") == "sample")
        #expect(try root.textAttribute("experiment") == sample.schema.experimentTOML)
        #expect(try root.textAttribute("provenance") == "{}")
        let train = try root.openGroup("train")
        #expect(try train.textAttribute("comment") == "values of the last update")
        let pairs = try train.openDataset("pair", type: .int32).readAll()
        #expect(pairs == [5, 0, 0, 0, 6, 0, 0, 0, 7, 0, 0, 0])
    }

    /// One record per row and pair: coordinate, member, then the columns.
    @Test func finalTableHoldsOneRecordPerRowAndPosition() throws {
        let recorder = try makeRecorder()
        sample.record(2, with: recorder)
        try recorder.finish(state: .finished)
        let final = try HDF5File.openForReading(run + "/run.h5").root.openGroup("final")
        let train = try final.openDataset(
            "train",
            type: .compound([
                ("step", .int64), ("pair", .int32), ("discriminator", .int32),
                ("d_loss", .float32), ("score", .float64), ("wall_seconds", .float64),
            ]))
        #expect(train.shape == [6])
        var expected: [UInt8] = []
        for row in 1...2 {
            for pair in 0..<3 {
                append(Int64(row), to: &expected)
                append(Int32(5 + pair), to: &expected)
                append(Int32(row * 1000 + pair), to: &expected)
                append(Float(row * 1000 + 100 + pair), to: &expected)
                append(Double(row * 1000 + 200 + pair), to: &expected)
                append(Double(row * 1000 + 300), to: &expected)
            }
        }
        #expect(try train.readAll() == expected)
        let crossplay = try final.openDataset(
            "crossplay",
            type: .compound([
                ("step", .int64), ("discriminator", .int32), ("generator", .int32),
                ("score", .float32),
            ]))
        #expect(crossplay.shape == [2 * 3 * 3])
        let second = Array(try crossplay.readAll()[20..<40])
        var record: [UInt8] = []
        append(Int64(1), to: &record)
        append(Int32(5), to: &record)
        append(Int32(6), to: &record)
        append(Float(1001), to: &record)
        #expect(second == record)
    }

    @Test func smallQueueAndManyThreadsLoseNothing() throws {
        // Less than a hundred rows fit: the trainers must wait for the writer.
        let recorder = try makeRecorder(queueCapacityBytes: 1)
        let (threads, rows) = (4, 2000)
        let values = sample.row(stream: 0, 1)
        let running = (0..<threads).map { thread in
            SystemThread {
                for row in 0..<rows {
                    values.withUnsafeBytes {
                        recorder.append(
                            stream: 0, axis: Int64(thread * rows + row), payload: $0)
                    }
                }
            }
        }
        for thread in running { thread.join() }
        try recorder.finish(state: .finished)
        let axes = try journalRows(run + "/journal").rows.map(\.axis)
        #expect(axes.sorted() == (0..<Int64(threads * rows)).map { $0 })
    }

    @Test func drainedRowsAreInTheJournal() throws {
        let recorder = try makeRecorder()
        sample.record(5, with: recorder)
        try recorder.drain()
        #expect(try journalRows(run + "/journal").rows.count == 15)
        sample.record(1, with: recorder)
        try recorder.finish(state: .finished)
    }

    @Test func statusNamesStateStepAndProcess() throws {
        let recorder = try makeRecorder()
        recorder.setStatus(
            RunStatus(state: .running, step: 7, steps: 20, pairStepsPerSecond: 12.5))
        try recorder.drain()
        let running = try status()
        #expect(running["state"] == "running" && running["step"] == 7)
        #expect(running["steps"] == 20 && running["pair_steps_per_second"] == 12.5)
        #expect(running["reason"] == .null)
        let heartbeat = try #require(running["heartbeat"]?.textValue)
        #expect(heartbeat.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
        try recorder.finish(state: .failed, reason: "loss of pair 3 is NaN at step 8")
        let failed = try status()
        #expect(failed["state"] == "failed" && failed["step"] == 7)
        #expect(failed["reason"] == "loss of pair 3 is NaN at step 8")
    }

    /// A folder in the place of `status.json` stands in for what may go wrong for a while.
    @Test func onlyChangesOfStateMustBeWritten() throws {
        let recorder = try makeRecorder()
        recorder.setStatus(RunStatus(state: .running, step: 7, steps: 20))
        try recorder.drain()
        remove(run + "/status.json")
        makeFolder(run + "/status.json")
        recorder.setStatus(RunStatus(state: .running, step: 8, steps: 20))
        try recorder.drain()
        try #require(removeFolder(run + "/status.json"))
        waitUntil { (try? status()["step"]) == 8 }
        #expect(try status()["step"] == 8)
        #expect(contents(of: run).allSatisfy { !$0.hasSuffix(".partial") })
        remove(run + "/status.json")
        makeFolder(run + "/status.json")
        let error = #expect(throws: RecordingError.self) { try recorder.finish(state: .finished) }
        #expect(error?.path == run + "/status.json")
    }

    private func status() throws -> JSONValue {
        try JSONValue(parsing: InputFile.read(run + "/status.json"), file: "status.json")
    }

    @Test func imagesArePNG() throws {
        let recorder = try makeRecorder()
        let picture = Picture(width: 3, height: 2, channels: 1, bytes: [0, 50, 100, 150, 200, 250])
        recorder.writeImage(name: "step-00000010-pair-00", image: picture)
        try recorder.finish(state: .finished)
        let path = run + "/samples/step-00000010-pair-00.png"
        #expect(try ImageFile.decode(InputFile.read(path), file: path) == picture)
    }

    @Test func missingFolderFailsAtTheStart() {
        let error = #expect(throws: RecordingError.self) {
            try RunRecorder(directory: folder.path + "/none", schema: sample.schema)
        }
        #expect(error?.description.contains("No such file or directory") == true)
    }

    @Test func failureOfTheWriterIsStickyAndStopsNobody() throws {
        let recorder = try makeRecorder(queueCapacityBytes: 1)
        // A checkpoint cannot be created in a folder that is gone.
        try #require(removeFolder(run + "/checkpoints"))
        recorder.beginCheckpoint(
            step: 1, layout: SafetensorsLayout(tensors: [], hasChecksums: true))
        #expect(throws: RecordingError.self) { try recorder.drain() }
        let failure = try #require(recorder.failure)
        #expect(failure.path == run + "/checkpoints/step-00000001.safetensors")
        sample.record(1000, with: recorder)
        let error = #expect(throws: RecordingError.self) {
            try recorder.finish(state: .finished)
        }
        #expect(error == failure)
        #expect(try status()["state"] == "failed")
    }
}

/// All columns of a log, to compare two files.
struct LogContents: Equatable {
    struct Table: Equatable {
        var axis: [Int64]
        var columns: [[UInt8]]

        /// The bytes of one row, as they were recorded.
        func row(_ index: Int) -> [UInt8] {
            columns.flatMap { column in
                let size = column.count / axis.count
                return column[(index * size)..<((index + 1) * size)]
            }
        }
    }

    var tables: [Table]

    init(_ path: String, schema: LogSchema) throws {
        let root = try HDF5File.openForReading(path).root
        tables = try schema.streams.map { stream in
            let group = try root.openGroup(stream.name)
            let axis = try group.openDataset(stream.axis, type: .int64).readAll()
            let columns = try stream.columns.map { column in
                try group.openDataset(column.name, type: Self.type(of: column)).readAll()
            }
            return Table(
                axis: axis.withUnsafeBytes { Array($0.bindMemory(to: Int64.self)) },
                columns: columns)
        }
    }

    private static func type(of column: LogColumn) -> HDF5ElementType {
        switch column.type {
        case .float32: .float32
        case .float64: .float64
        case .int32: .int32
        case .int64: .int64
        case .uint64: .uint64
        }
    }
}
