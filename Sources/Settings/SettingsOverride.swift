/// One `key.sub=value` of the command line.
struct SettingsOverride {
    let path: [String]
    let value: TOMLValue

    init(path: [String], value: TOMLValue) {
        self.path = path
        self.value = value
    }

    /// - Parameter number: its place among the arguments, from 1, for errors.
    init(_ text: String, number: Int) throws {
        let (path, rest) = try Self.parts(of: text, number: number)
        self.init(path: path, value: try Self.value(rest, path, number))
        if case .table = value.content {
            throw SettingsError(
                position: .argument(number), key: TOMLText.path(path),
                message: "a table cannot be given here; give each of its keys")
        }
    }

    /// The path of the key, and the text of the value.
    static func parts(of text: String, number: Int) throws -> (path: [String], value: Substring) {
        guard let equals = assignment(in: text), equals > text.startIndex else {
            throw SettingsError(
                position: .argument(number),
                message: "expected key=value, found \(TOMLText.shortened(TOMLText.quoted(text)))")
        }
        let path = try TOMLReader.key(String(text[..<equals]), argument: number)
        return (path, text[text.utf8.index(after: equals)...])
    }

    /// The shortest word that gives `path` this value: texts without quotes where that is clear.
    static func word(_ path: [String], _ content: TOMLValue.Content) -> String {
        let key = TOMLText.path(path)
        if case .text(let text) = content,
            case .text(text)? = try? value(text[...], path, 0).content
        {
            return "\(key)=\(text)"
        }
        return "\(key)=\(TOMLText.of(content))"
    }

    /// The first "=" outside quotes, so that `"a=b"=1` means the key `a=b`.
    private static func assignment(in text: String) -> String.Index? {
        var quote: UInt8?
        for index in text.utf8.indices {
            let byte = text.utf8[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: "=") {
                return index
            }
        }
        return nil
    }

    /// The value as TOML; a bare word or a path, which TOML would have in quotes, as text.
    static func value(
        _ text: Substring, _ path: [String], _ number: Int
    ) throws -> TOMLValue {
        do {
            return try TOMLReader.value(String(text), argument: number)
        } catch let error as SettingsError {
            let bare = text.drop { $0 == " " }
            guard !isInteger(bare) else {
                throw SettingsError(
                    position: error.position, key: TOMLText.path(path),
                    message: "\(error.message), which has \(Int.min) to \(Int.max)")
            }
            guard !bare.isEmpty, bare.unicodeScalars.allSatisfy(isBare) else {
                throw SettingsError(
                    position: error.position, key: TOMLText.path(path), message: error.message)
            }
            return TOMLValue(content: .text(String(bare)), position: .argument(number))
        }
    }

    /// Whether nothing but its size keeps the text from being read as an integer.
    private static func isInteger(_ text: Substring) -> Bool {
        let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text
        return Int(digits.suffix(1)) != nil && digits.utf8.allSatisfy(\.isDigit)
            && Int(text) == nil
    }

    private static func isBare(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\"", "'", "[", "]", "{", "}", "#", "=", "\\": false
        default: scalar.value >= 0x20 && scalar.value != 0x7f
        }
    }

    /// Puts the value into the document, in place of what the file says.
    func apply(to root: TOMLTable) throws {
        var table = root
        var place = 0
        while place < path.count - 1 {
            let name = path[place]
            place += 1
            switch table[name]?.value.content {
            case .table(let child): table = child
            case .tables(let list):
                table = try element(of: list.tables, at: place)
                place += 1
            case nil: table = addTable(name, to: table)
            default:
                throw conflict("key \(TOMLText.path(table.path + [name])) is not a table")
            }
        }
        guard place < path.count else { throw conflict("is a table; give one of its keys") }
        let name = path[place]
        switch table[name]?.value.content {
        case .table, .tables: throw conflict("is a table; give one of its keys")
        default: table.set(.init(key: name, position: value.position, value: value))
        }
    }

    private func addTable(_ name: String, to table: TOMLTable) -> TOMLTable {
        let child = TOMLTable(
            path: table.path + [name], depth: table.depth + 1, position: value.position)
        table.set(
            .init(
                key: name, position: value.position,
                value: TOMLValue(content: .table(child), position: value.position)))
        return child
    }

    /// `path[place]` is the number of an element, from 0.
    private func element(of elements: [TOMLTable], at place: Int) throws -> TOMLTable {
        let index = path[place].utf8.allSatisfy(\.isDigit) ? Int(path[place]) : nil
        guard let index, elements.indices.contains(index) else {
            let list = TOMLText.path(Array(path[..<place]))
            throw conflict(
                "\(list) is a list of \(elements.count); its tables are numbered from 0, such as "
                    + "\(list).\(elements.count - 1)")
        }
        return elements[index]
    }

    private func conflict(_ message: String) -> SettingsError {
        SettingsError(position: value.position, key: TOMLText.path(path), message: message)
    }
}
