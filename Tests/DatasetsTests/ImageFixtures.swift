import FileFormats
import Foundation

/// What `Tests/Oracles/image_values.py` wrote about resizing.
struct ResizeOracle: Decodable {
    struct Resized: Decodable {
        let width, height, channels, size: Int
        let pixels, stretch, crop: String
    }
    struct Grey: Decodable {
        let colour, grey: String
    }
    struct File: Decodable {
        let name, file: String
    }
    let resized: [Resized]
    let grey: Grey
    let good: [File]
    let bad: [File]

    static let values: ResizeOracle = {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Oracles/image_values.json")
        return try! JSONDecoder().decode(ResizeOracle.self, from: Data(contentsOf: path))
    }()
}

/// The bytes of hexadecimal digits.
func bytes(hexadecimal text: String) -> [UInt8] {
    let digits = Array(text.utf8)
    func value(_ digit: UInt8) -> UInt8 { digit < 58 ? digit - 48 : digit - 87 }
    return stride(from: 0, to: digits.count, by: 2).map {
        value(digits[$0]) << 4 | value(digits[$0 + 1])
    }
}

/// A PNG file whose byte i is `start + 7 i`, modulo 256.
func png(width: Int = 4, height: Int = 4, channels: Int = 3, start: Int = 0) -> [UInt8] {
    let bytes = (0..<(width * height * channels)).map {
        UInt8(truncatingIfNeeded: start + 7 * $0)
    }
    return try! PNG.encode(
        Picture(width: width, height: height, channels: channels, bytes: bytes))
}
