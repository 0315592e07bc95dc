/// The header of an npy file: element type, order and shape.
///
/// Layout: `93 'NUMPY' major minor`, the header's length (little endian, 2 bytes in version 1, else
/// 4), then a Python dictionary literal such as
/// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
/// Source: NumPy, `numpy.lib.format`. The literal is read by a grammar of exactly these three keys;
/// nothing is evaluated.
struct NPYHeader {
    /// NumPy's own headers have 118 bytes or a little more; its reader refuses 10,000.
    static let largestTextBytes = 65_536
    static let largestRank = 32

    let elementType: NPYElementType
    let isBigEndian: Bool
    let isFortranOrder: Bool
    let shape: [Int]
    /// Where the elements start.
    let size: Int

    init(parsing bytes: [UInt8], file: String) throws {
        let text = try Self.textRange(bytes, file: file)
        var parser = NPYHeaderParser(bytes: bytes, range: text, file: file)
        let literal = try parser.parse()
        (elementType, isBigEndian) = try Self.elementType(literal, file: file)
        isFortranOrder = literal.isFortranOrder
        shape = literal.shape
        size = text.upperBound
    }

    private static func textRange(_ bytes: [UInt8], file: String) throws -> Range<Int> {
        guard !bytes.isEmpty else {
            throw DataError(file: file, offset: 0, "not an npy file: it is empty")
        }
        guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
            throw DataError(
                file: file, offset: 0,
                "not an npy file: it starts with \(hexadecimal(bytes.prefix(6))) "
                    + "instead of 93 4e 55 4d 50 59")
        }
        guard bytes.count >= 8 else {
            throw DataError(file: file, offset: bytes.count, "ends before the npy version")
        }
        guard (1...3).contains(bytes[6]), bytes[7] == 0 else {
            throw DataError(
                file: file, offset: 6,
                "npy version \(bytes[6]).\(bytes[7]); versions 1.0, 2.0 and 3.0 are supported")
        }
        let start = bytes[6] == 1 ? 10 : 12
        guard bytes.count >= start else {
            throw DataError(file: file, offset: bytes.count, "ends inside the npy header's length")
        }
        let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= largestTextBytes else {
            throw DataError(
                file: file, offset: 8,
                "a header of \(length) bytes; at most \(largestTextBytes) are accepted")
        }
        guard length <= bytes.count - start else {
            throw DataError(
                file: file, offset: bytes.count,
                "ends inside the npy header, which goes to byte \(start + length)")
        }
        return start..<(start + length)
    }

    private static func elementType(
        _ literal: NPYHeaderLiteral, file: String
    ) throws -> (type: NPYElementType, isBigEndian: Bool) {
        let description = literal.elementDescription
        let code = String(description.dropFirst())
        if code.hasPrefix("O") {
            throw DataError(
                file: file, offset: literal.elementDescriptionOffset,
                "an object array ('\(description)'), for example of rows of different lengths; "
                    + "save one rectangular array of numbers, e.g. numpy.asarray(x, 'float32')")
        }
        guard let type = NPYElementType(rawValue: code), let order = description.first,
            order == "<" || order == ">" || (order == "|" && type.size == 1)
        else {
            let known = NPYElementType.allCases.map(\.rawValue).joined(separator: ", ")
            throw DataError(
                file: file, offset: literal.elementDescriptionOffset,
                "element type '\(description)' is not supported; "
                    + "after '<', '>' or '|' one of \(known) is")
        }
        return (type, order == ">")
    }
}
