/// The four kinds of strings.
extension TOMLReader {
    /// `"..."` with escapes, on one line.
    mutating func readBasicString() throws -> String {
        let start = cursor
        var bytes: [UInt8] = []
        cursor.advance()
        while !cursor.advance(past: "\"") {
            if cursor.byte == UInt8(ascii: "\\") {
                try readEscape(into: &bytes)
            } else {
                try readStringByte(into: &bytes, openedAt: start, closing: "\"")
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `'...'` without escapes, on one line.
    mutating func readLiteralString() throws -> String {
        let start = cursor
        var bytes: [UInt8] = []
        cursor.advance()
        while !cursor.advance(past: "'") {
            try readStringByte(into: &bytes, openedAt: start, closing: "'")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `"""..."""` with escapes, over lines.
    mutating func readMultilineBasic() throws -> String {
        let start = cursor
        var bytes: [UInt8] = []
        cursor.advance(3)
        _ = cursor.skipLineEnd()
        while !readClosingQuotes("\"", into: &bytes) {
            if cursor.byte == UInt8(ascii: "\\") {
                if !skipContinuation() { try readEscape(into: &bytes) }
            } else if !readLineEnd(into: &bytes) {
                try readStringByte(into: &bytes, openedAt: start, closing: "\"\"\"")
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `'''...'''` without escapes, over lines.
    mutating func readMultilineLiteral() throws -> String {
        let start = cursor
        var bytes: [UInt8] = []
        cursor.advance(3)
        _ = cursor.skipLineEnd()
        while !readClosingQuotes("'", into: &bytes) {
            if !readLineEnd(into: &bytes) {
                try readStringByte(into: &bytes, openedAt: start, closing: "'''")
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Parts

    private mutating func readStringByte(
        into bytes: inout [UInt8], openedAt start: TOMLCursor, closing: String
    ) throws {
        guard let byte = cursor.byte, byte != 0x0a, !cursor.starts(with: "\r\n") else {
            throw start.error("this text is not closed with \(closing)")
        }
        guard !byte.isForbiddenControl else { throw cursor.unexpected("in text") }
        bytes.append(byte)
        cursor.advance()
    }

    /// Keeps the line end as LF, whatever the file uses.
    private mutating func readLineEnd(into bytes: inout [UInt8]) -> Bool {
        guard cursor.skipLineEnd() else { return false }
        bytes.append(0x0a)
        return true
    }

    /// Three quotes close the text; up to two before them belong to it. Quotes that do not close
    /// are left to the caller.
    private mutating func readClosingQuotes(
        _ quote: Unicode.Scalar, into bytes: inout [UInt8]
    ) -> Bool {
        let byte = UInt8(ascii: quote)
        var count = 0
        while count < 5, cursor.byte(after: count) == byte { count += 1 }
        guard count >= 3 else { return false }
        bytes.append(contentsOf: repeatElement(byte, count: count - 3))
        cursor.advance(count)
        return true
    }

    /// A backslash at the end of a line removes the line end and all blanks and lines after it.
    private mutating func skipContinuation() -> Bool {
        var ahead = cursor
        ahead.advance()
        ahead.skipBlanks()
        guard ahead.skipLineEnd() else { return false }
        repeat { ahead.skipBlanks() } while ahead.skipLineEnd()
        cursor = ahead
        return true
    }

    private mutating func readEscape(into bytes: inout [UInt8]) throws {
        let start = cursor
        cursor.advance()
        let letter = cursor.byte
        cursor.advance()
        switch letter {
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "n"): bytes.append(0x0a)
        case UInt8(ascii: "f"): bytes.append(0x0c)
        case UInt8(ascii: "r"): bytes.append(0x0d)
        case UInt8(ascii: "\""): bytes.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "u"): try readScalarDigits(4, start, into: &bytes)
        case UInt8(ascii: "U"): try readScalarDigits(8, start, into: &bytes)
        default:
            throw start.error(
                "unknown escape; write \\\\ for a backslash, or use '...' for text as it stands")
        }
    }

    private mutating func readScalarDigits(
        _ count: Int, _ start: TOMLCursor, into bytes: inout [UInt8]
    ) throws {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let byte = cursor.byte, let digit = Character(Unicode.Scalar(byte)).hexDigitValue
            else { throw cursor.unexpected("where \(count) hexadecimal digits should be") }
            value = value << 4 | UInt32(digit)
            cursor.advance()
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw start.error("U+\(String(value, radix: 16)) is not a Unicode scalar value")
        }
        bytes.append(contentsOf: String(scalar).utf8)
    }
}
