import FileFormats
import Testing

@Suite struct PNGTests {
    @Test(arguments: [1, 3], [(1, 1), (28, 28), (113, 7), (1000, 3)])
    func readsBackWhatItWrote(channels: Int, size: (width: Int, height: Int)) throws {
        let count = size.width * size.height * channels
        let picture = Picture(
            width: size.width, height: size.height, channels: channels,
            bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0 * $0 + $0 >> 3) })
        let file = try PNG.encode(picture)
        #expect(try PNG.decode(file, file: "a.png") == picture)
    }

    @Test func writesSignatureAndHeader() throws {
        let file = try PNG.encode(Picture(width: 3, height: 2, channels: 1, bytes: Array(0..<6)))
        #expect(Array(file[..<8]) == bytes(hexadecimal: "89504e470d0a1a0a"))
        // IHDR: width, height, 8 bits, grey.
        #expect(Array(file[16..<26]) == bytes(hexadecimal: "00000003 00000002 08 00"))
    }

    @Test func refusesDamage() throws {
        let picture = Picture(
            width: 5, height: 4, channels: 3, bytes: (0..<60).map { UInt8($0 * 4) })
        let file = try PNG.encode(picture)
        for length in 0..<(file.count - 12) {
            #expect(throws: DataError.self) { try PNG.decode(Array(file[..<length]), file: "a") }
        }
        #expect(throws: DataError.self) { try PNG.decode([1, 2, 3], file: "a.png") }
    }

    /// A header that declares 2,000,000,000 pixels a row.
    @Test func refusesHugeExtents() throws {
        var file = try PNG.encode(Picture(width: 1, height: 1, channels: 1, bytes: [7]))
        file.replaceSubrange(16..<20, with: bigEndian(UInt32(2_000_000_000)))
        #expect(throws: DataError.self) { try PNG.decode(file, file: "a.png") }
        let wide = try PNG.encode(
            Picture(width: 4097, height: 1, channels: 1, bytes: [UInt8](repeating: 9, count: 4097)))
        let error = #expect(throws: DataError.self) { try PNG.decode(wide, file: "a.png") }
        #expect(error?.message.hasPrefix("4097 x 1 pixels") == true)
    }
}
