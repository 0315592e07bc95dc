import FileFormats

/// How images of a folder come to one size and one number of channels.
struct ImageFitting: Sendable {
    enum Fit: String, CaseIterable {
        /// Resized until the shorter side fits, then cut to a square from the centre.
        case crop
        /// Both sides resized, whatever that does to the proportions.
        case stretch
    }

    /// The side of the square, in pixels; `nil` leaves images as they are.
    let size: Int?
    let fit: Fit
    /// 1 or 3.
    let channels: Int

    /// The longest side that is resized; more would take much memory between the two axes.
    private static let longestSide = 1 << 15

    /// `[height, width, channels]` of a fitted image.
    func shape(of picture: Picture) -> [Int] {
        [size ?? picture.height, size ?? picture.width, channels]
    }

    /// The pixels of an image, resized.
    ///
    /// - Throws: `DataError` for sides that cannot be resized.
    func pixels(of picture: Picture, file: String) throws -> [UInt8] {
        let isGreyed = channels == 1 && picture.channels == 3
        let depth = isGreyed ? 1 : picture.channels
        let pixels = isGreyed ? luminance(ofColours: picture.bytes) : picture.bytes
        guard let size, picture.width != size || picture.height != size else {
            return withChannels(channels, pixels, stored: depth)
        }
        guard max(picture.width, picture.height) <= Self.longestSide else {
            throw DataError(
                file: file,
                "\(picture.width) x \(picture.height) pixels; sides of at most "
                    + "\(Self.longestSide) are resized")
        }
        let resized = resize(
            pixels, width: picture.width, height: picture.height, depth: depth, to: size)
        return withChannels(channels, resized, stored: depth)
    }

    /// First along the rows, then along the columns; an axis that keeps its size is not touched.
    private func resize(
        _ pixels: [UInt8], width: Int, height: Int, depth: Int, to size: Int
    ) -> [UInt8] {
        let short = min(width, height)
        let (newWidth, newHeight) =
            fit == .stretch ? (size, size) : (size * width / short, size * height / short)
        let columns = ResizeWeights(
            from: width, to: newWidth, wanted: Self.centre(newWidth, size))
        let rows = ResizeWeights(
            from: height, to: newHeight, wanted: Self.centre(newHeight, size))
        let firstRow = rows.first[0]
        let lastRow = rows.first[size - 1] + rows.counts[size - 1]
        let narrow = pixels.withUnsafeBufferPointer {
            columns.resizedRows($0, rows: firstRow..<lastRow, old: width, channels: depth)
        }
        return narrow.withUnsafeBufferPointer {
            rows.resizedColumns($0, rowSize: size * depth, firstRow: firstRow)
        }
    }

    /// The middle `size` of `extent` pixels; of a half, to the even side, as torchvision's
    /// `CenterCrop` cuts.
    private static func centre(_ extent: Int, _ size: Int) -> Range<Int> {
        let start = Int((Double(extent - size) / 2).rounded(.toNearestOrEven))
        return start..<(start + size)
    }
}
