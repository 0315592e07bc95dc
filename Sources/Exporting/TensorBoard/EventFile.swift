import FileFormats

/// A file of TensorBoard events: TFRecords (length, masked CRC-32C of the length, bytes, masked
/// CRC-32C of the bytes; little-endian), each the message `Event` of event.proto.
package struct EventFile {
    private let file: AtomicFile
    private var buffer: [UInt8] = []
    private var offset = 0

    private static let pieceBytes = 1 << 20

    /// The viewer recognises event files by "tfevents" in their name, reads those of a folder in
    /// the order of their names, and calls the folder a run: one file in each.
    package init(folder: String) throws {
        file = try AtomicFile(path: "\(folder)/events.out.tfevents.0.quadrille")
        var event = ProtocolBuffer()
        event.add(3, text: "brain.Event:2")
        try append(event)
    }

    /// `summary` is one message `Summary.Value`.
    package mutating func add(_ summary: ProtocolBuffer, step: Int, wallTime: Double) throws {
        var values = ProtocolBuffer()
        values.add(1, message: summary)
        var event = ProtocolBuffer()
        event.add(1, double: wallTime)
        event.add(2, integer: step)
        event.add(5, message: values)
        try append(event)
    }

    package mutating func finish() throws {
        try flush()
        try file.commit(isDurable: false)
    }

    private mutating func append(_ event: ProtocolBuffer) throws {
        let length = withUnsafeBytes(of: UInt64(event.bytes.count).littleEndian) { Array($0) }
        for part in [length, event.bytes] {
            buffer += part
            withUnsafeBytes(of: Self.maskedChecksum(part).littleEndian) { buffer += $0 }
        }
        if buffer.count >= Self.pieceBytes { try flush() }
    }

    private mutating func flush() throws {
        try buffer.withUnsafeBytes { try file.write($0, at: offset) }
        offset += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    /// ((c >> 15) | (c << 17)) + 0xA282EAD8 for the CRC-32C c: the checksum of bytes that hold
    /// their own checksum stays useful (TensorFlow, tsl/lib/hash/crc32c.h).
    package static func maskedChecksum(_ bytes: [UInt8]) -> UInt32 {
        let crc = CRC32C.checksum(bytes)
        return (crc >> 15 | crc << 17) &+ 0xa282_ead8
    }
}

/// The messages `Summary.Value` (summary.proto) that TensorBoard shows.
package enum EventSummary {
    package static func scalar(_ tag: String, _ value: Double) -> ProtocolBuffer {
        var summary = ProtocolBuffer()
        summary.add(1, text: tag)
        summary.add(2, float: Float(value))
        return summary
    }

    /// - Parameter png: the bytes of a PNG file.
    static func image(_ tag: String, width: Int, height: Int, channels: Int, png: [UInt8])
        -> ProtocolBuffer
    {
        var image = ProtocolBuffer()
        image.add(1, integer: height)
        image.add(2, integer: width)
        image.add(3, integer: channels)
        image.add(4, bytes: png)
        var summary = ProtocolBuffer()
        summary.add(1, text: tag)
        summary.add(4, message: image)
        return summary
    }

    /// A message for a plugin, which carries no values of its own.
    static func plugin(_ name: String, tag: String, content: ProtocolBuffer) -> ProtocolBuffer {
        var plugin = ProtocolBuffer()
        plugin.add(1, text: name)
        plugin.add(2, message: content)
        var metadata = ProtocolBuffer()
        metadata.add(1, message: plugin)
        var summary = ProtocolBuffer()
        summary.add(1, text: tag)
        summary.add(9, message: metadata)
        return summary
    }
}
