/// Finds what a document holds beyond the keys that were read.
struct UnreadKeys {
    let ledger: SettingsLedger
    /// Full paths of keys that exist elsewhere, each with where it belongs.
    let foreign: [String: String]

    private struct Unread {
        let path: [String]
        let position: SettingsPosition
        let isTable: Bool
    }

    /// The error for the first unread key, in the order of the file and then of the command line.
    ///
    /// - Parameter names: the path of the table.
    func firstError(in table: TOMLTable, at names: [String]) -> SettingsError? {
        var first: Unread?
        visit(table, names) { unread in
            guard let known = first, !unread.position.precedes(known.position) else {
                first = unread
                return
            }
        }
        return first.map(error)
    }

    private func visit(_ table: TOMLTable, _ names: [String], _ report: (Unread) -> Void) {
        for entry in table.entries {
            let path = names + [entry.key]
            if let elements = entry.value.listedTables, ledger.wasOpened(path + ["0"]) {
                for (index, element) in elements.enumerated() {
                    visit(element, path + ["\(index)"], report)
                }
                continue
            }
            switch entry.value.content {
            case .table(let child) where ledger.wasOpened(path):
                visit(child, path, report)
            case .table(let child) where containsForeign(child, path):
                visit(child, path, report)
            case .table, .tables:
                report(Unread(path: path, position: entry.position, isTable: true))
            default:
                guard !ledger.wasRead(path) else { continue }
                report(Unread(path: path, position: entry.position, isTable: false))
            }
        }
    }

    /// Whether some key below the table has a hint of its own, better than one for the table.
    private func containsForeign(_ table: TOMLTable, _ names: [String]) -> Bool {
        table.entries.contains { entry in
            let path = names + [entry.key]
            if foreign[TOMLText.path(path)] != nil { return true }
            guard case .table(let child) = entry.value.content else { return false }
            return containsForeign(child, path)
        }
    }

    private func error(_ unread: Unread) -> SettingsError {
        let path = TOMLText.path(unread.path)
        let message =
            if let hint = foreign[path] {
                "not used here: \(hint)"
            } else {
                (unread.isTable ? "unknown table" : "unknown key") + advice(unread)
            }
        return SettingsError(
            position: unread.position, key: TOMLText.shortened(path), message: message)
    }

    private func advice(_ unread: Unread) -> String {
        let known =
            unread.isTable
            ? ledger.tables.filter { !$0.isEmpty }
            : ledger.declarations.map { $0.table + [$0.key] } + ledger.lent
        if let nearest = nearest(to: unread.path, among: known) {
            return "; did you mean \(TOMLText.path(nearest))?"
        }
        let table = unread.path.dropLast()
        let names = known.filter { $0.dropLast() == table }.map { TOMLText.key($0[$0.count - 1]) }
        guard !names.isEmpty else { return "" }
        let place = table.isEmpty ? "here" : "in \(TOMLText.path(Array(table)))"
        return "; known \(place): \(names.joined(separator: ", "))"
    }

    /// First a like name in the same table, then a like path, then the same name in another table.
    private func nearest(to path: [String], among known: [[String]]) -> [String]? {
        let siblings = known.filter { $0.dropLast() == path.dropLast() }
        let name = path[path.count - 1]
        if let near = NearestName.of(name, among: siblings.map { $0[$0.count - 1] }) {
            return path.dropLast() + [near]
        }
        // The limit of the name alone: a long common table must not bring unlike names together.
        let index = NearestName.index(
            of: TOMLText.path(path), among: known.map(TOMLText.path),
            limit: NearestName.limit(for: name))
        if let index { return known[index] }
        return known.first { $0[$0.count - 1] == name }
    }
}
