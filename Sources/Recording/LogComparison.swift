import FileFormats

/// How `run.h5` stands to the journal that it was rebuilt from.
package enum LogComparison: Equatable, Sendable {
    /// Every value is that of the journal.
    case same(values: Int)
    /// Where they differ and how: a line for each dataset.
    case different([String])
    /// The log of a run that goes on or was killed.
    case notRebuilt
    case missing
}

/// Compares each dataset and text of `run.h5` with the journal; of the compound copies in /final
/// only the number of records. It writes nothing.
///
/// - Throws: `DataError` where the journal cannot be read.
package func compareLog(directory: String, with reader: JournalReader) throws -> LogComparison {
    let path = RunDirectory.logPath(directory)
    guard InputFile.exists(path) else { return .missing }
    if isLiveLog(path) { return .notRebuilt }
    var rows = [Int](repeating: 0, count: reader.schema.streams.count)
    try reader.forEachRow { stream, _, _ in rows[stream] += 1 }
    let comparer: StoredLog
    do {
        comparer = try StoredLog(path: path, schema: reader.schema, rows: rows)
    } catch let error as HDF5Error {
        return .different([error.description])
    }
    try reader.forEachRow { stream, axis, values in
        comparer.compare(stream: stream, axis: axis, values: values)
    }
    return comparer.finish()
}

/// Whether the file has the form that can be read while it is written: version 3 of the first
/// block, where a rebuilt log has version 0.
private func isLiveLog(_ path: String) -> Bool {
    guard let start = try? InputFile.read(path, first: 9), start.count == 9 else { return false }
    return start[8] >= 2
}

/// The log as it stands in the file, while rows of the journal pass by.
private final class StoredLog {
    /// Rows that are compared at once hold so many bytes at most, or are one row.
    private static let blockBytes = 1 << 20

    private let schema: LogSchema
    private let file: HDF5File
    private var datasets: [[StoredDataset]] = []
    private let blocks: [RowBlock]
    /// By stream: rows that were compared.
    private var position: [Int]
    private var differences: [String] = []
    private var valueCount = 0

    init(path: String, schema: LogSchema, rows: [Int]) throws {
        self.schema = schema
        file = try HDF5File.openForReading(path)
        position = Array(repeating: 0, count: rows.count)
        blocks = schema.streams.map { stream in
            let rowBytes = schema.rowByteCount(of: stream)
            let capacity = max(1, min(1024, Self.blockBytes / max(rowBytes, 1)))
            return RowBlock(rowBytes: rowBytes, capacity: capacity)
        }
        compareTexts()
        for (stream, rows) in zip(schema.streams, rows) {
            datasets.append(open(stream, rows: rows))
        }
    }

    private func compareTexts() {
        let texts = [
            ("format", LogSchema.logFormat), ("run", schema.runName),
            ("experiment", schema.experimentTOML), ("provenance", schema.provenanceJSON),
        ]
        for (name, expected) in texts {
            attempt {
                guard try file.root.textAttribute(name) != expected else { return }
                differences.append("the attribute \(name) is not that of the journal")
            }
        }
    }

    /// The datasets of a stream that have the extents of the journal.
    private func open(_ stream: LogStream, rows: Int) -> [StoredDataset] {
        var found: [StoredDataset] = []
        attempt {
            let table = try LogTable.open(stream, in: file.root, schema: schema, largestBlock: 1)
            let lengths = Set(([table.axis] + table.columns).map(\.rows))
            if let length = lengths.first, lengths.count == 1, length != rows {
                // One line for all its datasets: the log is of another length.
                differences.append("/\(stream.name) has \(length) rows, the journal \(rows)")
                return
            }
            for (index, dataset) in ([table.axis] + table.columns).enumerated() {
                let column = index == 0 ? nil : stream.columns[index - 1]
                let extents = [rows] + (column?.axes ?? []).map { _ in schema.pairs }
                guard dataset.shape == extents else {
                    differences.append(
                        "\(dataset.name) is \(describeShape(dataset.shape)), "
                            + "the journal has \(describeShape(extents))")
                    continue
                }
                found.append(
                    StoredDataset(
                        dataset, column: column,
                        range: index == 0 ? 0..<8 : table.ranges[index - 1]))
            }
            try compareMembers(stream)
        }
        guard !found.isEmpty else { return [] }
        attempt {
            let records = try file.root.openGroup("final")
                .openDataset(stream.name, type: .int64).rows
            let expected = stream.memberAxes.reduce(rows) { count, _ in count * schema.pairs }
            guard records != expected else { return }
            differences.append("/final/\(stream.name) has \(records) records, not \(expected)")
        }
        return found
    }

