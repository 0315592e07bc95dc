import FileFormats
import Settings

/// The keys of a resolved experiment and their values.
enum SettingsLeaves {
    static func of(_ text: String) throws -> [(path: String, value: JSONValue)] {
        try TOMLReader.document(Array(text.utf8), file: "resolved experiment")
            .leaves.map { ($0.path, json($0.value)) }
    }

    /// The same value in JSON; dates and times as text.
    static func json(_ value: TOMLValue) -> JSONValue {
        switch value.content {
        case .text(let text): .text(text)
        case .integer(let integer): .integer(integer)
        case .float(let number): .number(number)
        case .boolean(let flag): .boolean(flag)
        case .dateTime(_, let text): .text(text)
        case .array(let values): .array(values.map(json))
        case .table, .tables: .null
        }
    }
}
