import FileFormats
import Foundation
import Testing

/// What `Tests/Oracles/image_values.py` wrote.
private struct ImageOracle: Decodable {
    struct Good: Decodable {
        let name, file, pixels: String
        let width, height, channels: Int
    }
    struct Bad: Decodable {
        let name, file, message: String
    }
    let good: [Good]
    let bad: [Bad]

    static let values: ImageOracle = {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Oracles/image_values.json")
        return try! JSONDecoder().decode(ImageOracle.self, from: Data(contentsOf: path))
    }()
}

@Suite struct ImageFileTests {
    @Test(arguments: ImageOracle.values.good.indices)
    func pixelsAreThoseOfPillow(place: Int) throws {
        let expected = ImageOracle.values.good[place]
        let picture = try ImageFile.decode(bytes(hexadecimal: expected.file), file: expected.name)
        #expect(picture.width == expected.width, "\(expected.name)")
        #expect(picture.height == expected.height, "\(expected.name)")
        #expect(picture.channels == expected.channels, "\(expected.name)")
        #expect(picture.bytes == bytes(hexadecimal: expected.pixels), "\(expected.name)")
    }

    @Test(arguments: ImageOracle.values.bad.indices)
    func whatIsNoPlainImageIsNamed(place: Int) {
        let bad = ImageOracle.values.bad[place]
        let error = #expect(throws: DataError.self) {
            try ImageFile.decode(bytes(hexadecimal: bad.file), file: bad.name)
        }
        #expect(error?.file == bad.name)
        #expect(error?.message.contains(bad.message) == true, "\(bad.name): \(error!.message)")
    }

    /// Cut off anywhere, a file is an error, not an image with a grey lower half.
    @Test(arguments: ImageOracle.values.good.indices)
    func everyBeginningIsRefused(place: Int) {
        let good = ImageOracle.values.good[place]
        let file = bytes(hexadecimal: good.file)
        for count in stride(from: 0, to: file.count, by: 16) {
            #expect(throws: DataError.self, "\(good.name), \(count) bytes") {
                try ImageFile.decode(Array(file[..<count]), file: good.name)
            }
        }
    }
}
