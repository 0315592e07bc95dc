/// A table of an experiment file through which its keys are read.
///
/// One call both reads a key and declares it: its type, default, unit, meaning and range. What no
/// call reads is an error in the end (`finish`), so no setting is ever ignored. All readers throw
/// `SettingsError` with the place of the fault. A nil default makes a key required.
package final class SettingsTable {
    /// `optimizer.generator`; "" for the root.
    package var path: String { TOMLText.path(names) }

    private let names: [String]
    /// nil where the file has no such table: then every key takes its default.
    private let contents: TOMLTable?
    /// The place to name when a key is missing.
    private let position: SettingsPosition
    private let ledger: SettingsLedger
    private let parent: SettingsTable?
    /// Says what this table does not: see `elements`.
    private let lender: SettingsTable?
    /// For an element of a list: the table that it stands for, and the names of its own tables.
    private let original: (table: SettingsTable, owned: Set<String>)?

    init(
        names: [String], contents: TOMLTable?, position: SettingsPosition,
        ledger: SettingsLedger, parent: SettingsTable? = nil, lender: SettingsTable? = nil,
        original: (table: SettingsTable, owned: Set<String>)? = nil
    ) {
        self.names = names
        self.contents = contents
        self.position = position
        self.ledger = ledger
        self.parent = parent
        self.lender = lender
        self.original = original
    }

    // MARK: Tables

    /// The table `key` below this one, empty if the file has none.
    package func table(_ key: String) throws -> SettingsTable {
        if let original, !original.owned.contains(key) { return try original.table.table(key) }
        let names = names + [key]
        ledger.open(names)
        let lender = try (original?.table ?? lender)?.table(key)
        guard let entry = contents?[key] else {
            return SettingsTable(
                names: names, contents: nil, position: position, ledger: ledger, parent: self,
                lender: lender)
        }
        guard case .table(let table) = entry.value.content else {
            throw SettingsError(
                position: entry.value.position, key: TOMLText.path(names),
                message: "expected a table, found \(entry.value.summary)")
        }
        return SettingsTable(
            names: names, contents: table, position: entry.position, ledger: ledger,
            parent: self, lender: lender)
    }

    /// The elements of the list `[[name.list]]` below this table; none where the file has none.
    ///
    /// An element stands for this table, with some of `tables` in its own hands: those that any
    /// element gives. They are read and declared as `name.list.0.table`, and what the element does
    /// not say there, this table says for it, key by key. All other tables are those of this one.
    ///
    /// - Parameter most: elements that are accepted.
    package func elements(
        of list: String, in name: String, owning tables: [String], most: Int
    ) throws -> [SettingsTable] {
        let path = names + [name, list]
        guard !ledger.isDescribing else {
            return [
                SettingsTable(
                    names: path, contents: nil, position: position, ledger: ledger,
                    original: (self, []))
            ]
        }
        guard case .table(let holder)? = contents?[name]?.value.content, let entry = holder[list]
        else { return [] }
        var found = entry.value.summary
        var elements: [TOMLTable] = []
        if case .tables(let list) = entry.value.content {
            elements = list.tables
            found = "\(elements.count)"
        }
        guard (1...most).contains(elements.count) else {
            throw SettingsError(
                position: entry.position, key: TOMLText.path(path),
                message: "expected 1 to \(most) tables [[\(TOMLText.path(path))]], found \(found)")
        }
        let owned = Set(tables.filter { table in elements.contains { $0[table] != nil } })
        return elements.enumerated().map { index, element in
            let names = path + ["\(index)"]
            ledger.openElement(names)
            // Opened in any case, so that a mistyped name finds the one that was meant.
            for table in tables { ledger.open(names + [table]) }
            return SettingsTable(
                names: names, contents: element, position: element.position, ledger: ledger,
                original: (self, owned))
        }
    }

    /// The tables of the list `key`, `[[key]]` or `key = [{...}, ...]`, each read and declared as
    /// `key.0`, `key.1` and so on; none where the file has no such list, one while describing.
    ///
    /// - Parameter most: tables that are accepted.
    package func list(_ key: String, most: Int) throws -> [SettingsTable] {
        let path = names + [key]
        guard !ledger.isDescribing else {
            ledger.open(path)
            return [
                SettingsTable(names: path, contents: nil, position: position, ledger: ledger)
            ]
        }
        guard let source = source(of: key) else { return [] }
        let tables = source.entry.value.listedTables
        guard let tables, (1...most).contains(tables.count) else {
            throw error(
                key,
                "expected a list of 1 to \(most) tables, found "
                    + (tables.map { "\($0.count)" } ?? source.entry.value.summary))
        }
        if let lender { ledger.lend(lender.names + [key]) }
        return tables.enumerated().map { index, table in
            let names = path + ["\(index)"]
            ledger.openElement(names)
            return SettingsTable(
                names: names, contents: table, position: table.position, ledger: ledger)
        }
    }

    /// Whether all keys are wanted, whatever the values of others.
    package var isDescribing: Bool { ledger.isDescribing }

    /// Whether the file or the command line gives the key. Asking does not count as reading it.
    package func has(_ key: String) -> Bool { source(of: key) != nil }

    /// An error at the key, or at the table if the key is not given.
    package func error(_ key: String, _ message: String) -> SettingsError {
        let source = source(of: key)
        return SettingsError(
            position: source?.entry.position ?? position,
            key: TOMLText.path(source?.path ?? names + [key]), message: message)
    }

    /// Where a value stands: here, or where this table borrows it.
    private func source(of key: String) -> (entry: TOMLTable.Entry, path: [String])? {
        contents?[key].map { ($0, names + [key]) } ?? lender?.source(of: key)
    }

    /// Throws on the first key of the whole document that nothing has read.
    ///
    /// - Parameter foreign: full paths of keys that are valid in other experiments, each with a
    ///   hint such as "belongs to loss `wgan-gp`".
    package func finish(foreign: [String: String] = [:]) throws {
        guard let contents else { return }
        let unread = UnreadKeys(ledger: ledger, foreign: foreign)
        if let error = unread.firstError(in: contents, at: names) { throw error }
    }

    /// What was read here and below: the path of each key from here on, and its value as TOML text.
    package var resolved: [String: String] {
        var values: [String: String] = [:]
        for declaration in ledger.declarations where declaration.table.starts(with: names) {
            let path = declaration.table.dropFirst(names.count) + [declaration.key]
            values[TOMLText.path(Array(path))] = declaration.resolved
        }
        return values
    }

    // MARK: Reading

    /// What is said about a key besides its kind and default.
    struct Description {
        let key: String
        let unit: String
        let meaning: String
    }

    /// The value given, else the default; a missing required key is an error.
    func read<Value>(
        _ description: Description, _ kind: ValueKind<Value>, default: Value?
    ) throws -> Value {
        let fallback: KeyDeclaration.Default =
            `default`.map { .value(kind.text($0)) } ?? .required
        var value = try given(description.key, kind)
        if value == nil, let `default` {
            // A default that its own key would refuse could not be read back.
            let content = TOMLValue(content: kind.encode(`default`), position: position)
            value = try decode(content, names + [description.key], kind)
        }
        if value == nil, ledger.isDescribing { value = kind.placeholder }
        guard let value else { throw missing(description.key, kind.expectation) }
        try declare(description, kind, fallback, resolved: kind.text(value))
        return value
    }

    /// The value given, or nil.
    func readOptional<Value>(
        _ description: Description, _ kind: ValueKind<Value>
    ) throws -> Value? {
        let value = try given(description.key, kind)
        try declare(description, kind, .absent, resolved: value.map(kind.text))
        return value
    }

    private func given<Value>(_ key: String, _ kind: ValueKind<Value>) throws -> Value? {
        if let lender { ledger.lend(lender.names + [key]) }
        return try source(of: key).map { try decode($0.entry.value, $0.path, kind) }
    }

    private func decode<Value>(
        _ value: TOMLValue, _ path: [String], _ kind: ValueKind<Value>
    ) throws -> Value {
        do {
            return try kind.decode(value)
        } catch {
            throw SettingsError(
                position: error.position, key: TOMLText.path(path),
                message: "expected \(kind.expectation), found \(error.summary)")
        }
    }

    /// Declares an optional key that is not read through this table, for lists of all keys.
    func describe(_ key: String, as type: String, _ meaning: String) {
        _ = ledger.record(
            KeyDeclaration(
                table: names, key: key, type: type, default: .absent, unit: "", meaning: meaning,
                allowed: type, resolved: nil))
    }

    private func declare<Value>(
        _ description: Description, _ kind: ValueKind<Value>,
        _ fallback: KeyDeclaration.Default, resolved: String?
    ) throws {
        let declaration = KeyDeclaration(
            table: names, key: description.key, type: kind.name, default: fallback,
            unit: description.unit, meaning: description.meaning, allowed: kind.expectation,
            resolved: resolved)
        if let earlier = ledger.record(declaration) {
            throw error(
                description.key,
                "declared both as \(earlier.summary) and as \(declaration.summary); "
                    + "this is a fault of the program")
        }
    }

    /// A required key is missing: often it or its table is there, but mistyped.
    private func missing(_ key: String, _ expectation: String) -> SettingsError {
        mistyped(key) ?? error(key, "required, and not given; expected \(expectation)")
    }

    /// The error for what was probably meant to be `key`, or this table where there is none.
    private func mistyped(_ key: String) -> SettingsError? {
        guard let contents else {
            return lender?.mistyped(key) ?? names.last.flatMap { parent?.mistyped($0) }
        }
        let others = contents.entries.filter {
            !ledger.wasRead(names + [$0.key]) && !ledger.wasOpened(names + [$0.key])
        }
        guard let near = NearestName.of(key, among: others.map(\.key)),
            let entry = contents[near]
        else { return lender?.mistyped(key) }
        let meant = TOMLText.path(names + [key])
        return SettingsError(
            position: entry.position, key: TOMLText.path(names + [near]),
            message: "unknown \(entry.value.isTable ? "table" : "key"); "
                + "did you mean \(meant), which is required?")
    }
}
