import FileFormats

/// Images side by side, enlarged by a whole factor so that small digits can be seen.
package enum ImageGrid {
    /// Pixels between images, and around them.
    package static let gap = 2

    /// Images are enlarged as long as their longer side stays within this many pixels.
    private static let enlargedSide = 96

    private static let background: UInt8 = 255

    /// Draws images in rows of `columns`; `pixel = round(255 (value - low) / (high - low))`.
    ///
    /// Values outside the range are clamped and NaN is drawn as `low`. Three channels are red,
    /// green and blue; of any other number the first is drawn in grey.
    ///
    /// - Parameters:
    ///   - images: `[image, height, width, channel]`, row-major.
    ///   - shape: `[height, width, channel]` of one image, all positive.
    ///   - range: the values of black and white; not empty.
    /// - Precondition: `images` holds at least one image and no part of one.
    package static func picture(
        of images: UnsafeBufferPointer<Float>, shape: [Int], range: ClosedRange<Float>,
        columns: Int = 4
    ) -> Picture {
        precondition(shape.count == 3 && shape.allSatisfy { $0 > 0 } && columns > 0)
        let (height, width, depth) = (shape[0], shape[1], shape[2])
        let size = height * width * depth
        precondition(!images.isEmpty && images.count.isMultiple(of: size), "part of an image")
        let count = images.count / size
        let scale = max(1, enlargedSide / max(height, width))
        var canvas = GridCanvas(
            columns: min(columns, count), rows: (count + columns - 1) / columns,
            cellWidth: width * scale, cellHeight: height * scale, channels: depth == 3 ? 3 : 1)
        for index in 0..<count {
            let image = UnsafeBufferPointer(rebasing: images[(index * size)..<((index + 1) * size)])
            canvas.fillCell(row: index / columns, column: index % columns) { y, x, channel in
                let value = image[((y / scale) * width + x / scale) * depth + channel]
                return level(value, in: range)
            }
        }
        return canvas.picture
    }

    private static func level(_ value: Float, in range: ClosedRange<Float>) -> UInt8 {
        let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
        guard share > 0 else { return 0 }
        return UInt8((min(share, 1) * 255).rounded())
    }

    /// A picture of equal cells with gaps between and around them.
    private struct GridCanvas {
        private(set) var picture: Picture
        private let cellWidth: Int
        private let cellHeight: Int

        init(columns: Int, rows: Int, cellWidth: Int, cellHeight: Int, channels: Int) {
            let width = gap + columns * (cellWidth + gap)
            let height = gap + rows * (cellHeight + gap)
            picture = Picture(
                width: width, height: height, channels: channels,
                bytes: [UInt8](repeating: background, count: width * height * channels))
            self.cellWidth = cellWidth
            self.cellHeight = cellHeight
        }

        mutating func fillCell(row: Int, column: Int, with level: (Int, Int, Int) -> UInt8) {
            let top = gap + row * (cellHeight + gap)
            let left = gap + column * (cellWidth + gap)
            for y in 0..<cellHeight {
                for x in 0..<cellWidth {
                    let pixel = ((top + y) * picture.width + left + x) * picture.channels
                    for channel in 0..<picture.channels {
                        picture.bytes[pixel + channel] = level(y, x, channel)
                    }
                }
            }
        }
    }
}
