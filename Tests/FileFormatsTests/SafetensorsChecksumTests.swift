import FileFormats
import Testing

@Suite struct SafetensorsChecksumTests {
    /// Inputs and hashes of the self-test that comes with xxHash (see `ChecksumTests`), the 8-byte
    /// elements last, so that the order of the bytes is not the order of the tensors.
    private let hashes: [Int: UInt64] = [
        403: 0xcdeb_804d_65c6_dea4, 512: 0x617e_4959_9013_cb6b, 2048: 0xdd59_e2c3_a5f0_38e0,
    ]
    private let layout = SafetensorsLayout(
        tensors: [
            .init(name: "mask", type: .uint8, shape: [13, 31]),
            .init(name: "none", type: .float32, shape: [0]),
            .init(name: "weight", type: .float32, shape: [16, 32]),
            .init(name: "counts", type: .uint64, shape: [64]),
        ], metadata: ["step": "20", "author \"\\": "é"], hasChecksums: true)

    private static func input(_ length: Int) -> [UInt8] {
        var state: UInt64 = 2_654_435_761
        return (0..<length).map { _ in
            defer { state &*= 11_400_714_785_074_694_797 }
            return UInt8(state >> 56)
        }
    }

    private var content: [UInt8] { layout.file(contents: [403, 0, 2048, 512].map(Self.input)) }

    private func parse(_ bytes: [UInt8]) throws -> SafetensorsFile {
        try SafetensorsFile(parsing: bytes, file: "a.safetensors")
    }

    /// The metadata as any reader of JSON sees it.
    private func metadata(_ bytes: [UInt8]) throws -> JSONValue {
        let header = Array(bytes[8..<layout.headerBytes.count])
        return try #require(JSONValue(parsing: header, file: "a")["__metadata__"])
    }

    @Test func tensorsHaveThePublishedHashesInTheOrderOfTheFile() throws {
        let expected = [512, 0, 2048, 403].map {
            hexadecimal(hashes[$0] ?? 0x2d06_8005_38d3_94c2)
        }
        #expect(try metadata(content)["tensor_xxh3"]?.textValue == expected.joined())
        let file = try parse(content)
        #expect(file.hasChecksums && file.tensors.map(\.name).first == "counts")
        #expect(file.metadata == ["step": "20", "author \"\\": "é"])
    }

    @Test func theHeaderIsHashedWithZerosAsDigits() throws {
        let digits = try #require(try metadata(content)["header_xxh3"]?.textValue)
        var header = Array(content[..<layout.headerBytes.count])
        let place = try #require(
            header.indices.first { header[$0...].starts(with: digits.utf8) })
        header.replaceSubrange(place..<(place + 16), with: [UInt8](repeating: 48, count: 16))
        #expect(digits == hexadecimal(XXH3.hash(header)))
        #expect(digits != String(repeating: "0", count: 16))
    }

    @Test func filesWithoutChecksumsSaySo() throws {
        let plain = SafetensorsLayout(tensors: layout.tensors, metadata: ["step": "20"])
        let file = try parse(plain.file(contents: [403, 0, 2048, 512].map(Self.input)))
        #expect(!file.hasChecksums && file.metadata == ["step": "20"])
        let empty = SafetensorsLayout(tensors: [], hasChecksums: true)
        #expect(try parse(empty.file(contents: [])).hasChecksums)
    }

    /// More than 20,000 flips: none may load, whatever it hits.
    @Test func everyFlippedBitIsNoticed() {
        var bytes = content
        var silent: [String] = []
        for position in bytes.indices {
            for bit in 0..<8 {
                bytes[position] ^= 1 << bit
                if (try? parse(bytes)) != nil { silent.append("bit \(bit) of byte \(position)") }
                bytes[position] ^= 1 << bit
            }
        }
        #expect(silent == [])
        #expect(bytes == content && bytes.count * 8 > 20_000)
    }

    @Test func everyTruncationIsNoticed() {
        let silent = content.indices.filter { (try? parse(Array(content[..<$0]))) != nil }
        #expect(silent == [])
        #expect(throws: DataError.self) { try parse(content + [0]) }
    }

    @Test func damageIsNamedWithItsPlace() throws {
        let tensor = try #require(try parse(content).tensor(named: "weight"))
        var bytes = content
        bytes[tensor.range.upperBound - 1] ^= 1
        let error = try #require(throws: DataError.self) { try parse(bytes) }
        #expect(error.file == "a.safetensors" && error.offset == tensor.range.lowerBound)
        #expect(error.message.contains("tensor \"weight\" is damaged"))
        bytes = content
        bytes[layout.headerBytes.count - 1] ^= 2
        let header = try #require(throws: DataError.self) { try parse(bytes) }
        #expect(header.message.contains("header is damaged"))
    }

    /// A header that was written anew by somebody else, or one whose checksums were renamed.
    @Test func checksumsElsewhereInTheHeaderAreRefused() throws {
        for (from, to) in [("header_xxh3", "header_xxh4"), ("tensor_xxh3", "tensor_xxh4")] {
            let bytes = content.replacing(from.utf8, with: to.utf8)
            #expect(bytes.count == content.count && bytes != content)
            let error = try #require(throws: DataError.self) { try parse(bytes) }
            #expect(error.message.contains("damaged"))
        }
        let moved = #"{"__metadata__":{"step":"20","header_xxh3":"0000000000000000"}}"#
        let bytes = littleEndian(UInt64(moved.utf8.count)) + Array(moved.utf8)
        #expect(throws: DataError.self) { try parse(bytes) }
    }
}
