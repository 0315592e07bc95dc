/// Text of SVG or HTML under construction; whatever is not markup is escaped.
package struct Markup {
    package private(set) var text = ""

    package init() {}

    /// `<name key="value"...>...</name>`, or `<name .../>` where there is no content.
    package mutating func element(
        _ name: String, _ attributes: KeyValuePairs<String, String> = [:],
        content: ((inout Markup) -> Void)? = nil
    ) {
        open(name, attributes)
        guard let content else {
            text += "/>"
            return
        }
        text += ">"
        content(&self)
        text += "</\(name)>"
    }

    /// An element that holds nothing but text.
    package mutating func element(
        _ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String
    ) {
        element(name, attributes) { $0.write(text) }
    }

    /// Text between elements.
    package mutating func write(_ string: String) {
        text += Markup.escaped(string)
    }

    /// Text that is markup already.
    mutating func append(markup: String) {
        text += markup
    }

    private mutating func open(_ name: String, _ attributes: KeyValuePairs<String, String>) {
        text += "<" + name
        for (key, value) in attributes {
            text += " \(key)=\"\(Markup.escaped(value))\""
        }
    }

    /// The characters with a meaning in XML as entities, and those that XML 1.0 forbids as U+FFFD.
    static func escaped(_ string: String) -> String {
        guard string.utf8.contains(where: isSpecial) else { return string }
        var result = ""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1f}", "\u{fffe}", "\u{ffff}":
                result.unicodeScalars.append("\u{fffd}")
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        // U+FFFE and U+FFFF start with 0xEF.
        byte < 0x20 || byte == 0xef || byte == UInt8(ascii: "&") || byte == UInt8(ascii: "<")
            || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "\"")
    }
}
