import FileFormats

/// `run.h5` while the run goes on: one writer and any number of readers (HDF5's SWMR mode).
///
/// Everything is created up front and appears under its name at once; after that rows are only
/// appended. Rows wait in memory until `flush()`. For one thread.
final class LiveLog {
    private let file: HDF5File
    private var tables: [LogTable]
    private let blocks: [RowBlock]

    /// 8 KiB of `Float` per column and chunk: short logs stay small on the disk.
    private static let chunkElements = 2048
    private static let blockBytes = 1 << 16

    /// Creates the log with the rows that `journal` already has; it appears with all of them.
    static func create(
        path: String, schema: LogSchema, rowsOf journal: JournalReader?
    ) throws -> LiveLog {
        var created: LiveLog?
        try DurableReplacement.replace(path) { temporary in
            try create(temporary, schema: schema)
            let live = try LiveLog(opening: temporary, named: path, schema: schema)
            created = live
            do {
                try journal?.forEachRow { stream, axis, values in
                    if live.isFull(stream) { try live.flush() }
                    live.append(stream: stream, axis: axis, values: values)
                }
                try live.flush()
            } catch {
                live.abandon()
                throw error
            }
        }
        return created!
    }

    private init(opening path: String, named name: String, schema: LogSchema) throws {
        blocks = schema.streams.map { stream in
            let rowBytes = schema.rowByteCount(of: stream)
            let capacity = max(1, min(256, Self.blockBytes / max(rowBytes, 1)))
            return RowBlock(rowBytes: rowBytes, capacity: capacity)
        }
        let file = try HDF5File.openForLiveWriting(path, named: name)
        self.file = file
        let root = file.root
        tables = try zip(schema.streams, blocks).map { stream, block in
            try LogTable.open(stream, in: root, schema: schema, largestBlock: block.capacity)
        }
    }

    private static func create(_ path: String, schema: LogSchema) throws {
        let file = try HDF5File.create(path, format: .live)
        try schema.writeAttributes(to: file.root)
        for stream in schema.streams {
            _ = try LogTable.create(
                stream, in: file.root, schema: schema,
                chunkRows: schema.chunkRows(of: stream, elements: chunkElements),
                isCompressed: false)
        }
        try file.close()
    }

    /// Whether the stream has no room for another row before `flush()`.
    func isFull(_ stream: Int) -> Bool { blocks[stream].isFull }

    func append(stream: Int, axis: Int64, values: UnsafeRawBufferPointer) {
        blocks[stream].append(axis: axis, values: values)
    }

    /// Makes all rows visible to readers.
    func flush() throws {
        var wroteAny = false
        for (table, block) in zip(tables, blocks) where block.count > 0 {
            try table.append(block, isLive: true)
            block.removeAll()
            wroteAny = true
        }
        // Keeps the end of the file that its superblock names current, for readers after a kill.
        if wroteAny { try file.flush() }
    }

    func close() throws {
        try flush()
        tables = []
        try file.close()
    }

    /// Gives up after an error: nothing more is written.
    func abandon() {
        file.abandon()
    }
}
