import CImages

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Files of images, as others made them: PNG and JPEG, told apart by their first bytes.
///
/// | file | pixels |
/// | --- | --- |
/// | palette | its colours |
/// | fewer than 8 bits | stretched over 0...255 |
/// | 16 bits | the high byte |
/// | alpha | dropped where all pixels are opaque, else an error |
/// | JPEG in YCbCr | RGB |
/// | JPEG in CMYK or YCCK | an error |
///
/// Gamma, colour profiles and a camera's note of orientation are not applied: the values are those
/// of the file, as Pillow gives them as well.
package enum ImageFile {
    /// The most pixels of one image: 2^26, 192 MiB in colour.
    package static let largestPixelCount = 1 << 26

    private static let pngSignature: [UInt8] = [
        0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a,
    ]
    private static let jpegSignature: [UInt8] = [0xff, 0xd8, 0xff]

    /// The pixels of a PNG or JPEG file; `file` is the name used in errors.
    ///
    /// - Throws: `DataError` for other content, a damaged file, transparency, CMYK, and more than
    ///   `largestPixelCount` pixels, 65,536 either way, or what the file can hold; these before
    ///   anything is allocated.
    package static func decode(_ bytes: [UInt8], file: String) throws -> Picture {
        if bytes.starts(with: pngSignature) {
            return try decode(bytes, file: file, with: qk_decode_png)
        }
        if bytes.starts(with: jpegSignature) {
            return try decode(bytes, file: file, with: qk_decode_jpeg)
        }
        guard !bytes.isEmpty else { throw DataError(file: file, "is empty") }
        throw DataError(
            file: file, offset: 0,
            "neither PNG nor JPEG: it starts with \(hexadecimal(bytes.prefix(4)))")
    }

    private typealias Decoder = (
        UnsafePointer<UInt8>?, Int, UInt64, UnsafeMutablePointer<qk_image>?
    ) -> Int32

    private static func decode(
        _ bytes: [UInt8], file: String, with decoder: Decoder
    ) throws -> Picture {
        var image = qk_image()
        let status = bytes.withUnsafeBufferPointer {
            decoder($0.baseAddress, $0.count, UInt64(largestPixelCount), &image)
        }
        guard status == 0, let pixels = image.pixels else {
            throw DataError(file: file, message(of: &image))
        }
        defer { free(pixels) }
        let (width, height, channels) = (Int(image.width), Int(image.height), Int(image.channels))
        return Picture(
            width: width, height: height, channels: channels,
            bytes: Array(UnsafeBufferPointer(start: pixels, count: width * height * channels)))
    }

    private static func message(of image: inout qk_image) -> String {
        withUnsafeBytes(of: &image.message) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
