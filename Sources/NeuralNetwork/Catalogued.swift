import Settings

/// A named choice of an experiment file.
package protocol Catalogued: Sendable {
    /// The word written in TOML.
    static var identifier: String { get }

    /// Reads the choice's own keys; throws `SettingsError` on values out of range.
    init(settings: SettingsTable) throws
}

extension SettingsTable {
    /// Reads `key` as the identifier of one of `catalog` and makes that choice.
    package func chosen(
        _ key: String, from catalog: [any Catalogued.Type], default: String?, _ meaning: String
    ) throws -> any Catalogued {
        let names = catalog.map { $0.identifier }
        let name = try choice(key, of: names, default: `default`, meaning)
        return try catalog[names.firstIndex(of: name)!].init(settings: self)
    }
}
