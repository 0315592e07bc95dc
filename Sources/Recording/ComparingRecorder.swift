import FileFormats
import Threads

/// Compares what training hands over with what a run has recorded. It writes nothing.
///
/// Rows are compared with the journal, whole checkpoints with those of the run; pictures are not
/// looked at. Training goes on after a difference: whether everything behind it differs as well
/// says what kind of difference it is.
package final class ComparingRecorder: RunRecording, @unchecked Sendable {
    // Unchecked: everything is guarded by `lock`.

    /// What became of the rows.
    package struct Rows: Sendable {
        package var sameCount = 0
        package var differentCount = 0
        /// Where the first row differs and how, "/train/d_loss at step 17, pair 2: ...".
        package var firstDifference: String?
        /// Computed, but not in the journal.
        package var absent: [(stream: Int, axis: Int64)] = []
        /// In the journal, but not computed.
        package var missing: [(stream: Int, axis: Int64)] = []
    }

    /// What became of one checkpoint.
    package struct Checkpoint: Equatable, Sendable {
        package var sameCount = 0
        package var differentCount = 0
        /// The first tensor that differs and how; nil where none does.
        package var firstDifference: String?
    }

    private let directory: String
    private let reader: JournalReader
    private let lock = Lock()
    private let history: JournalHistory
    private var rows = Rows()
    /// The first row that differs, as it was computed now.
    private var differentRow: (stream: Int, axis: Int64, bytes: [UInt8])?
    private var isCompared: [Set<Int64>]
    private var checkpoints: [Int: CheckpointComparison] = [:]

    /// - Parameter isWanted: which rows of the journal are to be computed, by stream and
    ///   coordinate.
    /// - Throws: `DataError` where the journal cannot be read.
    package init(
        directory: String, journal reader: JournalReader, where isWanted: (Int, Int64) -> Bool
    ) throws {
        self.directory = directory
        self.reader = reader
        history = try JournalHistory(reader, where: isWanted)
        isCompared = Array(repeating: [], count: reader.schema.streams.count)
    }

    package var failure: RecordingError? { nil }

    package func append(stream: Int, axis: Int64, payload: UnsafeRawBufferPointer) {
        lock.withLock {
            guard history.isComputed(stream: stream) else { return }
            switch history.compare(stream: stream, axis: axis, values: payload) {
            case .absent:
                rows.absent.append((stream, axis))
                return
            case .same: rows.sameCount += 1
            case .different:
                rows.differentCount += 1
                if differentRow == nil { differentRow = (stream, axis, Array(payload)) }
            }
            isCompared[stream].insert(axis)
        }
    }

    /// A checkpoint that is not there or is damaged is not compared: another proof names those.
    package func beginCheckpoint(step: Int, layout: SafetensorsLayout) {
        guard let file = try? Checkpoints.open(in: directory, step: step) else { return }
        let comparison = CheckpointComparison(file, layout)
        lock.withLock { checkpoints[step] = comparison }
    }

    package func writeCheckpointPart(
        step: Int, tensorIndex: Int, bytes: UnsafeRawBufferPointer
    ) {
        guard let comparison = lock.withLock({ checkpoints[step] }) else { return }
        comparison.compare(tensorIndex, bytes)
    }

    package func writeImage(name: String, image: Picture) {}

    /// After training: what became of the rows.
    ///
    /// - Throws: `DataError` where the journal cannot be read any more.
    package func finishRows() throws -> Rows {
        var result = lock.withLock { rows }
        for (stream, known) in history.rows.enumerated() where history.isComputed(stream: stream) {
            let missing = known.keys.filter { !isCompared[stream].contains($0) }.sorted()
            result.missing += missing.map { (stream, $0) }
        }
        guard let computed = differentRow else { return result }
        let schema = reader.schema
        let stream = schema.streams[computed.stream]
        try reader.forEachRow { index, axis, values in
            guard index == computed.stream, axis == computed.axis else { return }
            let difference = computed.bytes.withUnsafeBytes {
                schema.firstDifference(stream, axis: axis, values, $0)
            }
            guard let difference else { return }
            result.firstDifference =
                "\(difference.place): \(difference.left) in the journal, "
                + "\(difference.right) computed again"
        }
        return result
    }

    /// After training: what became of the checkpoints that were there, by step.
    package func finishCheckpoints() -> [Int: Checkpoint] {
        lock.withLock { checkpoints.mapValues(\.result) }
    }
}

/// Compares the tensors of one checkpoint as they come, in any order and from any thread.
private final class CheckpointComparison: @unchecked Sendable {
    // Unchecked: `file` and `layout` never change, the rest is guarded by `lock`.
    private let layout: SafetensorsLayout
    private let lock = Lock()
    /// Guarded by `lock`: given up once every tensor was compared, as it may be large.
    private var file: SafetensorsFile?
    private var comparedCount = 0
    private var checkpoint = ComparingRecorder.Checkpoint()
    /// Guarded by `lock`: the lowest index of a tensor that differs.
    private var firstIndex = Int.max

    init(_ file: SafetensorsFile, _ layout: SafetensorsLayout) {
        self.file = file
        self.layout = layout
        let expected = Set(layout.tensors.map(\.name))
        let foreign = file.tensors.filter { !expected.contains($0.name) }
        checkpoint.differentCount = foreign.count
        checkpoint.firstDifference = foreign.first.map {
            "\($0.name) is in the file, but is no tensor of this experiment"
        }
    }

    var result: ComparingRecorder.Checkpoint { lock.withLock { checkpoint } }

    func compare(_ index: Int, _ bytes: UnsafeRawBufferPointer) {
        guard let file = lock.withLock({ self.file }) else { return }
        let difference = difference(layout.tensors[index], in: file, bytes)
        lock.withLock {
            comparedCount += 1
            if comparedCount == layout.tensors.count { self.file = nil }
            guard let difference else {
                checkpoint.sameCount += 1
                return
            }
            checkpoint.differentCount += 1
            guard index < firstIndex else { return }
            firstIndex = index
            checkpoint.firstDifference = difference
        }
    }

    private func difference(
        _ tensor: SafetensorsLayout.Tensor, in file: SafetensorsFile,
        _ bytes: UnsafeRawBufferPointer
    ) -> String? {
        guard let stored = file.tensor(named: tensor.name) else {
            return "\(tensor.name) is not in the file"
        }
        guard stored.type == tensor.type, stored.shape == tensor.shape else {
            return "\(tensor.name) is \(stored.type.rawValue) \(stored.shape) in the file, "
                + "not \(tensor.type.rawValue) \(tensor.shape)"
        }
        return file.withBytes(of: stored) { known in
            guard let byte = firstDifferingByte(known, bytes) else { return nil }
            let element = byte / tensor.type.size
            guard let type = tensor.type.column else {
                return "\(tensor.name), element \(element)"
            }
            return "\(tensor.name), element \(element): \(type.text(of: known, at: element)) in "
                + "the file, \(type.text(of: bytes, at: element)) computed again"
        }
    }
}

extension SafetensorsType {
    /// The same elements as a column of the log has; nil for types that none has.
    fileprivate var column: LogColumnType? {
        switch self {
        case .float32: .float32
        case .float64: .float64
        case .int32: .int32
        case .int64: .int64
        case .uint64: .uint64
        case .uint8, .uint32: nil
        }
    }
}
