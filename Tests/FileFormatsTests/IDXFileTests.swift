import FileFormats
import Testing

@Suite struct IDXFileTests {
    /// Two images of 2 x 3.
    let images: [UInt8] =
        [0, 0, 8, 3] + bigEndian(UInt32(2)) + bigEndian(UInt32(2)) + bigEndian(UInt32(3))
        + Array(1...12)

    private func parse(_ bytes: [UInt8]) throws -> IDXFile {
        try IDXFile(parsing: bytes, file: "images")
    }

    private func message(_ bytes: [UInt8]) -> String {
        let error = #expect(throws: DataError.self) { try parse(bytes) }
        return error?.description ?? ""
    }

    @Test func readsImages() throws {
        let file = try parse(images)
        #expect(file.shape == [2, 2, 3])
        #expect(file.bytes == Array(1...12))
    }

    @Test func contentDecidesAboutCompression() throws {
        let folder = TemporaryFolder()
        let plain = try IDXFile(contentsOf: folder.write("named.gz", images))
        let compressed = try IDXFile(contentsOf: folder.write("named.idx", gzipMember(images)))
        #expect(plain == compressed)
        #expect(plain.shape == [2, 2, 3])
    }

    @Test func refusesEveryTruncation() {
        for length in 0..<images.count {
            #expect(throws: DataError.self) { try parse(Array(images[..<length])) }
        }
    }

    @Test func namesFilePlaceAndFault() {
        #expect(
            message([0x89, 0x50, 0x4e, 0x47, 1])
                == "images: at byte 0: not an IDX file: it starts with 89 50 4e 47 "
                + "instead of 00 00")
        #expect(message([0, 0, 0x0d, 1, 0, 0, 0, 0]).contains("32-bit float"))
        #expect(message([0, 0, 8, 0]) == "images: at byte 3: rank 0; 1 to 4 are supported")
        #expect(message([0, 0, 8, 5]).contains("rank 5"))
        #expect(
            message(images + [0])
                == "images: at byte 16: 13 bytes of elements, but 2 x 2 x 3 needs 12")
    }

    @Test func refusesSizesThatOverflowOrAreHuge() {
        let huge = bigEndian(UInt32.max)
        #expect(message([0, 0, 8, 4] + huge + huge + huge + huge).contains("accepted"))
        #expect(message([0, 0, 8, 1] + huge + [1, 2, 3]).contains("needs 4294967295"))
    }

    /// One kilobyte that declares four gigabytes: refused by its content, without an allocation.
    @Test func aSmallFileCannotDeclareItselfLarge() throws {
        let folder = TemporaryFolder()
        let content = [0, 0, 8, 1] + bigEndian(UInt32.max) + [UInt8](repeating: 0, count: 1000)
        let path = try folder.write("bomb", gzipMember(content))
        #expect(throws: DataError.self) { try IDXFile(contentsOf: path) }
    }

    @Test func compressedContentBeyondTheHeaderIsRefused() throws {
        let folder = TemporaryFolder()
        let path = try folder.write("long", gzipMember(images + [0]))
        let error = #expect(throws: DataError.self) { try IDXFile(contentsOf: path) }
        #expect(error?.message == "decompresses to more than the 28 bytes accepted here")
    }

    @Test func emptySetsAreValid() throws {
        #expect(try parse([0, 0, 8, 1, 0, 0, 0, 0]).bytes.isEmpty)
    }
}
