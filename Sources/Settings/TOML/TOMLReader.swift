/// Reads TOML 1.0 (https://toml.io/en/v1.0.0) and keeps the place of every key and value.
///
/// Throws `SettingsError` at the first fault. Nesting is limited, so that hostile text cannot
/// exhaust the stack of the reader or of whoever walks its result.
package struct TOMLReader {
    static let depthLimit = 100

    struct KeyPart {
        let name: String
        let position: SettingsPosition
    }

    var cursor: TOMLCursor
    /// The number of the header or, below 0, inline table being filled: a dotted key may extend
    /// only what its own section made.
    var section = 0
    var inlineTableCount = 0

    private init(bytes: [UInt8], source: TOMLCursor.Source) throws {
        cursor = try TOMLCursor(bytes: bytes, source: source)
    }

    /// The root table of the document `bytes`, which errors call `file`.
    package static func document(_ bytes: [UInt8], file: String) throws -> TOMLTable {
        var reader = try TOMLReader(bytes: bytes, source: .file(file))
        return try reader.readDocument(file: file)
    }

    /// The value that `text`, of argument `number`, is as a whole.
    static func value(_ text: String, argument number: Int) throws -> TOMLValue {
        var reader = try TOMLReader(bytes: Array(text.utf8), source: .argument(number))
        reader.cursor.skipBlanks()
        let value = try reader.readValue(path: [], depth: 0)
        try reader.expectEnd()
        return value
    }

    /// The names of the dotted key that `text`, of argument `number`, is as a whole.
    static func key(_ text: String, argument number: Int) throws -> [String] {
        var reader = try TOMLReader(bytes: Array(text.utf8), source: .argument(number))
        reader.cursor.skipBlanks()
        let parts = try reader.readKey()
        try reader.expectEnd()
        return parts.map(\.name)
    }

    private mutating func expectEnd() throws {
        cursor.skipBlanks()
        guard cursor.byte == nil else { throw cursor.unexpected("after the end") }
    }

    // MARK: Lines

    private mutating func readDocument(file: String) throws -> TOMLTable {
        let root = TOMLTable(path: [], depth: 0, position: .wholeFile(file), definition: .header)
        var table = root
        while true {
            try cursor.skipToContent()
            guard let byte = cursor.byte else { return root }
            if byte == UInt8(ascii: "[") {
                table = try readHeader(root: root)
            } else {
                try readAssignment(into: table)
            }
            try expectLineEnd()
        }
    }

    private mutating func expectLineEnd() throws {
        cursor.skipBlanks()
        try cursor.skipComment()
        guard cursor.byte == nil || cursor.skipLineEnd() else {
            throw cursor.unexpected("where the line should end")
        }
    }

    /// `key = value`, in a section or an inline table.
    mutating func readAssignment(into table: TOMLTable) throws {
        let parts = try readKey()
        guard cursor.byte == UInt8(ascii: "=") else {
            throw cursor.unexpected("where \"=\" should follow the key")
        }
        cursor.advance()
        cursor.skipBlanks()
        let path = table.path + parts.map(\.name)
        let value = try readValue(path: path, depth: table.depth + parts.count)
        try insert(value, at: parts, into: table)
    }

    // MARK: Keys

    /// A bare, quoted or dotted key and the blanks after it.
    mutating func readKey() throws -> [KeyPart] {
        var parts: [KeyPart] = []
        repeat {
            cursor.skipBlanks()
            let position = cursor.position
            parts.append(KeyPart(name: try readKeyName(), position: position))
            cursor.skipBlanks()
            guard parts.count <= Self.depthLimit else { throw tooDeep(at: position) }
        } while cursor.advance(past: ".")
        return parts
    }

    private mutating func readKeyName() throws -> String {
        switch cursor.byte {
        case UInt8(ascii: "\""): return try readBasicString()
        case UInt8(ascii: "'"): return try readLiteralString()
        default:
            let start = cursor.offset
            while let byte = cursor.byte, byte.isBareKeyByte { cursor.advance() }
            guard cursor.offset > start else { throw cursor.unexpected("where a key should be") }
            return String(decoding: cursor.bytes[start..<cursor.offset], as: UTF8.self)
        }
    }

    func tooDeep(at position: SettingsPosition) -> SettingsError {
        SettingsError(
            position: position, message: "nested deeper than \(Self.depthLimit) levels")
    }
}
