/// An experiment file together with the `key=value` arguments that change it.
package struct SettingsDocument {
    package let root: SettingsTable
    private let ledger: SettingsLedger

    /// The TOML `text`, which errors call `file`, without some keys of some tables, and changed by
    /// `overrides` in turn.
    package init(
        text: String, file: String, without removed: [String: Set<String>] = [:],
        overrides: [String]
    ) throws {
        try self.init(bytes: Array(text.utf8), file: file, without: removed, overrides: overrides)
    }

    /// The TOML file at `path`, changed by `overrides`. A file that cannot be read, is larger than
    /// 4 MiB or is not TOML is a `SettingsError`.
    package init(contentsOf path: String, overrides: [String]) throws {
        try self.init(
            bytes: try SettingsFile.bytes(of: path), file: path, overrides: overrides)
    }

    /// The same for the bytes of a file; an error where they are not UTF-8.
    package init(
        bytes: [UInt8], file: String, without removed: [String: Set<String>] = [:],
        overrides: [String]
    ) throws {
        let contents = try TOMLReader.document(bytes, file: file)
        for (name, keys) in removed {
            guard var entry = contents[name], case .table(let table) = entry.value.content
            else { continue }
            entry.value = TOMLValue(
                content: .table(table.copy(without: keys)), position: entry.value.position)
            contents.set(entry)
        }
        var numbers: [[UInt8]: Int] = [:]
        for (index, text) in overrides.enumerated() {
            let override = try SettingsOverride(text, number: index + 1)
            if let earlier = numbers.updateValue(index + 1, forKey: TOMLText.bytes(override.path)) {
                throw SettingsError(
                    position: .argument(index + 1), key: TOMLText.path(override.path),
                    message: "given twice; first at \(SettingsPosition.argument(earlier))")
            }
            try override.apply(to: contents)
        }
        self.init(contents: contents, file: file)
    }

    /// A document that was put together from what `file` says.
    init(contents: TOMLTable, file: String) {
        self.init(
            contents: contents, position: .wholeFile(file),
            ledger: SettingsLedger(isDescribing: false))
    }

    private init(contents: TOMLTable?, position: SettingsPosition, ledger: SettingsLedger) {
        self.ledger = ledger
        root = SettingsTable(names: [], contents: contents, position: position, ledger: ledger)
    }

    /// A document without contents, for listing keys: every read returns its default, or a
    /// placeholder where the key is required, and is declared all the same.
    package static func describing() -> SettingsDocument {
        SettingsDocument(
            contents: nil, position: .nowhere, ledger: SettingsLedger(isDescribing: true))
    }

    /// Every key read so far with the value it has, grouped by table in the order of reading, below
    /// a comment that says what it means. Reading this text again gives the same values.
    package func resolvedTOML() -> String { ledger.resolvedTOML() }

    /// Every key read so far, in the order of reading.
    package var declarations: [KeyDeclaration] { ledger.declarations }
}
