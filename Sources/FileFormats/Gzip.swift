import CZlib

/// gzip (RFC 1952): one or more members, each with a CRC-32 and a length that are checked.
package enum Gzip {
    /// Whether the content (not the name) starts like a gzip member.
    package static func isCompressed(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b
    }

    /// The decompressed content of all members.
    ///
    /// Output grows as it arrives; no length field is trusted with an allocation.
    ///
    /// - Parameter limit: more decompressed bytes than this are refused.
    /// - Throws: `DataError` at the compressed byte where the data is cut off, corrupt (checksums
    ///   included), followed by something else than a member, or goes beyond `limit`.
    package static func inflate(_ bytes: [UInt8], limit: Int, file: String) throws -> [UInt8] {
        var inflater = try Inflater(file: file)
        return try inflater.run(bytes, wanted: limit, stopsWhenFull: false)
    }

    /// The first `count` decompressed bytes, or all where there are fewer.
    ///
    /// Lets a reader see what a header declares before it says how much it is ready to accept.
    package static func inflatePrefix(_ bytes: [UInt8], count: Int, file: String) throws -> [UInt8]
    {
        var inflater = try Inflater(file: file)
        return try inflater.run(bytes, wanted: count, stopsWhenFull: true)
    }
}

/// One pass of zlib over a byte array.
private struct Inflater: ~Copyable {
    private static let chunkBytes = 1 << 16

    private let file: String
    private let stream: UnsafeMutablePointer<z_stream>

    init(file: String) throws {
        self.file = file
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15: the largest window; + 16: a gzip frame is required.
        let status = inflateInit2_(
            stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            throw DataError(file: file, "zlib cannot start (status \(status))")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    mutating func run(_ bytes: [UInt8], wanted: Int, stopsWhenFull: Bool) throws -> [UInt8] {
        var output: [UInt8] = []
        var position = 0
        try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.chunkBytes) { chunk in
            while true {
                let (status, produced) = step(bytes, &position, into: chunk)
                output.append(contentsOf: chunk[..<produced])
                if stopsWhenFull, output.count >= wanted { break }
                guard output.count <= wanted else {
                    throw DataError(
                        file: file, offset: position,
                        "decompresses to more than the \(wanted) bytes accepted here")
                }
                if try endsStream(status, bytes, position, produced: produced) { break }
            }
        }
        if stopsWhenFull, output.count > wanted { output.removeLast(output.count - wanted) }
        return output
    }

    /// Feeds zlib from `position` on, which moves by what was consumed.
    private func step(
        _ bytes: [UInt8], _ position: inout Int, into chunk: UnsafeMutableBufferPointer<UInt8>
    ) -> (status: Int32, produced: Int) {
        bytes.withUnsafeBufferPointer { input in
            // `avail_in` has 32 bits, a file may have more.
            let offered = min(input.count - position, 1 << 30)
            stream.pointee.next_in = input.baseAddress.map {
                UnsafeMutablePointer(mutating: $0 + position)
            }
            stream.pointee.avail_in = UInt32(offered)
            stream.pointee.next_out = chunk.baseAddress
            stream.pointee.avail_out = UInt32(chunk.count)
            let status = CZlib.inflate(stream, Z_NO_FLUSH)
            position += offered - Int(stream.pointee.avail_in)
            return (status, chunk.count - Int(stream.pointee.avail_out))
        }
    }

    /// Whether the last member has ended; prepares for the next one where another follows.
    private func endsStream(
        _ status: Int32, _ bytes: [UInt8], _ position: Int, produced: Int
    ) throws -> Bool {
        switch status {
        case Z_STREAM_END:
            if position == bytes.count { return true }
            guard bytes[position] == 0x1f else {
                throw DataError(
                    file: file, offset: position,
                    "\(bytes.count - position) bytes follow the end of the gzip data")
            }
            inflateReset(stream)
            return false
        case Z_OK where position < bytes.count || produced > 0:
            return false
        case Z_OK, Z_BUF_ERROR:
            throw DataError(file: file, offset: position, "the gzip data is cut off here")
        default:
            let reason = stream.pointee.msg.map { String(cString: $0) } ?? "status \(status)"
            throw DataError(file: file, offset: position, "corrupt gzip data: \(reason)")
        }
    }
}
