import Recording

/// One quantity over steps: a column of the log, of each pair or of the whole run.
package struct Metric: Equatable, Sendable {
    package let stream: String
    package let column: LogColumn
    /// "d_loss"; "swap/discriminator" where an earlier stream has a column of that name.
    package let name: String

    package init(stream: String, column: LogColumn, name: String) {
        self.stream = stream
        self.column = column
        self.name = name
    }

    /// "train/d_loss", as the log has it.
    package var fullName: String { "\(stream)/\(column.name)" }

    /// Whether there is one value for each pair, or one for the run.
    package var isPerPair: Bool { !column.axes.isEmpty }

    /// Whether a user who writes `word` may mean this metric.
    package func isCalled(_ word: String) -> Bool { word == name || word == fullName }

    /// The shortest decimal number that reads back as the same value of the column's type; "nan",
    /// "inf" and "-inf", which pandas, NumPy and R read.
    package func text(of value: Double) -> String {
        if value.isNaN { return "nan" }
        switch column.type {
        case .float32: return Float(value).description
        case .float64: return value.description
        case .int32, .int64, .uint64: return Int(exactly: value)?.description ?? value.description
        }
    }
}

extension LogSchema {
    /// What can be exported, in the order of the log.
    ///
    /// Hashes are identifiers, not quantities, and stay in run.h5, as do columns over two member
    /// axes, which no table by pair can hold, and the steps of events, which are their coordinates.
    package var metrics: [Metric] {
        var names: Set<String> = []
        return streams.flatMap { stream in
            stream.columns.compactMap { column in
                guard column.type != .uint64, column.axes.count < 2,
                    column.name != "step"
                else { return nil }
                let isNew = names.insert(column.name).inserted
                let name = isNew ? column.name : "\(stream.name)/\(column.name)"
                return Metric(stream: stream.name, column: column, name: name)
            }
        }
    }
}
