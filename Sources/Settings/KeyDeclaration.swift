/// What a key is, from the call that reads it.
package struct KeyDeclaration: Equatable, Sendable {
    package enum Default: Equatable, Sendable, CustomStringConvertible {
        case required
        /// The key may be left out and then has no value.
        case absent
        /// The default as TOML text.
        case value(String)

        package var description: String {
            switch self {
            case .required: "required"
            case .absent: "none"
            case .value(let text): text
            }
        }
    }

    /// The names of the tables that hold the key; none for the root.
    package let table: [String]
    package let key: String
    /// "number", "integer", "flag", "text", "choice", "numbers", "integers" or "choices"; for keys
    /// of sweeps also "lists of keys" and "tables".
    package let type: String
    package let `default`: Default
    /// "" for a pure number or where a unit has no meaning.
    package let unit: String
    package let meaning: String
    /// The values accepted, in words: "an integer from 1 to 8".
    package let allowed: String
    /// The value read, as TOML text; nil for an optional key that is absent.
    package let resolved: String?

    /// `optimizer.generator.learning_rate`
    package var path: String { TOMLText.path(table + [key]) }

    /// Whether both say the same about the key; the meaning may be put in other words.
    func agrees(with other: KeyDeclaration) -> Bool {
        type == other.type && self.default == other.default && unit == other.unit
            && allowed == other.allowed
    }

    var summary: String {
        let unit = unit.isEmpty ? "" : ", unit \(unit)"
        return "\(type) (\(allowed); default \(self.default)\(unit))"
    }

    /// One comment line: meaning, and unit if there is one.
    var comment: String {
        let text = unit.isEmpty ? meaning : "\(meaning) (\(unit))"
        return text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
