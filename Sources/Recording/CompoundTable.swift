import FileFormats

/// A stream as one table of records, for `pandas.read_hdf(path, "final/train")`.
///
/// One record per row and position along the stream's member axes: the row's coordinate, the
/// coordinate on each member axis, then each column's value there (a column without axes repeats).
final class CompoundTable {
    private let dataset: HDF5Dataset
    private let columns: [(range: Range<Int>, byteCount: Int, hasAxes: Bool)]
    private let members: [Int32]
    private let axisCount: Int
    /// Records per row.
    private let positions: Int
    private let recordBytes: Int
    private let scratch: UnsafeMutableRawBufferPointer

    /// - Parameter blockRows: the largest number of rows appended at once; a chunk holds as many.
    init(
        _ stream: LogStream, in group: HDF5Group, schema: LogSchema, blockRows: Int
    ) throws {
        let axes = stream.memberAxes
        var fields: [(name: String, type: HDF5ElementType)] = [(stream.axis, .int64)]
        fields += axes.map { ($0.rawValue, .int32) }
        fields += stream.columns.map { ($0.name, $0.type.hdf5) }
        let type = HDF5ElementType.compound(fields)
        members = schema.members
        axisCount = axes.count
        positions = axes.reduce(1) { count, _ in count * schema.pairs }
        recordBytes = type.byteCount
        columns = zip(stream.columns, schema.columnRanges(of: stream)).map { column, range in
            (range, column.type.byteCount, !column.axes.isEmpty)
        }
        dataset = try group.createDataset(
            stream.name,
            HDF5DatasetLayout(
                type: type, shape: [0], chunkRows: blockRows * positions, isCompressed: true))
        scratch = .allocate(byteCount: blockRows * positions * recordBytes, alignment: 16)
    }

    deinit {
        scratch.deallocate()
    }

    func append(_ block: RowBlock) throws {
        var target = scratch.baseAddress!
        for row in 0..<block.count {
            for position in 0..<positions {
                fill(target, from: block, row: row, position: position)
                target += recordBytes
            }
        }
        let records = block.count * positions
        try dataset.append(
            rows: records,
            bytes: UnsafeRawBufferPointer(rebasing: scratch[..<(records * recordBytes)]))
    }

    private func fill(
        _ record: UnsafeMutableRawPointer, from block: RowBlock, row: Int, position: Int
    ) {
        var target = record
        func put(_ bytes: UnsafeRawBufferPointer) {
            target.copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
            target += bytes.count
        }
        put(UnsafeRawBufferPointer(rebasing: block.axisBytes[(8 * row)..<(8 * row + 8)]))
        // The last axis runs fastest, as in the columns.
        var stride = positions
        for _ in 0..<axisCount {
            stride /= members.count
            withUnsafeBytes(of: members[position / stride % members.count].littleEndian, put)
        }
        for column in columns {
            let start = column.range.lowerBound + (column.hasAxes ? position : 0) * column.byteCount
            put(block.row(row, start..<(start + column.byteCount)))
        }
    }
}
