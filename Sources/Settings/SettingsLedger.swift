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
    /// Tables that are elements of lists: the last name is the number.
    private var elements: [[String]] = []
    private var elementPaths: Set<[UInt8]> = []
    /// Keys that elements of lists have in place of their own, or would have.
    private(set) var lent: [[String]] = []
    private var lentPaths: Set<[UInt8]> = []

    init(isDescribing: Bool) { self.isDescribing = isDescribing }

    func open(_ table: [String]) {
        if openedTables.insert(TOMLText.bytes(table)).inserted { tables.append(table) }
    }

    func openElement(_ table: [String]) {
        if elementPaths.insert(TOMLText.bytes(table)).inserted { elements.append(table) }
        open(table)
    }

    func lend(_ path: [String]) {
        if lentPaths.insert(TOMLText.bytes(path)).inserted { lent.append(path) }
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

    func wasRead(_ path: [String]) -> Bool {
        let bytes = TOMLText.bytes(path)
        return indices[bytes] != nil || lentPaths.contains(bytes)
    }

    func wasOpened(_ table: [String]) -> Bool { openedTables.contains(TOMLText.bytes(table)) }

    /// The document that gives every key its resolved value: root keys, then tables as opened, then
    /// the elements of lists.
    func resolvedTOML() -> String {
        let groups = Dictionary(grouping: declarations, by: \.table)
        var blocks: [String] = []
        let inLists = elements.flatMap { element in tables.filter { $0.starts(with: element) } }
        for table in tables.filter({ !isInList($0) }) + inLists {
            guard let keys = groups[table] else { continue }
            blocks.append(header(table) + keys.map(Self.lines).joined())
        }
        return blocks.joined(separator: "\n")
    }

    private func isElement(_ table: some Collection<String>) -> Bool {
        !elements.isEmpty && elementPaths.contains(TOMLText.bytes(Array(table)))
    }

    private func isInList(_ table: [String]) -> Bool {
        elements.contains { table.starts(with: $0) }
    }

    /// What paths call `list.0.table` is written `[list.table]`, behind the `[[list]]` it is of.
    private func header(_ table: [String]) -> String {
        let names = table.indices.filter { !isElement(table[...$0]) }.map { table[$0] }
        return TOMLText.header(names, isElement: isElement(table))
    }

    private static func lines(_ declaration: KeyDeclaration) -> String {
        let key = TOMLText.key(declaration.key)
        guard let resolved = declaration.resolved else {
            return "# \(declaration.comment); not set: \(key)\n"
        }
        return "# \(declaration.comment)\n\(key) = \(resolved)\n"
    }
}
