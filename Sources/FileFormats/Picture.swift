/// An image of 8-bit pixels: rows from the top, pixels from the left, channels together.
package struct Picture: Equatable, Sendable {
    package let width: Int
    package let height: Int
    /// 1 (grey) or 3 (red, green, blue).
    package let channels: Int
    /// `height * width * channels` bytes.
    package var bytes: [UInt8]

    /// - Precondition: the sizes are positive and agree with the number of bytes.
    package init(width: Int, height: Int, channels: Int, bytes: [UInt8]) {
        precondition(width > 0 && height > 0 && (channels == 1 || channels == 3))
        precondition(bytes.count == height * width * channels, "picture size and bytes disagree")
        self.width = width
        self.height = height
        self.channels = channels
        self.bytes = bytes
    }
}
