import Experiment
import FileFormats
import Foundation
import Recording

/// Journals with right checksums and other contents.
enum JournalEdits {
    /// Replaces a text of the provenance in the first record.
    static func rewriteHeader(of run: FinishedRun, _ key: String, _ value: String) throws {
        let path = RunDirectory.journalPath(run.session.directory)
        let bytes = try InputFile.read(path)
        let length = (0..<4).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
        let text = Array(bytes[8..<8 + length])
        guard var header = try JSONValue(parsing: text, file: path).objectValue,
            var provenance = try JSONValue(
                parsing: Array((header["provenance"]?.textValue ?? "").utf8), file: path
            ).objectValue
        else { return }
        provenance[key] = .text(value)
        header["provenance"] = .text(JSONValue.object(provenance).serialized())
        let changed = Array(JSONValue.object(header).serialized().utf8)
        try Data(record(1, changed) + bytes[(8 + length + 4)...]).write(to: URL(filePath: path))
    }

    /// The journal with one bit of byte `byte` of one row turned and its checksum made right.
    static func changingRow(
        of path: String, stream: String, axis: Int, byte: Int = 8
    ) throws -> [UInt8] {
        let index = try JournalReader(path).schema.streams.firstIndex { $0.name == stream } ?? 0
        var bytes = try InputFile.read(path)
        var position = 0
        while position < bytes.count {
            let length = (0..<4).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
            let payload = position + 8
            if bytes[position + 4] == 2, Int(bytes[payload]) == index,
                Int(bytes[payload + 4]) == axis
            {
                bytes[payload + 12 + byte] ^= 1
                bytes.replaceSubrange(
                    position..<payload + length + 4,
                    with: record(2, Array(bytes[payload..<payload + length])))
            }
            position = payload + length + 4
        }
        return bytes
    }

    static func record(_ kind: UInt8, _ payload: [UInt8]) -> [UInt8] {
        var record = (0..<4).map { UInt8(truncatingIfNeeded: payload.count >> (8 * $0)) }
        record += [kind, 0, 0, 0] + payload
        let checksum = CRC32C.checksum(record)
        return record + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
    }
}
