/// A value of a TOML document and the place where it begins.
package struct TOMLValue {
    package enum Content {
        case text(String)
        case integer(Int)
        case float(Double)
        case boolean(Bool)
        /// Validated text with `T` and `Z` in upper case.
        case dateTime(TOMLDateTimeKind, String)
        case array([TOMLValue])
        case table(TOMLTable)
        /// The `[[name]]` form.
        case tables(TOMLTableList)
    }

    package let content: Content
    package let position: SettingsPosition

    package init(content: Content, position: SettingsPosition) {
        self.content = content
        self.position = position
    }
}

extension TOMLValue {
    var isTable: Bool {
        switch content {
        case .table, .tables: true
        default: false
        }
    }

    /// The tables of an array of nothing else, in either form; nil for other values.
    var listedTables: [TOMLTable]? {
        switch content {
        case .tables(let list): return list.tables
        case .array(let values):
            let tables = values.compactMap { value -> TOMLTable? in
                if case .table(let table) = value.content { table } else { nil }
            }
            return tables.count == values.count ? tables : nil
        default: return nil
        }
    }

    /// The same value with tables of its own, but for those within arrays: nothing changes them.
    func copied() -> TOMLValue {
        switch content {
        case .table(let table):
            return TOMLValue(content: .table(table.copy()), position: position)
        case .tables(let list):
            let copy = TOMLTableList()
            copy.tables = list.tables.map { $0.copy() }
            return TOMLValue(content: .tables(copy), position: position)
        default: return self
        }
    }

    /// The value and its type in words, on one line of bounded length.
    var summary: String {
        switch content {
        case .text: "\(shortened) (text)"
        case .integer: "\(shortened) (integer)"
        case .float: "\(shortened) (number with a fraction or exponent)"
        case .boolean: "\(shortened) (flag)"
        case .dateTime: "\(shortened) (date or time)"
        case .array: "\(shortened) (array)"
        case .table: "a table"
        case .tables: "an array of tables"
        }
    }

    private var shortened: String { TOMLText.shortened(TOMLText.of(content)) }
}

/// The tables of one `[[name]]`; a class, so that appending to a long list stays cheap.
package final class TOMLTableList {
    package internal(set) var tables: [TOMLTable] = []
}

/// A table of a TOML document: its entries in file order.
package final class TOMLTable {
    /// How the table came to be, which decides what may extend it.
    enum Definition: Equatable {
        /// Named only as the parent of a `[parent.child]` header.
        case implied
        /// `[name]` or one element of `[[name]]`.
        case header
        /// The prefix of a dotted key under the section of that number.
        case dotted(section: Int)
        /// `{ ... }`, closed for good.
        case inline
    }

    package struct Entry {
        package let key: String
        package let position: SettingsPosition
        package internal(set) var value: TOMLValue
    }

    /// The names that lead here from the root.
    let path: [String]
    /// Tables and arrays around this one, which the reader limits.
    let depth: Int
    let position: SettingsPosition
    var definition: Definition
    package private(set) var entries: [Entry] = []
    /// By UTF-8 bytes, for Swift strings that differ only in Unicode normalisation are equal.
    private var indices: [[UInt8]: Int] = [:]

    init(
        path: [String], depth: Int, position: SettingsPosition, definition: Definition = .implied
    ) {
        self.path = path
        self.depth = depth
        self.position = position
        self.definition = definition
    }

    package subscript(key: String) -> Entry? {
        indices[Array(key.utf8)].map { entries[$0] }
    }

    /// Adds an entry, or replaces the one of the same key.
    func set(_ entry: Entry) {
        let bytes = Array(entry.key.utf8)
        if let index = indices[bytes] {
            entries[index] = entry
        } else {
            indices[bytes] = entries.count
            entries.append(entry)
        }
    }

    /// A table of its own with the same entries, but for those named; also the tables below.
    func copy(without names: Set<String> = []) -> TOMLTable {
        let copy = TOMLTable(path: path, depth: depth, position: position, definition: definition)
        for entry in entries where !names.contains(entry.key) {
            var entry = entry
            entry.value = entry.value.copied()
            copy.set(entry)
        }
        return copy
    }

    /// The keys and values of this table and those below it, each key with its path; the elements
    /// of lists are numbered from 0.
    package var leaves: [(path: String, value: TOMLValue)] {
        entries.flatMap { entry in
            switch entry.value.content {
            case .table(let child): child.leaves
            case .tables(let list): list.tables.flatMap(\.leaves)
            default: [(TOMLText.path(path + [entry.key]), entry.value)]
            }
        }
    }

    /// The document that this root table is: keys first, then the tables below.
    func givenTOML() -> String { blocks([], isElement: false).joined(separator: "\n") }

    /// - Parameter names: those of the header, where elements of lists have no number.
    private func blocks(_ names: [String], isElement: Bool) -> [String] {
        var blocks: [String] = []
        var lines = ""
        for entry in entries {
            let below = names + [entry.key]
            switch entry.value.content {
            case .table(let child): blocks += child.blocks(below, isElement: false)
            case .tables(let list):
                blocks += list.tables.flatMap { $0.blocks(below, isElement: true) }
            default: lines += "\(TOMLText.key(entry.key)) = \(TOMLText.of(entry.value.content))\n"
            }
        }
        let header = TOMLText.header(names, isElement: isElement)
        return lines.isEmpty && !isElement ? blocks : [header + lines] + blocks
    }
}
