import FileFormats
import Foundation
import Recording
// Exported so that every test of this target sees the temporary folders.
@_exported import TestSupport

/// A run with known values, recorded as a training records it.
struct SampleRun {
    static let steps = [0, 10, 20, 30]
    let name: String
    /// At which everything is recorded.
    var steps = SampleRun.steps
    let schema: LogSchema

    /// Pairs 4 and 5; an experiment with the given lines in `[swap]`.
    init(
        name: String = "sample", pairs: Int = 2, swap: String = "interval = 10",
        measuresPopulation: Bool = false
    ) throws {
        self.name = name
        schema = try LogSchema(
            runName: name, pairs: pairs, firstMember: 4,
            streams: [
                LogStream(
                    name: "train",
                    columns: [
                        LogColumn("discriminator", .int32, meaning: "who sat with the pair"),
                        LogColumn("d_loss", .float32),
                        LogColumn("wall_seconds", .float64, axes: [], origin: .measured),
                    ]),
                LogStream(
                    name: "swap", axis: "event",
                    columns: [
                        LogColumn("step", .int64, axes: []),
                        LogColumn("discriminator", .int32),
                        LogColumn("hash_before", .uint64),
                    ]),
                LogStream(name: "eval", columns: [LogColumn("modes", .float64)]),
                LogStream(
                    name: "population",
                    columns: measuresPopulation
                        ? [LogColumn("mixture_modes", .float64, axes: [])] : []),
            ].filter { !$0.columns.isEmpty },
            experimentTOML: """
                name = "sample"
                seed = 3

                [swap]
                \(swap)

                [optimizer.generator]
                betas = [0.5, 0.9]
                learning_rate = 1e-3
                """, provenanceJSON: "{}")
    }

    /// Value of a column in a row: 1000 axis + 100 column + position, in tenths; but `modes` at
    /// step 30 is not a number.
    static func value(axis: Int, column: Int, position: Int) -> Double {
        Double(1000 * axis + 100 * column + position) / 10
    }

    func row(stream: Int, axis: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        func append(_ value: some BitwiseCopyable) { withUnsafeBytes(of: value) { bytes += $0 } }
        for (index, column) in schema.streams[stream].columns.enumerated() {
            for position in 0..<schema.elementCount(of: column) {
                let value = Self.value(axis: axis, column: index, position: position)
                switch column.type {
                case .float32: append(Float(value))
                case .float64: append(stream == 2 && axis == 30 ? Double.nan : value)
                case .int32: append(Int32(position))
                case .int64: append(Int64(10 * axis))
                case .uint64: append(UInt64.max)
                }
            }
        }
        return bytes
    }

    /// Writes the folder of the run: all streams at each of `steps`, the swaps as events 1, 2, ...
    ///
    /// - Returns: the recorder, still open, where `state` is `running`.
    @discardableResult
    func record(in directory: String, as state: RunState = .finished) throws -> RunRecorder {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        try RunDirectory.prepare(path: directory, overwrite: false)
        let recorder = try RunRecorder(directory: directory, schema: schema)
        for (index, step) in steps.enumerated() {
            for stream in schema.streams.indices {
                let axis = stream == 1 ? index + 1 : step
                row(stream: stream, axis: axis).withUnsafeBytes {
                    recorder.append(stream: stream, axis: Int64(axis), payload: $0)
                }
            }
        }
        for pair in [4, 5] {
            let bytes = (0..<64).map { UInt8(pair * 10 + $0) }
            recorder.writeImage(
                name: "step-00000010-pair-0\(pair)",
                image: Picture(width: 16, height: 4, channels: 1, bytes: bytes))
        }
        recorder.setStatus(RunStatus(state: .running, step: 30, steps: 40))
        try recorder.drain()
        if state != .running { try recorder.finish(state: state) }
        return recorder
    }
}
