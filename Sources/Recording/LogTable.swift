import FileFormats

/// One stream in an HDF5 file: a group with a dataset for each column and axis.
///
/// The row axis, and each member axis that a column uses, are attached as dimension scales. A
/// column has extents [rows] or [rows, pairs, ...].
final class LogTable {
    let stream: LogStream
    let axis: HDF5Dataset
    let columns: [HDF5Dataset]
    /// Where each column stands in a row of the stream.
    let ranges: [Range<Int>]
    private let scratch: UnsafeMutableRawBufferPointer

    private init(
        _ stream: LogStream, schema: LogSchema, axis: HDF5Dataset, columns: [HDF5Dataset],
        largestBlock: Int
    ) {
        self.stream = stream
        self.axis = axis
        self.columns = columns
        ranges = schema.columnRanges(of: stream)
        let widest = ranges.map(\.count).max() ?? 0
        scratch = .allocate(byteCount: max(widest * largestBlock, 1), alignment: 16)
    }

    deinit {
        scratch.deallocate()
    }

    /// - Parameter chunkRows: rows per chunk, and the largest number of rows appended at once.
    static func create(
        _ stream: LogStream, in root: HDF5Group, schema: LogSchema, chunkRows: Int,
        isCompressed: Bool
    ) throws -> LogTable {
        let group = try root.createGroup(stream.name)
        for (key, text) in stream.attributes.sorted(by: { $0.key < $1.key }) {
            try group.setAttribute(key, text)
        }
        let axis = try group.createDataset(
            stream.axis,
            HDF5DatasetLayout(
                type: .int64, shape: [0], chunkRows: chunkRows, isCompressed: isCompressed))
        try axis.makeScale(named: stream.axis)
        let scales = try stream.memberAxes.map { try createScale($0, in: group, schema: schema) }
        let columns = try stream.columns.map { column in
            let extents = [0] + column.axes.map { _ in schema.pairs }
            let dataset = try group.createDataset(
                column.name,
                HDF5DatasetLayout(
                    type: column.type.hdf5, shape: extents, chunkRows: chunkRows,
                    isCompressed: isCompressed))
            try dataset.attach(axis, axis: 0)
            for index in column.axes.indices { try dataset.attach(scales[index], axis: index + 1) }
            if !column.meaning.isEmpty { try dataset.setAttribute("long_name", column.meaning) }
            return dataset
        }
        return LogTable(
            stream, schema: schema, axis: axis, columns: columns, largestBlock: chunkRows)
    }

    /// Opens what `create` made.
    static func open(
        _ stream: LogStream, in root: HDF5Group, schema: LogSchema, largestBlock: Int
    ) throws -> LogTable {
        let group = try root.openGroup(stream.name)
        return LogTable(
            stream, schema: schema, axis: try group.openDataset(stream.axis, type: .int64),
            columns: try stream.columns.map {
                try group.openDataset($0.name, type: $0.type.hdf5)
            }, largestBlock: largestBlock)
    }

    /// Appends the rows of `block`, the axis last: a reader takes as many rows of each column as
    /// the axis has.
    ///
    /// - Parameter isLive: each dataset is flushed, so that a reader never sees the axis first.
    func append(_ block: RowBlock, isLive: Bool) throws {
        for (column, range) in zip(columns, ranges) {
            try column.append(rows: block.count, bytes: block.gather(range, into: scratch))
            if isLive { try column.flush() }
        }
        try axis.append(rows: block.count, bytes: block.axisBytes)
        if isLive { try axis.flush() }
    }

    private static func createScale(
        _ axis: LogAxis, in group: HDF5Group, schema: LogSchema
    ) throws -> HDF5Dataset {
        let scale = try group.createDataset(
            axis.rawValue, HDF5DatasetLayout(type: .int32, shape: [schema.pairs]))
        try schema.members.map(\.littleEndian).withUnsafeBytes(scale.writeAll)
        try scale.makeScale(named: axis.rawValue)
        return scale
    }
}

extension LogSchema {
    /// Where each column stands in a row.
    func columnRanges(of stream: LogStream) -> [Range<Int>] {
        var end = 0
        return stream.columns.map { column in
            let start = end
            end += byteCount(of: column)
            return start..<end
        }
    }

    /// Rows per chunk so that a column's chunk has about `elements` elements.
    func chunkRows(of stream: LogStream, elements: Int) -> Int {
        let widest = stream.columns.map { elementCount(of: $0) }.max() ?? 1
        return max(1, min(elements / widest, 1024))
    }

    static let logFormat = "quadrille-log"
    static let logFormatVersion: Int64 = 1

    /// The attributes of the root group.
    func writeAttributes(to root: HDF5Group) throws {
        try root.setAttribute("format", Self.logFormat)
        try root.setAttribute("format_version", Self.logFormatVersion)
        try root.setAttribute("run", runName)
        try root.setAttribute("experiment", experimentTOML)
        try root.setAttribute("provenance", provenanceJSON)
    }
}

extension LogColumnType {
    var hdf5: HDF5ElementType {
        switch self {
        case .float32: .float32
        case .float64: .float64
        case .int32: .int32
        case .int64: .int64
        case .uint64: .uint64
        }
    }
}
