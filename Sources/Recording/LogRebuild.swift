import FileFormats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a log was rebuilt from.
package struct RecoverySummary: Equatable, Sendable {
    package struct Stream: Equatable, Sendable {
        package let name: String
        package let rows: Int
        /// Coordinate of the last row; `nil` where there is none.
        package let lastAxis: Int64?
    }

    package let streams: [Stream]
    /// Bytes of the journal that hold whole, undamaged records.
    package let validBytes: Int
    /// Bytes behind them: a record that a crash cut off, or damage. 0 for a whole journal.
    package let discardedBytes: Int
    package let tail: JournalReader.Tail
    /// Where the log that was there before stands now; nil where it held no more than the new one.
    package var keptLog: String?
}

/// Rebuilds `run.h5` of a run from its journal, for instance after its process was killed.
///
/// The log is compressed, opens in every HDF5 version and replaces the one that is there only when
/// it is complete. Where the journal has lost rows that the older log may hold, that one is kept
/// beside it. The journal is not changed.
///
/// - Throws: `DataError` where there is no journal, or its header is damaged; `RecordingError`
///   where the run is still being written, or the log cannot be.
package func recoverLog(directory: String) throws -> RecoverySummary {
    try RunDirectory.requireJournal(directory)
    let lock = try RunLock(directory: directory)
    defer { lock.release() }
    let reader = try JournalReader(RunDirectory.journalPath(directory))
    let path = RunDirectory.logPath(directory)
    let kept = try LogKeeping.isNeeded(directory, reader) ? LogKeeping.keep(path) : nil
    var summary = try rebuildLog(from: reader, to: path)
    summary.keptLog = kept
    return summary
}

/// Reads the journal twice: to count rows, which decides the chunks, and to copy them.
func rebuildLog(from reader: JournalReader, to path: String) throws -> RecoverySummary {
    let schema = reader.schema
    var rows = [Int](repeating: 0, count: schema.streams.count)
    var lastAxis = [Int64?](repeating: nil, count: schema.streams.count)
    try reader.forEachRow { stream, axis, _ in
        rows[stream] += 1
        lastAxis[stream] = axis
    }
    let summary = RecoverySummary(
        streams: schema.streams.indices.map {
            .init(name: schema.streams[$0].name, rows: rows[$0], lastAxis: lastAxis[$0])
        }, validBytes: reader.validBytes, discardedBytes: reader.fileBytes - reader.validBytes,
        tail: reader.tail)
    do {
        try DurableReplacement.replace(path) { temporary in
            try FinishedLog(path: temporary, schema: schema, rows: rows).copyRows(from: reader)
        }
    } catch let error as DataError {
        throw error
    } catch {
        throw RecordingError(error, path: path)
    }
    return summary
}

/// The compressed log of a finished run, while it is written.
private final class FinishedLog {
    /// 16 KiB of `Float` per column and chunk.
    private static let chunkElements = 4096

    private let file: HDF5File
    private var tables: [LogTable] = []
    private var compounds: [CompoundTable] = []
    private var blocks: [RowBlock] = []

    init(path: String, schema: LogSchema, rows: [Int]) throws {
        file = try HDF5File.create(path, format: .portable)
        try schema.writeAttributes(to: file.root)
        let final = try file.root.createGroup("final")
        for (stream, rows) in zip(schema.streams, rows) {
            let chunkRows = min(
                schema.chunkRows(of: stream, elements: Self.chunkElements), max(rows, 1))
            tables.append(
                try LogTable.create(
                    stream, in: file.root, schema: schema, chunkRows: chunkRows,
                    isCompressed: true))
            compounds.append(
                try CompoundTable(stream, in: final, schema: schema, blockRows: chunkRows))
            // A block is a chunk: each chunk is compressed once.
            blocks.append(
                RowBlock(rowBytes: schema.rowByteCount(of: stream), capacity: chunkRows))
        }
    }

    func copyRows(from reader: JournalReader) throws {
        do {
            try reader.forEachRow { stream, axis, values in
                blocks[stream].append(axis: axis, values: values)
                if blocks[stream].isFull { try write(stream) }
            }
            for stream in blocks.indices { try write(stream) }
            (tables, compounds) = ([], [])
            try file.close()
        } catch {
            file.abandon()
            throw error
        }
    }

    private func write(_ stream: Int) throws {
        guard blocks[stream].count > 0 else { return }
        try tables[stream].append(blocks[stream], isLive: false)
        try compounds[stream].append(blocks[stream])
        blocks[stream].removeAll()
    }
}
