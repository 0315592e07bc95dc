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

    init(
        names: [String], contents: TOMLTable?, position: SettingsPosition,
        ledger: SettingsLedger, parent: SettingsTable? = nil
    ) {
        self.names = names
        self.contents = contents
        self.position = position
        self.ledger = ledger
        self.parent = parent
    }

    // MARK: Tables

    /// The table `key` below this one, empty if the file has none.
    package func table(_ key: String) throws -> SettingsTable {
        let names = names + [key]
        ledger.open(names)
        guard let entry = contents?[key] else {
            return SettingsTable(
                names: names, contents: nil, position: position, ledger: ledger, parent: self)
        }
        guard case .table(let table) = entry.value.content else {
            throw SettingsError(
                position: entry.value.position, key: TOMLText.path(names),
                message: "expected a table, found \(entry.value.summary)")
        }
        return SettingsTable(
            names: names, contents: table, position: entry.position, ledger: ledger,
            parent: self)
    }

    /// Whether the file or the command line gives the key. Asking does not count as reading it.
    package func has(_ key: String) -> Bool { contents?[key] != nil }

    /// An error at the key, or at the table if the key is not given.
    package func error(_ key: String, _ message: String) -> SettingsError {
        SettingsError(
            position: contents?[key]?.position ?? position, key: TOMLText.path(names + [key]),
            message: message)
    }

    /// Throws on the first key of the whole document that nothing has read.
    ///
    /// - Parameter foreign: full paths of keys that are valid in other experiments, each with a
    ///   hint such as "belongs to loss `wgan-gp`".
    package func finish(foreign: [String: String] = [:]) throws {
        guard let contents else { return }
        let unread = UnreadKeys(ledger: ledger, foreign: foreign)
        if let error = unread.firstError(in: contents) { throw error }
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
            value = try decode(content, description.key, kind)
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
        try contents?[key].map { try decode($0.value, key, kind) }
    }

    private func decode<Value>(
        _ value: TOMLValue, _ key: String, _ kind: ValueKind<Value>
    ) throws -> Value {
        do {
            return try kind.decode(value)
        } catch {
            throw SettingsError(
                position: error.position, key: TOMLText.path(names + [key]),
                message: "expected \(kind.expectation), found \(error.summary)")
        }
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
            return names.last.flatMap { parent?.mistyped($0) }
        }
        let others = contents.entries.filter {
            !ledger.wasRead(names + [$0.key]) && !ledger.wasOpened(names + [$0.key])
        }
        guard let near = NearestName.of(key, among: others.map(\.key)),
            let entry = contents[near]
        else { return nil }
        let meant = TOMLText.path(names + [key])
        return SettingsError(
            position: entry.position, key: TOMLText.path(names + [near]),
            message: "unknown \(entry.value.isTable ? "table" : "key"); "
                + "did you mean \(meant), which is required?")
    }
}
