import FileFormats

/// A table of results: named columns and rows of single values.
package struct PlainTable: Equatable, Sendable {
    package struct Column: Equatable, Sendable {
        package let name: String
        /// One line.
        package let meaning: String

        package init(_ name: String, _ meaning: String) {
            self.name = name
            self.meaning = meaning
        }
    }

    /// Of the file that holds it, without an ending.
    package let name: String
    package let columns: [Column]
    /// One value for each column. A number that is NaN, and null, is nothing.
    package private(set) var rows: [[JSONValue]] = []

    package init(name: String, columns: [Column]) {
        self.name = name
        self.columns = columns
    }

    /// - Precondition: one value for each column.
    package mutating func append(_ row: [JSONValue]) {
        precondition(row.count == columns.count, "a row needs a value for each column")
        rows.append(row)
    }

    /// Comma-separated values with a line of names (RFC 4180, but with line feeds), as pandas and R
    /// read them: nothing is an empty field, infinity is `inf`.
    package var csv: String {
        let lines = [columns.map { JSONValue.text($0.name) }] + rows
        return lines.map { $0.map(Self.field).joined(separator: ",") + "\n" }.joined()
    }

    private static func field(_ value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .number(let number): number.isNaN ? "" : number.description
        default: CSV.field(value)
        }
    }
}
