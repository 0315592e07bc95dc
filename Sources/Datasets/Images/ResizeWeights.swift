/// One axis of a resize: which of the old pixels each new one is made of, and with what weights.
///
/// With scale = old / new and width = max(scale, 1), pixel i of the new axis has its centre at
/// c = (i + 1/2) scale and is made of the old pixels j from floor(c - width + 1/2) up to, but not
/// with, floor(c + width + 1/2):
///
///     w(i, j) = max(0, 1 - |j + 1/2 - c| / width), divided by the sum over j
///     new(i) = (sum over j of round(2^22 w(i, j)) old(j) + 2^21) >> 22
///
/// This is bilinear interpolation, widened where it shrinks so that every old pixel counts
/// (antialiasing); bit for bit Pillow's `resize` of one axis with `BILINEAR`
/// (libImaging/Resample.c).
struct ResizeWeights {
    static let fractionBits: Int32 = 22

    /// The first old pixel of each new one.
    let first: [Int]
    /// How many old pixels it is made of.
    let counts: [Int]
    /// `[new, stride]`.
    let weights: [Int32]
    let stride: Int

    /// The weights of the pixels `wanted` of an axis of `old` pixels resized to `new`.
    init(from old: Int, to new: Int, wanted: Range<Int>) {
        let scale = Double(old) / Double(new)
        let width = max(scale, 1)
        stride = Int(width.rounded(.up)) * 2 + 1
        var first: [Int] = []
        var counts: [Int] = []
        var weights = [Int32](repeating: 0, count: wanted.count * stride)
        for (row, index) in wanted.enumerated() {
            let centre = (Double(index) + 0.5) * scale
            let start = max(0, Int(centre - width + 0.5))
            let end = min(old, Int(centre + width + 0.5))
            let shares = (start..<end).map { pixel in
                max(0, 1 - abs((Double(pixel) - centre + 0.5) * (1 / width)))
            }
            let sum = shares.reduce(0, +)
            for (place, share) in shares.enumerated() {
                let weight = sum == 0 ? share : share / sum
                weights[row * stride + place] = Int32(
                    0.5 + weight * Double(1 << Self.fractionBits))
            }
            first.append(start)
            counts.append(end - start)
        }
        (self.first, self.counts, self.weights) = (first, counts, weights)
    }

    /// Resizes the rows of `[rows, old, channels]` to `[rows, new, channels]`.
    func resizedRows(
        _ pixels: UnsafeBufferPointer<UInt8>, rows: Range<Int>, old: Int, channels: Int
    ) -> [UInt8] {
        let new = first.count
        return [UInt8](unsafeUninitializedCapacity: rows.count * new * channels) { out, filled in
            for (place, row) in rows.enumerated() {
                for index in 0..<new {
                    let start = (row * old + first[index]) * channels
                    for channel in 0..<channels {
                        var sum = Int32(1) << (Self.fractionBits - 1)
                        for pixel in 0..<counts[index] {
                            sum &+=
                                weights[index * stride + pixel]
                                &* Int32(pixels[start + pixel * channels + channel])
                        }
                        out[(place * new + index) * channels + channel] = Self.byte(sum)
                    }
                }
            }
            filled = rows.count * new * channels
        }
    }

    /// Resizes the columns of rows of `rowSize` bytes, of which `pixels` has those from `firstRow`.
    func resizedColumns(
        _ pixels: UnsafeBufferPointer<UInt8>, rowSize: Int, firstRow: Int
    ) -> [UInt8] {
        var sums = [Int32](repeating: 0, count: rowSize)
        return [UInt8](unsafeUninitializedCapacity: first.count * rowSize) { out, filled in
            for index in first.indices {
                for column in 0..<rowSize { sums[column] = 1 << (Self.fractionBits - 1) }
                for place in 0..<counts[index] {
                    let weight = weights[index * stride + place]
                    let row = (first[index] - firstRow + place) * rowSize
                    for column in 0..<rowSize {
                        sums[column] &+= weight &* Int32(pixels[row + column])
                    }
                }
                for column in 0..<rowSize {
                    out[index * rowSize + column] = Self.byte(sums[column])
                }
            }
            filled = first.count * rowSize
        }
    }

    private static func byte(_ sum: Int32) -> UInt8 {
        UInt8(min(max(sum >> fractionBits, 0), 255))
    }
}
