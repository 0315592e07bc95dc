extension JSONValue {
    /// Reads one JSON document, strictly: RFC 8259 without extensions, valid UTF-8, no duplicate
    /// keys, no lone surrogates, numbers within `Double`, at most `JSONParser.deepestLevel` levels.
    ///
    /// - Parameters:
    ///   - file: the name used in errors.
    ///   - offset: position of `bytes` in that file, for errors.
    package init(parsing bytes: [UInt8], file: String, offset: Int = 0) throws {
        var parser = JSONParser(bytes: bytes, file: file, offset: offset)
        self = try parser.parse()
    }
}

/// Recursive descent over bytes.
struct JSONParser {
    /// Arrays and objects inside each other; bounds the recursion.
    static let deepestLevel = 64

    private let bytes: [UInt8]
    private let file: String
    private let offset: Int
    private var position = 0

    init(bytes: [UInt8], file: String, offset: Int) {
        self.bytes = bytes
        self.file = file
        self.offset = offset
    }

    mutating func parse() throws -> JSONValue {
        let value = try value(level: 0)
        skipSpace()
        guard position == bytes.count else { throw failure("text after the end of the JSON value") }
        return value
    }

    private mutating func value(level: Int) throws -> JSONValue {
        guard level < Self.deepestLevel else {
            throw failure("more than \(Self.deepestLevel) JSON levels inside each other")
        }
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return .object(try object(level: level))
        case UInt8(ascii: "["): return .array(try array(level: level))
        case UInt8(ascii: "\""): return .text(try string())
        case let byte? where byte == UInt8(ascii: "-") || isDigit(byte): return try number()
        default: return try word()
        }
    }

    private mutating func object(level: Int) throws -> JSONObject {
        var object = JSONObject()
        var keys: Set<String> = []
        position += 1
        if accept("}") { return object }
        repeat {
            skipSpace()
            let start = position
            guard current == UInt8(ascii: "\"") else { throw failure("expected a key in quotes") }
            let key = try string()
            guard keys.insert(key).inserted else {
                throw failure("the key \"\(key)\" stands twice", at: start)
            }
            try expect(":")
            object.append(key, try value(level: level + 1))
        } while accept(",")
        try expect("}")
        return object
    }

    private mutating func array(level: Int) throws -> [JSONValue] {
        var elements: [JSONValue] = []
        position += 1
        if accept("]") { return elements }
        repeat {
            elements.append(try value(level: level + 1))
        } while accept(",")
        try expect("]")
        return elements
    }

    private mutating func word() throws -> JSONValue {
        let words: [(String, JSONValue)] = [
            ("null", .null), ("true", .boolean(true)), ("false", .boolean(false)),
        ]
        for (word, value) in words where bytes[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        throw failure("expected a JSON value")
    }

    private mutating func number() throws -> JSONValue {
        let start = position
        var isInteger = true
        if current == UInt8(ascii: "-") { position += 1 }
        if current == UInt8(ascii: "0") { position += 1 } else { try digits() }
        if current == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            try digits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isInteger = false
            position += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let value = Int(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else {
            throw failure("the number \(text) is too large", at: start)
        }
        return .number(value)
    }

    private mutating func digits() throws {
        let start = position
        while let byte = current, isDigit(byte) { position += 1 }
        guard position > start else { throw failure("expected a digit") }
    }

    /// A string from its opening quote on.
    private mutating func string() throws -> String {
        let start = position
        var content: [UInt8] = []
        position += 1
        while let byte = current, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw failure("a control character inside a string") }
            position += 1
            if byte == UInt8(ascii: "\\") {
                content.append(contentsOf: Array(String(try escape()).utf8))
            } else {
                content.append(byte)
            }
        }
        guard current != nil else { throw failure("a string without end", at: start) }
        position += 1
        guard let text = String(validating: content, as: UTF8.self) else {
            throw failure("a string that is not valid UTF-8", at: start)
        }
        return text
    }

    /// What stands for one character, behind the backslash.
    private mutating func escape() throws -> Unicode.Scalar {
        let start = position - 1
        let byte = current
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte!)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape(start: start)
        default: throw failure("an unknown escape in a string", at: start)
        }
    }

    private mutating func unicodeEscape(start: Int) throws -> Unicode.Scalar {
        var code = try hexadecimalUnit(start: start)
        // Two escaped surrogates make one character beyond U+FFFF.
        if (0xd800..<0xdc00).contains(code), bytes[position...].starts(with: "\\u".utf8) {
            position += 2
            let low = try hexadecimalUnit(start: start)
            guard (0xdc00..<0xe000).contains(low) else {
                throw failure("half of a surrogate pair", at: start)
            }
            code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(code) else {
            throw failure("half of a surrogate pair", at: start)
        }
        return scalar
    }

    private mutating func hexadecimalUnit(start: Int) throws -> UInt32 {
        let digits = bytes[position...].prefix(4)
        let text = String(decoding: digits, as: UTF8.self)
        guard digits.count == 4, !text.hasPrefix("+"), !text.hasPrefix("-"),
            let unit = UInt32(text, radix: 16)
        else { throw failure("\\u needs four hexadecimal digits", at: start) }
        position += 4
        return unit
    }

    private var current: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private mutating func expect(_ character: Unicode.Scalar) throws {
        guard accept(character) else { throw failure("expected '\(character)'") }
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard current == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
            position += 1
        }
    }

    private func failure(_ message: String, at start: Int? = nil) -> DataError {
        DataError(file: file, offset: offset + min(start ?? position, bytes.count), message)
    }
}

private func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
}
