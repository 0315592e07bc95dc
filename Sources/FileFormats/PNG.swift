import CPNG

/// PNG files through libpng's simplified interface, whose errors return instead of jumping.
package enum PNG {
    /// Largest width and height that `decode` accepts, in pixels.
    package static let largestExtent = 4096

    /// The bytes of a PNG file: 8-bit grey or RGB, marked as sRGB.
    ///
    /// - Throws: `DataError` with libpng's message (it names no file: nothing was written yet).
    package static func encode(_ picture: Picture) throws -> [UInt8] {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = png_uint_32(picture.width)
        image.height = png_uint_32(picture.height)
        image.format = format(channels: picture.channels)
        let bound = quadrille_png_size_bound(&image)
        return try [UInt8](unsafeUninitializedCapacity: bound) { buffer, initialized in
            var size = png_alloc_size_t(buffer.count)
            let isWritten = picture.bytes.withUnsafeBytes { pixels in
                png_image_write_to_memory(
                    &image, buffer.baseAddress, &size, 0, pixels.baseAddress, 0, nil)
            }
            guard isWritten != 0 else { throw failure(&image, file: "PNG image") }
            initialized = Int(size)
        }
    }

    /// The pixels of a PNG file as 8-bit grey or RGB; `file` is the name used in errors.
    ///
    /// - Throws: `DataError` for a damaged file, one with transparency, and one that is wider or
    ///   higher than `largestExtent`, before its pixels are allocated.
    package static func decode(_ bytes: [UInt8], file: String) throws -> Picture {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        defer { png_image_free(&image) }
        return try bytes.withUnsafeBytes { source in
            // The reader keeps this pointer until the pixels are there.
            guard png_image_begin_read_from_memory(&image, source.baseAddress, source.count) != 0
            else { throw failure(&image, file: file) }
            return try readPixels(&image, file: file)
        }
    }

    private static func readPixels(_ image: inout png_image, file: String) throws -> Picture {
        let (width, height) = (Int(image.width), Int(image.height))
        guard width <= largestExtent, height <= largestExtent else {
            throw DataError(
                file: file,
                "\(width) x \(height) pixels; at most \(largestExtent) either way are accepted")
        }
        guard image.format & PNG_FORMAT_FLAG_ALPHA == 0 else {
            throw DataError(file: file, "has transparency, which is not supported")
        }
        let channels = image.format & PNG_FORMAT_FLAG_COLOR == 0 ? 1 : 3
        image.format = format(channels: channels)
        var pixels = [UInt8](repeating: 0, count: width * height * channels)
        guard png_image_finish_read(&image, nil, &pixels, 0, nil) != 0 else {
            throw failure(&image, file: file)
        }
        return Picture(width: width, height: height, channels: channels, bytes: pixels)
    }

    private static func format(channels: Int) -> png_uint_32 {
        channels == 1 ? png_uint_32(PNG_FORMAT_GRAY) : png_uint_32(PNG_FORMAT_RGB)
    }

    private static func failure(_ image: inout png_image, file: String) -> DataError {
        let message = withUnsafeBytes(of: &image.message) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        return DataError(file: file, "libpng: \(message)")
    }
}
