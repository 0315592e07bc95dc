/// TOML as text: keys, values and paths such that reading them again gives the same.
enum TOMLText {
    static func of(_ content: TOMLValue.Content) -> String {
        switch content {
        case .text(let text): quoted(text)
        case .integer(let integer): String(integer)
        case .float(let number): float(number)
        case .boolean(let flag): flag ? "true" : "false"
        case .dateTime(_, let text): text
        case .array(let values): "[" + list(values.map { of($0.content) }) + "]"
        case .table(let table): inline(table)
        case .tables(let list): "[" + self.list(list.tables.map(inline)) + "]"
        }
    }

    /// Swift prints the shortest digits that read back to the same `Double`, always with a point
    /// or an exponent, which is what makes a TOML float.
    private static func float(_ number: Double) -> String {
        number.isFinite ? "\(number)" : number.isNaN ? "nan" : number < 0 ? "-inf" : "inf"
    }

    private static func inline(_ table: TOMLTable) -> String {
        let entries = table.entries.map { "\(key($0.key)) = \(of($0.value.content))" }
        return entries.isEmpty ? "{}" : "{ \(list(entries)) }"
    }

    private static func list(_ items: [String]) -> String { items.joined(separator: ", ") }

    /// A basic string on one line; control characters are escaped.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    static func key(_ name: String) -> String {
        !name.isEmpty && name.utf8.allSatisfy(\.isBareKeyByte) ? name : quoted(name)
    }

    static func path(_ names: [String]) -> String {
        names.map(key).joined(separator: ".")
    }

    /// The line before the keys of a table; none for the root.
    static func header(_ names: [String], isElement: Bool) -> String {
        guard !names.isEmpty else { return "" }
        return isElement ? "[[\(path(names))]]\n" : "[\(path(names))]\n"
    }

    /// The path as a key of dictionaries. Swift strings that differ only in Unicode normalisation
    /// are equal, TOML keys are not.
    static func bytes(_ names: [String]) -> [UInt8] { Array(path(names).utf8) }

    /// At most 80 characters, so that an error stays one readable line.
    static func shortened(_ text: String) -> String {
        text.count <= 80 ? text : "\(text.prefix(60))... (\(text.utf8.count) bytes)"
    }
}

extension UInt8 {
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }

    /// `A-Z a-z 0-9 _ -`
    var isBareKeyByte: Bool {
        isDigit || (self | 0x20 >= 0x61 && self | 0x20 <= 0x7a) || self == 0x5f || self == 0x2d
    }

    /// Control characters that TOML allows nowhere: all but tab and the line ends.
    var isForbiddenControl: Bool { (self < 0x20 && self != 0x09) || self == 0x7f }
}
