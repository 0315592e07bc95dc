import FileFormats

private let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/// Any bytes behind the signature of a PNG file: an error, or an image that survives being written
/// and read again.
///
/// A checksum ends every chunk, and arbitrary bytes have never the right one. So the same bytes
/// are read once more with the checksum of each chunk put right.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPNG(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = signature + UnsafeBufferPointer(start: start, count: count).dropFirst(8)
    read(input)
    let repaired = withRightChecksums(input)
    if repaired != input { read(repaired) }
    return 0
}

private func read(_ bytes: [UInt8]) {
    guard let picture = try? ImageFile.decode(bytes, file: "fuzz.png") else { return }
    let written = try! PNG.encode(picture)
    let again = try! ImageFile.decode(written, file: "again.png")
    precondition(again == picture)
}

/// A chunk is its length, its name, its content and the CRC-32 of the last two.
private func withRightChecksums(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    var position = signature.count
    while position + 12 <= bytes.count {
        let length = bytes[position..<(position + 4)].reduce(0) { $0 << 8 | Int($1) }
        let end = position + 8 + length
        guard end + 4 <= bytes.count else { break }
        let checksum = crc32(bytes[(position + 4)..<end])
        for byte in 0..<4 { bytes[end + byte] = UInt8(checksum >> (24 - 8 * byte) & 0xff) }
        position = end + 4
    }
    return bytes
}

private func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var checksum = ~UInt32(0)
    for byte in bytes {
        checksum ^= UInt32(byte)
        for _ in 0..<8 {
            checksum = checksum & 1 == 0 ? checksum >> 1 : checksum >> 1 ^ 0xedb8_8320
        }
    }
    return ~checksum
}
