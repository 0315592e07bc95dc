/// An array of bytes in the IDX format of the MNIST files.
///
/// Layout: `00 00 type rank`, then `rank` big-endian 32-bit extents, then the elements in C order.
/// Only type 08 (unsigned bytes) is read. Source: yann.lecun.com/exdb/mnist.
package struct IDXFile: Equatable, Sendable {
    package let shape: [Int]
    /// Elements in C order; as many as the product of `shape`.
    package let bytes: [UInt8]

    /// 4 GiB, five times the largest published set in this format.
    package static let contentLimit = 1 << 32

    /// Reads a plain or a gzip file; the content decides which, not the name.
    package init(contentsOf path: String) throws {
        let raw = try InputFile.read(path, limit: Self.contentLimit)
        guard Gzip.isCompressed(raw) else {
            try self.init(parsing: raw, file: path)
            return
        }
        let name = "\(path) (decompressed)"
        let prefix = try Gzip.inflatePrefix(raw, count: IDXHeader.largestSize, file: path)
        let header = try IDXHeader(parsing: prefix, file: name)
        // The header limits the output: a small file cannot grow beyond what it declares.
        let content = try Gzip.inflate(raw, limit: header.fileSize, file: path)
        try self.init(parsing: content, file: name)
    }

    /// Reads decompressed content; `file` is the name used in errors.
    package init(parsing content: [UInt8], file: String) throws {
        let header = try IDXHeader(parsing: content, file: file)
        guard content.count == header.fileSize else {
            throw DataError(
                file: file, offset: header.size,
                "\(content.count - header.size) bytes of elements, but "
                    + "\(describeShape(header.shape)) needs \(header.fileSize - header.size)")
        }
        shape = header.shape
        bytes = Array(content[header.size...])
    }
}

/// The checked header of an IDX file.
private struct IDXHeader {
    /// Four bytes and four extents of four bytes.
    static let largestSize = 20

    let shape: [Int]
    let size: Int
    /// Header and elements.
    let fileSize: Int

    init(parsing bytes: [UInt8], file: String) throws {
        let rank = try Self.rank(bytes, file: file)
        size = 4 + 4 * rank
        guard bytes.count >= size else {
            throw DataError(
                file: file, offset: bytes.count, "ends inside the IDX header of \(size) bytes")
        }
        shape = (0..<rank).map { axis in
            bytes[(4 + 4 * axis)..<(8 + 4 * axis)].reduce(0) { $0 << 8 | Int($1) }
        }
        guard let count = checkedElementCount(shape), count <= IDXFile.contentLimit else {
            throw DataError(
                file: file, offset: 4,
                "\(describeShape(shape)) is more than the \(IDXFile.contentLimit) bytes accepted")
        }
        fileSize = size + count
    }

    private static func rank(_ bytes: [UInt8], file: String) throws -> Int {
        guard bytes.count >= 4 else {
            throw DataError(
                file: file, offset: bytes.count, "ends inside the four bytes every IDX file has")
        }
        guard bytes[0] == 0, bytes[1] == 0 else {
            throw DataError(
                file: file, offset: 0,
                "not an IDX file: it starts with \(hexadecimal(bytes[..<4])) instead of 00 00")
        }
        guard bytes[2] == 0x08 else {
            let seen = elementTypes[bytes[2]] ?? "unknown"
            throw DataError(
                file: file, offset: 2,
                "element type \(hexadecimal(bytes[2...2])) (\(seen)); "
                    + "only 08 (unsigned byte) is supported")
        }
        guard (1...4).contains(bytes[3]) else {
            throw DataError(file: file, offset: 3, "rank \(bytes[3]); 1 to 4 are supported")
        }
        return Int(bytes[3])
    }

    private static let elementTypes: [UInt8: String] = [
        0x09: "signed byte", 0x0b: "16-bit integer", 0x0c: "32-bit integer", 0x0d: "32-bit float",
        0x0e: "64-bit float",
    ]
}

/// Bytes for people: "1f 8b 08".
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}
