/// Values: arrays and inline tables here, scalars by their first character.
extension TOMLReader {
    /// The value at the cursor. `path` leads to its key; `depth` counts what encloses it.
    mutating func readValue(path: [String], depth: Int) throws -> TOMLValue {
        let position = cursor.position
        guard depth <= Self.depthLimit else { throw tooDeep(at: position) }
        let content: TOMLValue.Content
        switch cursor.byte {
        case UInt8(ascii: "\""):
            content = .text(
                try cursor.starts(with: "\"\"\"") ? readMultilineBasic() : readBasicString())
        case UInt8(ascii: "'"):
            content = .text(
                try cursor.starts(with: "'''") ? readMultilineLiteral() : readLiteralString())
        case UInt8(ascii: "["): content = .array(try readArray(path: path, depth: depth))
        case UInt8(ascii: "{"): content = .table(try readInlineTable(path: path, depth: depth))
        default: content = try readScalar()
        }
        return TOMLValue(content: content, position: position)
    }

    private mutating func readArray(path: [String], depth: Int) throws -> [TOMLValue] {
        var values: [TOMLValue] = []
        cursor.advance()
        while true {
            try cursor.skipToContent()
            if cursor.advance(past: "]") { return values }
            values.append(try readValue(path: path, depth: depth + 1))
            try cursor.skipToContent()
            if cursor.advance(past: "]") { return values }
            guard cursor.advance(past: ",") else {
                throw cursor.unexpected("where \",\" or \"]\" should follow an array's value")
            }
        }
    }

    /// TOML 1.0: on one line, without a comma after the last value.
    private mutating func readInlineTable(path: [String], depth: Int) throws -> TOMLTable {
        let table = TOMLTable(path: path, depth: depth, position: cursor.position)
        let outerSection = section
        defer { section = outerSection }
        inlineTableCount += 1
        section = -inlineTableCount
        cursor.advance()
        cursor.skipBlanks()
        var isClosed = cursor.advance(past: "}")
        while !isClosed {
            try readAssignment(into: table)
            cursor.skipBlanks()
            isClosed = cursor.advance(past: "}")
            guard isClosed || cursor.advance(past: ",") else {
                throw cursor.unexpected("where \",\" or \"}\" should follow a table's value")
            }
        }
        table.definition = .inline
        return table
    }

    /// A boolean, number, date or time: everything up to the next character that none can hold.
    private mutating func readScalar() throws -> TOMLValue.Content {
        let start = cursor
        while let byte = cursor.byte, byte.isScalarByte { cursor.advance() }
        var token = cursor.bytes[start.offset..<cursor.offset]
        guard !token.isEmpty else { throw cursor.unexpected("where a value should be") }
        // A date may be followed by one blank and a time.
        if token.count == 10, token[token.startIndex + 4] == UInt8(ascii: "-"),
            cursor.byte == 0x20, let next = cursor.byte(after: 1), next.isDigit
        {
            cursor.advance()
            while let byte = cursor.byte, byte.isScalarByte { cursor.advance() }
            token = cursor.bytes[start.offset..<cursor.offset]
        }
        let text = String(decoding: token, as: UTF8.self)
        switch TOMLScalar.content(of: text) {
        case .success(let content): return content
        case .failure(let fault):
            throw start.error("\(TOMLText.shortened(text)) \(fault.message)")
        }
    }
}

extension UInt8 {
    fileprivate var isScalarByte: Bool {
        isBareKeyByte || self == UInt8(ascii: "+") || self == UInt8(ascii: ".")
            || self == UInt8(ascii: ":")
    }
}
