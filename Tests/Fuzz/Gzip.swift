import CZlib
import FileFormats

/// Well above what the longest seed decompresses to, and little enough for quick runs.
private let limit = 1 << 14

/// Any bytes as gzip data: an error, or content of which the prefix reader sees the beginning.
///
/// A checksum ends every member, and arbitrary bytes have never the right one. So the same bytes
/// are read once more behind a good member, which holds as many of them as the first byte says.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzGzip(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    _ = inflate(input)
    let stored = Array(input.dropFirst().prefix(Int(input.first ?? 0)))
    let rest = input.dropFirst(1 + stored.count)
    let content = inflate(member(storing: stored) + rest)
    precondition(content.map { $0.starts(with: stored) } ?? !rest.isEmpty)
    return 0
}

private func inflate(_ bytes: [UInt8]) -> [UInt8]? {
    let prefix = try? Gzip.inflatePrefix(bytes, count: 20, file: "fuzz.gz")
    guard let content = try? Gzip.inflate(bytes, limit: limit, file: "fuzz.gz") else { return nil }
    precondition(content.count <= limit && prefix == Array(content.prefix(20)))
    return content
}

/// A gzip member of one stored block (RFC 1951, 3.2.4).
private func member(storing bytes: [UInt8]) -> [UInt8] {
    let size = UInt16(bytes.count)
    let checksum = UInt32(truncatingIfNeeded: crc32(0, bytes, UInt32(bytes.count)))
    var member: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 1]
    for word in [size, ~size] { withUnsafeBytes(of: word.littleEndian) { member += $0 } }
    member += bytes
    for word in [checksum, UInt32(size)] { withUnsafeBytes(of: word.littleEndian) { member += $0 } }
    return member
}
