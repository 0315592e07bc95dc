import FileFormats
import Settings

/// The keys of an experiment file as one list of full names.
enum FlatSettings {
    /// `[swap]` with `interval = 10` becomes ("swap.interval", 10). Dates become texts, and tables
    /// of a list are numbered: "population.groups.0.pairs".
    ///
    /// - Throws: `DataError` for text that is not TOML.
    static func of(_ experiment: String, file: String) throws -> [(key: String, value: JSONValue)] {
        do {
            return entries(
                of: try TOMLReader.document(Array(experiment.utf8), file: "experiment"), below: "")
        } catch {
            throw DataError(file: file, "the experiment in it cannot be read: \(error)")
        }
    }

    private static func entries(
        of table: TOMLTable, below prefix: String
    ) -> [(key: String, value: JSONValue)] {
        table.entries.flatMap { entry in
            let key = prefix + entry.key
            if case .table(let inner) = entry.value.content {
                return entries(of: inner, below: key + ".")
            }
            if case .tables(let list) = entry.value.content {
                return list.tables.enumerated().flatMap { index, inner in
                    entries(of: inner, below: "\(key).\(index).")
                }
            }
            return [(key, json(entry.value.content))]
        }
    }

    private static func json(_ content: TOMLValue.Content) -> JSONValue {
        switch content {
        case .text(let text): .text(text)
        case .integer(let integer): .integer(integer)
        case .float(let number): .number(number)
        case .boolean(let flag): .boolean(flag)
        case .dateTime(_, let text): .text(text)
        case .array(let values): .array(values.map { json($0.content) })
        case .table(let table): object(table)
        case .tables(let list): .array(list.tables.map(object))
        }
    }

    private static func object(_ table: TOMLTable) -> JSONValue {
        var object = JSONObject()
        for entry in table.entries { object[entry.key] = json(entry.value.content) }
        return .object(object)
    }
}
