import Recording

/// The rows of one stream of a run in memory, column by column.
///
/// Integers of more than 53 bits (hashes) lose their last bits in `Double`.
package struct RunTable: Sendable {
    /// One column: `values[row * width + position]`.
    package struct Column: Sendable {
        package let column: LogColumn
        /// Values per row: the number of pairs, or 1 for a column without that axis.
        package let width: Int
        package var values: [Double]

        package init(column: LogColumn, width: Int, values: [Double]) {
            self.column = column
            self.width = width
            self.values = values
        }
    }

    package let stream: LogStream
    /// Step or event of each row, ascending.
    package var axis: [Int]
    package var columns: [Column]

    package init(stream: LogStream, axis: [Int], columns: [Column]) {
        self.stream = stream
        self.axis = axis
        self.columns = columns
    }

    package func column(_ name: String) -> Column? { columns.first { $0.column.name == name } }

    /// The training step of each row: the axis itself, or the column `step` of a stream of events.
    package var steps: [Int] {
        guard stream.axis != "step", let column = column("step"), column.width == 1 else {
            return axis
        }
        return column.values.map { Int(exactly: $0) ?? 0 }
    }
}
