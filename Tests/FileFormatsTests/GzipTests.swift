import FileFormats
import Testing

@Suite struct GzipTests {
    /// `gzip.compress(b"quadrille " * 3, mtime=0)` of Python.
    let compressed = bytes(
        hexadecimal: """
            1f8b08000000000002032b2c4d4c29caccc9495528c4c202007964d5831e000000
            """)
    let content = Array("quadrille quadrille quadrille ".utf8)

    private func inflate(_ bytes: [UInt8], limit: Int = 1000) throws -> [UInt8] {
        try Gzip.inflate(bytes, limit: limit, file: "a.gz")
    }

    @Test func inflatesWhatPythonCompressed() throws {
        #expect(try inflate(compressed) == content)
        #expect(try inflate(gzipMember(content)) == content)
        #expect(try inflate(gzipMember([])) == [])
    }

    @Test func joinsMembers() throws {
        #expect(try inflate(compressed + gzipMember([1, 2])) == content + [1, 2])
    }

    @Test func takesThePrefixOnly() throws {
        #expect(try Gzip.inflatePrefix(compressed, count: 4, file: "") == Array("quad".utf8))
        #expect(try Gzip.inflatePrefix(compressed, count: 4000, file: "") == content)
    }

    @Test func refusesEveryTruncation() {
        for length in 0..<compressed.count {
            #expect(throws: DataError.self) { try inflate(Array(compressed[..<length])) }
        }
        let twoMembers = compressed + compressed
        for length in (compressed.count + 1)..<twoMembers.count {
            #expect(throws: DataError.self) { try inflate(Array(twoMembers[..<length])) }
        }
    }

    @Test func refusesADamagedChecksumOrLength() {
        for index in (compressed.count - 8)..<compressed.count {
            var damaged = compressed
            damaged[index] ^= 1
            let error = #expect(throws: DataError.self) { try inflate(damaged) }
            #expect(error?.message.hasPrefix("corrupt gzip data: incorrect") == true)
        }
    }

    @Test func refusesTrailingGarbage() {
        let error = #expect(throws: DataError.self) { try inflate(compressed + [0, 0, 0]) }
        #expect(
            error?.description == "a.gz: at byte 33: 3 bytes follow the end of the gzip data")
    }

    @Test func stopsAtTheLimit() throws {
        #expect(try inflate(compressed, limit: 30) == content)
        #expect(throws: DataError.self) { try inflate(compressed, limit: 29) }
    }

    @Test func inflatesMoreThanOneChunk() throws {
        let long = (0..<60_000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 5) }
        let members = gzipMember(long) + gzipMember(long) + gzipMember(long)
        #expect(try inflate(members, limit: 200_000) == long + long + long)
    }
}
