import FileFormats

/// The rows that a journal already holds, by which rows that are computed again are told from new
/// ones.
///
/// A row computed again must have the same bits, measured columns (times, memory) aside. For one
/// thread.
final class JournalHistory {
    enum Comparison {
        /// There is no such row.
        case absent
        case same
        case different
    }

    private let path: String
    private let streams: [LogStream]
    /// By stream, the bytes of a row that are computed, not measured.
    private let computed: [[Range<Int>]]
    /// By stream: coordinate -> XXH3 of the computed bytes.
    private(set) var rows: [[Int64: UInt64]]
    private var lastAxis: [Int64?]

    /// - Parameter isWanted: which rows are of interest, by stream and coordinate.
    /// - Throws: `DataError` where the journal cannot be read.
    init(
        _ reader: JournalReader, where isWanted: (Int, Int64) -> Bool = { _, _ in true }
    ) throws {
        path = reader.path
        let schema = reader.schema
        streams = schema.streams
        computed = streams.map(schema.computedRanges)
        rows = Array(repeating: [:], count: streams.count)
        lastAxis = Array(repeating: nil, count: streams.count)
        try reader.forEachRow { [self] stream, axis, values in
            guard isWanted(stream, axis) else { return }
            rows[stream][axis] = hash(stream, values)
            lastAxis[stream] = max(axis, lastAxis[stream] ?? axis)
        }
    }

    /// Whether rows of the stream can be computed again at all.
    func isComputed(stream: Int) -> Bool { !computed[stream].isEmpty }

    /// How a row that was computed again stands to the one that is there.
    func compare(stream: Int, axis: Int64, values: UnsafeRawBufferPointer) -> Comparison {
        guard let known = rows[stream][axis] else { return .absent }
        return known == hash(stream, values) ? .same : .different
    }

    /// Whether the row is there already.
    ///
    /// - Throws: `RecordingError` where it is there with other bits.
    func contains(
        stream: Int, axis: Int64, values: UnsafeRawBufferPointer
    ) throws(RecordingError) -> Bool {
        guard let last = lastAxis[stream], axis <= last else { return false }
        // Rows that are only measured are not computed again: time has gone on.
        if !isComputed(stream: stream) { return true }
        let comparison = compare(stream: stream, axis: axis, values: values)
        guard comparison != .different else {
            throw RecordingError(
                path: path, operation: "continue the run",
                reason: "\(streams[stream].axis) \(axis) of /\(streams[stream].name) has other "
                    + "values than before the interruption; the program, its libraries or the data "
                    + "have changed, or the memory of this machine fails",
                isDivergence: true)
        }
        return comparison == .same
    }

    private func hash(_ stream: Int, _ values: UnsafeRawBufferPointer) -> UInt64 {
        var hash = XXH3.Stream()
        for range in computed[stream] {
            hash.update(UnsafeRawBufferPointer(rebasing: values[range]))
        }
        return hash.value
    }
}

extension LogSchema {
    /// The bytes of a row of `stream` that follow from the experiment alone.
    package func computedRanges(of stream: LogStream) -> [Range<Int>] {
        zip(stream.columns, columnRanges(of: stream))
            .filter { column, _ in column.origin == .computed }.map(\.1)
    }
}
