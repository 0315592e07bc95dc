/// Pixels of `stored` channels as pixels of `channels`, each 1 or 3: grey three times, or the
/// luminance of colours.
func withChannels(_ channels: Int, _ pixels: [UInt8], stored: Int) -> [UInt8] {
    if channels == stored { return pixels }
    return channels == 1 ? luminance(ofColours: pixels) : pixels.flatMap { [$0, $0, $0] }
}

/// Grey of colours: `(19595 red + 38470 green + 7471 blue + 2^15) >> 16` for each pixel, which is
/// Pillow's rounding of ITU-R BT.601's 0.299 red + 0.587 green + 0.114 blue.
func luminance(ofColours colours: [UInt8]) -> [UInt8] {
    let count = colours.count / 3
    return colours.withUnsafeBufferPointer { colours in
        [UInt8](unsafeUninitializedCapacity: count) { grey, initialized in
            for pixel in 0..<count {
                let red = 19595 * UInt32(colours[3 * pixel])
                let green = 38470 * UInt32(colours[3 * pixel + 1])
                let blue = 7471 * UInt32(colours[3 * pixel + 2])
                grey[pixel] = UInt8((red + green + blue + 0x8000) >> 16)
            }
            initialized = count
        }
    }
}

/// `[channel, pixel]` as `[pixel, channel]`.
func pixelsTogether(_ planes: ArraySlice<UInt8>, channels: Int) -> [UInt8] {
    let pixels = planes.count / channels
    return planes.withUnsafeBufferPointer { planes in
        [UInt8](unsafeUninitializedCapacity: pixels * channels) { together, initialized in
            for pixel in 0..<pixels {
                for channel in 0..<channels {
                    together[pixel * channels + channel] = planes[channel * pixels + pixel]
                }
            }
            initialized = pixels * channels
        }
    }
}
