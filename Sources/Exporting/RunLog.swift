import FileFormats
import Recording
import Settings

/// Everything that one run has recorded, read from its journal: what is acknowledged is there, at
/// any time, whether the run goes on, was killed or is finished.
package struct RunLog: Sendable {
    package let directory: String
    package let schema: LogSchema
    /// What `status.json` says; nil where it is missing or cannot be understood.
    package let status: RunStatus?
    /// Whether a process of this machine writes the run now; more rows than these will follow.
    package let isBeingWritten: Bool
    /// What stands behind the last row: a torn record, as in a live or killed run, or damage.
    package let tail: JournalReader.Tail
    /// The resolved experiment, key by key in the order of the file: ("swap.interval", 10).
    package let settings: [(key: String, value: JSONValue)]
    /// One table for each stream of the schema, in its order.
    package let tables: [RunTable]

    package var name: String { schema.runName }

    /// Reads the run in the folder `directory`.
    ///
    /// - Parameter isWanted: which columns to keep in memory, by stream; the tables of streams
    ///   without any have their axis all the same.
    /// - Throws: `DataError` where the folder holds no journal, or one whose header is damaged or
    ///   of another format version, or one whose rows are not in order.
    package init(
        directory: String, where isWanted: (LogStream, LogColumn) -> Bool = { _, _ in true }
    ) throws {
        let path = RunDirectory.journalPath(directory)
        guard InputFile.exists(path) else { throw Self.missingJournal(directory) }
        // Asked before the journal is read: a run that ends in between is read to its end.
        isBeingWritten = RunLock.isHeld(directory)
        let reader = try JournalReader(path)
        self.directory = directory
        schema = reader.schema
        tail = reader.tail
        status = RunStatus.read(RunDirectory.statusPath(directory))
        settings = try FlatSettings.of(reader.schema.experimentTOML, file: path)
        var readers = reader.schema.streams.map { [schema] stream in
            RowReader(stream, schema: schema) { isWanted(stream, $0) }
        }
        try reader.forEachRow { stream, axis, values in
            guard readers[stream].append(axis: Int(axis), values) else {
                throw DataError(
                    file: path, offset: reader.validBytes,
                    "/\(reader.schema.streams[stream].name) goes back to \(axis): its rows are "
                        + "not in order")
            }
        }
        tables = readers.map(\.table)
    }

    /// The value of a key of the resolved experiment; nil where this experiment has no such key.
    package func setting(_ key: String) -> JSONValue? {
        settings.first { $0.key == key }?.value
    }

    package func table(_ stream: String) -> RunTable? {
        tables.first { $0.stream.name == stream }
    }

    /// Global index of the pair at a position along a member axis.
    package func pair(_ position: Int) -> Int { schema.firstMember + position }

    private static func missingJournal(_ directory: String) -> DataError {
        guard RunDirectory.isFolder(directory) else {
            return DataError(file: directory, "there is no such folder of a run")
        }
        let rest =
            InputFile.exists(RunDirectory.logPath(directory))
            ? "; its run.h5 opens in h5py and xarray" : "; a run's folder is results/NAME/RUN"
        return DataError(file: directory, "is no run: it holds no journal" + rest)
    }
}

/// Turns the rows of one stream into columns.
private struct RowReader {
    private(set) var table: RunTable
    private var parts: [(type: LogColumnType, bytes: Range<Int>)] = []

    init(_ stream: LogStream, schema: LogSchema, where isWanted: (LogColumn) -> Bool) {
        table = RunTable(stream: stream, axis: [], columns: [])
        var end = 0
        for column in stream.columns {
            let start = end
            end += schema.byteCount(of: column)
            guard isWanted(column) else { continue }
            parts.append((column.type, start..<end))
            table.columns.append(
                .init(column: column, width: schema.elementCount(of: column), values: []))
        }
    }

    /// - Returns: false for a row that does not follow the one before it.
    mutating func append(axis: Int, _ values: UnsafeRawBufferPointer) -> Bool {
        if let last = table.axis.last, axis <= last { return false }
        table.axis.append(axis)
        for (index, part) in parts.enumerated() {
            part.type.decode(
                UnsafeRawBufferPointer(rebasing: values[part.bytes]),
                into: &table.columns[index].values)
        }
        return true
    }
}

extension LogColumnType {
    /// Appends the elements of `bytes`, little-endian.
    fileprivate func decode(_ bytes: UnsafeRawBufferPointer, into values: inout [Double]) {
        for offset in stride(from: 0, to: bytes.count, by: byteCount) {
            func load<Value: FixedWidthInteger>(_ type: Value.Type) -> Value {
                Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
            }
            switch self {
            case .float32: values.append(Double(Float(bitPattern: load(UInt32.self))))
            case .float64: values.append(Double(bitPattern: load(UInt64.self)))
            case .int32: values.append(Double(load(Int32.self)))
            case .int64: values.append(Double(load(Int64.self)))
            case .uint64: values.append(Double(load(UInt64.self)))
            }
        }
    }
}
