/// Everything that was read of one document, in the order of reading.
final class SettingsLedger {
    let isDescribing: Bool
    private(set) var declarations: [KeyDeclaration] = []
    /// Tables that were opened, in the order of opening; the root is first.
    private(set) var tables: [[String]] = [[]]
    /// For each path, the declarations of it. Only listing keys may find several: alternatives
    /// such as two losses declare the same key with different defaults.
    private var indices: [[UInt8]: [Int]] = [:]
    private var openedTables: Set<[UInt8]> = [[]]

    init(isDescribing: Bool) { self.isDescribing = isDescribing }

    func open(_ table: [String]) {
        if openedTables.insert(TOMLText.bytes(table)).inserted { tables.append(table) }
    }

    /// Adds a declaration; returns the earlier one if the key was read before as something else.
    func record(_ declaration: KeyDeclaration) -> KeyDeclaration? {
        let path = TOMLText.bytes(declaration.table + [declaration.key])
        let earlier = indices[path, default: []]
        if earlier.contains(where: { declarations[$0].agrees(with: declaration) }) { return nil }
        if let first = earlier.first, !isDescribing { return declarations[first] }
        indices[path, default: []].append(declarations.count)
        declarations.append(declaration)
        return nil
    }

    func wasRead(_ path: [String]) -> Bool { indices[TOMLText.bytes(path)] != nil }
    func wasOpened(_ table: [String]) -> Bool { openedTables.contains(TOMLText.bytes(table)) }

    /// The document that gives every key its resolved value: root keys, then tables as opened.
    func resolvedTOML() -> String {
        let groups = Dictionary(grouping: declarations, by: \.table)
        var blocks: [String] = []
        for table in tables {
            guard let keys = groups[table] else { continue }
            let header = table.isEmpty ? "" : "[\(TOMLText.path(table))]\n"
            blocks.append(header + keys.map(Self.lines).joined())
        }
        return blocks.joined(separator: "\n")
    }

    private static func lines(_ declaration: KeyDeclaration) -> String {
        let key = TOMLText.key(declaration.key)
        guard let resolved = declaration.resolved else {
            return "# \(declaration.comment); not set: \(key)\n"
        }
        return "# \(declaration.comment)\n\(key) = \(resolved)\n"
    }
}
