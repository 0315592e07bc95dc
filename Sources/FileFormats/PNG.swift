import CPNG

/// Writes PNG files through libpng's simplified interface, whose errors return instead of jumping;
/// `ImageFile` reads them.
package enum PNG {
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
            guard isWritten != 0 else { throw failure(&image) }
            initialized = Int(size)
        }
    }

    private static func format(channels: Int) -> png_uint_32 {
        channels == 1 ? png_uint_32(PNG_FORMAT_GRAY) : png_uint_32(PNG_FORMAT_RGB)
    }

    private static func failure(_ image: inout png_image) -> DataError {
        let message = withUnsafeBytes(of: &image.message) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        return DataError(file: "PNG image", "libpng: \(message)")
    }
}