    private func compareMembers(_ stream: LogStream) throws {
        let group = try file.root.openGroup(stream.name)
        for axis in stream.memberAxes {
            let scale = try group.openDataset(axis.rawValue, type: .int32)
            let expected = schema.members.map(\.littleEndian)
            let isSame =
                try scale.shape == [schema.pairs]
                && expected.withUnsafeBytes { try scale.readAll().elementsEqual($0) }
            if !isSame { differences.append("\(scale.name) does not name the members") }
        }
    }

    func compare(stream: Int, axis: Int64, values: UnsafeRawBufferPointer) {
        blocks[stream].append(axis: axis, values: values)
        if blocks[stream].isFull { compareBlock(stream) }
    }

    func finish() -> LogComparison {
        for stream in blocks.indices { compareBlock(stream) }
        for dataset in datasets.joined() where dataset.differentCount > 0 {
            let others = dataset.differentCount - 1
            differences.append(
                dataset.firstDifference + (others > 0 ? ", and \(others) other values" : ""))
        }
        return differences.isEmpty ? .same(values: valueCount) : .different(differences)
    }

    private func compareBlock(_ index: Int) {
        let (block, stream) = (blocks[index], schema.streams[index])
        defer {
            position[index] += block.count
            block.removeAll()
        }
        let rows = position[index]..<position[index] + block.count
        guard !rows.isEmpty else { return }
        for place in datasets[index].indices where !datasets[index][place].isUnreadable {
            do {
                valueCount += try datasets[index][place].compare(rows, block, schema, stream)
            } catch {
                // One damaged chunk says nothing of the other datasets.
                datasets[index][place].isUnreadable = true
                differences.append("\(error)")
            }
        }
    }

    private func attempt(_ body: () throws -> Void) {
        do { try body() } catch { differences.append("\(error)") }
    }
}

/// A dataset of the log, and what was found in it.
private struct StoredDataset {
    private let dataset: HDF5Dataset
    /// nil for the coordinates of the rows.
    private let column: LogColumn?
    /// Where its values stand in a row of the journal.
    private let range: Range<Int>
    private(set) var differentCount = 0
    private(set) var firstDifference = ""
    var isUnreadable = false

    init(_ dataset: HDF5Dataset, column: LogColumn?, range: Range<Int>) {
        self.dataset = dataset
        self.column = column
        self.range = range
    }

    /// - Returns: how many values were compared.
    /// - Throws: `HDF5Error`.
    mutating func compare(
        _ rows: Range<Int>, _ block: RowBlock, _ schema: LogSchema, _ stream: LogStream
    ) throws -> Int {
        let byteCount = rows.count * range.count
        let stored = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 16)
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 16)
        defer {
            stored.deallocate()
            scratch.deallocate()
        }
        try dataset.read(rows: rows, into: stored)
        let expected = column == nil ? block.axisBytes : block.gather(range, into: scratch)
        let type = column?.type ?? .int64
        let values = byteCount / type.byteCount
        let known = UnsafeRawBufferPointer(stored)
        guard firstDifferingByte(expected, known) != nil else { return values }
        let perRow = range.count / type.byteCount
        for value in 0..<values {
            let bytes = value * type.byteCount..<(value + 1) * type.byteCount
            guard !expected[bytes].elementsEqual(known[bytes]) else { continue }
            differentCount += 1
            guard differentCount == 1 else { continue }
            let axis = block.axis(value / perRow)
            let place =
                column.map {
                    schema.place(stream, $0, axis: axis, element: value % perRow)
                } ?? "row \(rows.lowerBound + value) of \(dataset.name)"
            firstDifference =
                "\(place): \(type.text(of: known, at: value)) in run.h5, "
                + "\(type.text(of: expected, at: value)) in the journal"
        }
        return values
    }
}
