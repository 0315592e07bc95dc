import Exporting
import FileFormats
import TestSupport
import Testing

@Suite("EventFile")
struct EventFileTests {
    private let folder = TemporaryFolder()

    /// The first twelve bytes of the event files that TensorFlow writes: the length 24 and its
    /// masked checksum.
    @Test func masksTheChecksumAsTensorFlow() {
        let length: [UInt8] = [24, 0, 0, 0, 0, 0, 0, 0]
        #expect(EventFile.maskedChecksum(length).littleEndian == 0x224b_7fa3)
    }

    @Test func recordsFollowEachOtherWithoutGaps() throws {
        var file = try EventFile(folder: folder.path)
        try file.add(EventSummary.scalar("train/d_loss", 0.5), step: 300, wallTime: 2)
        try file.finish()
        let bytes = try InputFile.read("\(folder.path)/\(folder.names[0])")
        var records: [[UInt8]] = []
        var offset = 0
        while offset < bytes.count {
            let length = Int(bytes[offset])
            records.append(Array(bytes[offset + 12..<offset + 12 + length]))
            offset += length + 16
        }
        #expect(offset == bytes.count && records.count == 2)
        // Field 3 of Event, a text of 13 bytes.
        #expect(records[0] == [0x1a, 13] + Array("brain.Event:2".utf8))
        // wall_time 2.0; step 300 = 0xac 0x02; summary { value { tag, simple_value 0.5 } }.
        let value: [UInt8] =
            [0x0a, 12] + Array("train/d_loss".utf8) + [0x15, 0, 0, 0, 0x3f]
        let expected: [UInt8] =
            [0x09, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x10, 0xac, 0x02]
            + [0x2a, UInt8(value.count + 2), 0x0a, UInt8(value.count)] + value
        #expect(records[1] == expected)
    }
}
