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
        #expect(try ImageFile.decode(file, file: "a.png") == picture)
    }

    @Test func writesSignatureAndHeader() throws {
        let file = try PNG.encode(Picture(width: 3, height: 2, channels: 1, bytes: Array(0..<6)))
        #expect(Array(file[..<8]) == bytes(hexadecimal: "89504e470d0a1a0a"))
        // IHDR: width, height, 8 bits, grey.
        #expect(Array(file[16..<26]) == bytes(hexadecimal: "00000003 00000002 08 00"))
    }
}
