import FileFormats
import Recording
// Exported so that every test of this target sees the temporary folders.
@_exported import TestSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

func isFile(_ path: String) -> Bool { InputFile.exists(path) }

/// Two streams with all column types and ranks; row `r` of a stream has known values.
struct SampleRun {
    let schema: LogSchema

    init(pairs: Int = 3) {
        let train = LogStream(
            name: "train",
            columns: [
                LogColumn("discriminator", .int32),
                LogColumn("d_loss", .float32, meaning: "whole objective of the discriminator"),
                LogColumn("score", .float64, axes: [.pair]),
                LogColumn("wall_seconds", .float64, axes: []),
            ], attributes: ["comment": "values of the last update"])
        let swap = LogStream(
            name: "swap", axis: "event",
            columns: [LogColumn("step", .int64, axes: []), LogColumn("hash_before", .uint64)])
        let crossplay = LogStream(
            name: "crossplay",
            columns: [LogColumn("score", .float32, axes: [.discriminator, .generator])])
        schema = try! LogSchema(
            runName: "sample", pairs: pairs, firstMember: 5, streams: [train, swap, crossplay],
            experimentTOML: "name = \"ünïcode\"\n", provenanceJSON: "{}")
    }

    func row(stream: Int, _ row: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, column) in schema.streams[stream].columns.enumerated() {
            for element in 0..<schema.elementCount(of: column) {
                let value = row * 1000 + index * 100 + element
                switch column.type {
                case .float32: append(Float(value).bitPattern.littleEndian, to: &bytes)
                case .float64: append(Double(value).bitPattern.littleEndian, to: &bytes)
                case .int32: append(Int32(value).littleEndian, to: &bytes)
                case .int64: append(Int64(value).littleEndian, to: &bytes)
                case .uint64: append(UInt64(value).littleEndian, to: &bytes)
                }
            }
        }
        return bytes
    }

    /// Records rows 1, 2, ... of every stream.
    func record(_ rows: Int, with recorder: RunRecorder) {
        for row in 1...rows {
            for stream in schema.streams.indices {
                self.row(stream: stream, row).withUnsafeBytes {
                    recorder.append(stream: stream, axis: Int64(row), payload: $0)
                }
            }
        }
    }
}

func append<Value>(_ value: Value, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value) { bytes += $0 }
}

/// One row as the journal delivers it.
struct JournalRow: Equatable {
    var stream: Int
    var axis: Int64
    var values: [UInt8]
}

func journalRows(_ path: String) throws -> (rows: [JournalRow], reader: JournalReader) {
    let reader = try JournalReader(path)
    var rows: [JournalRow] = []
    try reader.forEachRow { stream, axis, values in
        rows.append(JournalRow(stream: stream, axis: axis, values: Array(values)))
    }
    return (rows, reader)
}

/// Replaces the content of a file without syncing it, for tests with thousands of files.
func overwrite(_ path: String, _ bytes: [UInt8]) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    defer { close(file) }
    guard file >= 0, write(file, bytes, bytes.count) == bytes.count else {
        throw FileError(path: path, operation: "write", code: errno)
    }
}

/// Changes one byte of a file in place.
func overwrite(_ path: String, byte offset: Int, with byte: UInt8) throws {
    let file = open(path, O_WRONLY)
    defer { close(file) }
    guard file >= 0, pwrite(file, [byte], 1, off_t(offset)) == 1 else {
        throw FileError(path: path, operation: "write", code: errno)
    }
}

func remove(_ path: String) {
    unlink(path)
}

func sleepMilliseconds(_ milliseconds: UInt32) {
    usleep(milliseconds * 1000)
}

/// Waits for something that another thread or process does; gives up after 20 s.
func waitUntil(_ isTrue: () -> Bool) {
    for _ in 0..<20_000 where !isTrue() { usleep(1000) }
}

func makeFolder(_ path: String) {
    mkdir(path, 0o777)
}

/// Removes an empty folder.
func removeFolder(_ path: String) -> Bool {
    rmdir(path) == 0
}
