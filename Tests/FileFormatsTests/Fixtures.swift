// Exported so that every test of this target sees the temporary folders.
@_exported import TestSupport

/// The bytes of hexadecimal digits; spaces are left out.
func bytes(hexadecimal text: String) -> [UInt8] {
    let digits = text.filter { !$0.isWhitespace }.map { UInt8($0.hexDigitValue!) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// A gzip member with one stored block, made without zlib (RFC 1951, RFC 1952).
func gzipMember(_ content: [UInt8]) -> [UInt8] {
    precondition(content.count <= 0xffff)
    var checksum = ~UInt32(0)
    for byte in content {
        checksum ^= UInt32(byte)
        for _ in 0..<8 {
            checksum = checksum & 1 == 0 ? checksum >> 1 : checksum >> 1 ^ 0xedb8_8320
        }
    }
    let length = littleEndian(UInt16(content.count))
    var member: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1] + length + length.map { ~$0 }
    member += content
    return member + littleEndian(~checksum) + littleEndian(UInt32(content.count))
}

func littleEndian<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian, Array.init)
}

func bigEndian<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
    littleEndian(value).reversed()
}
