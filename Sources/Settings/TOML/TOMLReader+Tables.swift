/// Which table an assignment or header means, and what may be defined twice.
extension TOMLReader {
    /// `[a.b]` or `[[a.b]]`; returns the table that the following lines fill.
    mutating func readHeader(root: TOMLTable) throws -> TOMLTable {
        let isList = cursor.starts(with: "[[")
        cursor.advance(isList ? 2 : 1)
        let parts = try readKey()
        guard isList ? cursor.advance(past: "]]") : cursor.advance(past: "]") else {
            throw cursor.unexpected("where the table's name should be closed")
        }
        section += 1
        var parent = root
        for part in parts.dropLast() { parent = try descend(to: part, from: parent) }
        let last = parts[parts.count - 1]
        return isList ? try appendTable(last, to: parent) : try defineTable(last, in: parent)
    }

    /// A parent named by a header: made if absent, its last element where it is `[[...]]`.
    private func descend(to part: KeyPart, from table: TOMLTable) throws -> TOMLTable {
        guard let entry = table[part.name] else { return try addTable(part, to: table, .implied) }
        switch entry.value.content {
        case .table(let child) where child.definition != .inline: return child
        case .tables(let list): return list.tables[list.tables.count - 1]
        default: throw repeated(part, in: table, entry, "is not a table that can be extended")
        }
    }

    private func defineTable(_ part: KeyPart, in parent: TOMLTable) throws -> TOMLTable {
        guard let entry = parent[part.name] else { return try addTable(part, to: parent, .header) }
        guard case .table(let table) = entry.value.content, table.definition == .implied else {
            throw repeated(part, in: parent, entry, "given twice")
        }
        table.definition = .header
        return table
    }

    private func appendTable(_ part: KeyPart, to parent: TOMLTable) throws -> TOMLTable {
        let list: TOMLTableList
        if let entry = parent[part.name] {
            guard case .tables(let existing) = entry.value.content else {
                throw repeated(part, in: parent, entry, "given twice")
            }
            list = existing
        } else {
            list = TOMLTableList()
            add(.tables(list), at: part, to: parent)
        }
        let names = [part.name, "\(list.tables.count)"]
        let table = try makeTable(names, part.position, in: parent, .header)
        list.tables.append(table)
        return table
    }

    /// Puts `value` at a dotted key below `table`.
    func insert(_ value: TOMLValue, at parts: [KeyPart], into table: TOMLTable) throws {
        var parent = table
        for part in parts.dropLast() {
            guard let entry = parent[part.name] else {
                parent = try addTable(part, to: parent, .dotted(section: section))
                continue
            }
            guard case .table(let child) = entry.value.content,
                child.definition == .dotted(section: section)
            else { throw repeated(part, in: parent, entry, "given twice") }
            parent = child
        }
        let last = parts[parts.count - 1]
        if let entry = parent[last.name] { throw repeated(last, in: parent, entry, "given twice") }
        parent.set(.init(key: last.name, position: last.position, value: value))
    }

    // MARK: Making tables

    private func addTable(
        _ part: KeyPart, to parent: TOMLTable, _ definition: TOMLTable.Definition
    ) throws -> TOMLTable {
        let table = try makeTable([part.name], part.position, in: parent, definition)
        add(.table(table), at: part, to: parent)
        return table
    }

    /// - Parameter names: the table's own; an element of a list has its number behind it.
    private func makeTable(
        _ names: [String], _ position: SettingsPosition, in parent: TOMLTable,
        _ definition: TOMLTable.Definition
    ) throws -> TOMLTable {
        guard parent.depth < Self.depthLimit else { throw tooDeep(at: position) }
        return TOMLTable(
            path: parent.path + names, depth: parent.depth + 1, position: position,
            definition: definition)
    }

    private func add(_ content: TOMLValue.Content, at part: KeyPart, to parent: TOMLTable) {
        let value = TOMLValue(content: content, position: part.position)
        parent.set(.init(key: part.name, position: part.position, value: value))
    }

    private func repeated(
        _ part: KeyPart, in table: TOMLTable, _ first: TOMLTable.Entry, _ fault: String
    ) -> SettingsError {
        SettingsError(
            position: part.position, key: TOMLText.path(table.path + [part.name]),
            message: "\(fault); first at \(first.position)")
    }
}
