extension JSONValue {
    /// The document as text; parsing it gives `self` back (but for numbers JSON cannot express).
    ///
    /// - Parameter isIndented: two spaces per level, one member or element a line, and a final line
    ///   feed; otherwise one line without spaces.
    package func serialized(isIndented: Bool = false) -> String {
        var writer = JSONWriter(isIndented: isIndented)
        writer.write(self, level: 0)
        if isIndented { writer.text += "\n" }
        return writer.text
    }
}

private struct JSONWriter {
    let isIndented: Bool
    var text = ""

    init(isIndented: Bool) {
        self.isIndented = isIndented
    }

    mutating func write(_ value: JSONValue, level: Int) {
        switch value {
        case .null: text += "null"
        case .boolean(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        // Swift prints the shortest digits that read back as the same number.
        case .number(let value): text += value.isFinite ? value.description : "null"
        case .text(let value): write(value)
        case .array(let elements):
            writeList("[", elements, "]", level: level) { $0.write($1, level: level + 1) }
        case .object(let object):
            writeList("{", object.members, "}", level: level) { writer, member in
                writer.write(member.key)
                writer.text += writer.isIndented ? ": " : ":"
                writer.write(member.value, level: level + 1)
            }
        }
    }

    private mutating func writeList<Item>(
        _ opening: String, _ items: [Item], _ closing: String, level: Int,
        _ writeItem: (inout JSONWriter, Item) -> Void
    ) {
        text += opening
        for (index, item) in items.enumerated() {
            if index > 0 { text += "," }
            breakLine(level: level + 1)
            writeItem(&self, item)
        }
        if !items.isEmpty { breakLine(level: level) }
        text += closing
    }

    private mutating func breakLine(level: Int) {
        if isIndented { text += "\n" + String(repeating: "  ", count: level) }
    }

    private mutating func write(_ string: String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\r": text += "\\r"
            case "\u{0}"..."\u{1f}", "\u{7f}":
                text += "\\u00" + hexadecimal([UInt8(scalar.value)])
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
