import FileFormats

/// Any bytes behind the first of a JPEG file: an error, or an image of the size that it says.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJPEG(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let rest = UnsafeBufferPointer(start: start, count: count).dropFirst(3)
    guard let picture = try? ImageFile.decode([0xff, 0xd8, 0xff] + rest, file: "fuzz.jpg") else {
        return 0
    }
    precondition(picture.width * picture.height <= ImageFile.largestPixelCount)
    return 0
}
