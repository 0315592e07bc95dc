import Recording

/// The values of one metric of one run.
package struct MetricSeries: Sendable {
    package let metric: Metric
    /// The training step of each row.
    package let steps: [Int]
    /// Values per row: the number of pairs, or 1.
    package let width: Int
    /// `values[row * width + position]`.
    package let values: [Double]

    /// The mean over the pairs in a row, as far as they are numbers; nan where none is.
    package func mean(row: Int) -> Double {
        let finite = values[row * width..<(row + 1) * width].filter { !$0.isNaN }
        return finite.reduce(0, +) / Double(finite.count)
    }
}

extension RunLog {
    /// Nil where this run has no such column, as where metrics are swept.
    package func series(_ metric: Metric) -> MetricSeries? {
        guard let table = table(metric.stream), let column = table.column(metric.column.name)
        else { return nil }
        return MetricSeries(
            metric: metric, steps: table.steps, width: column.width, values: column.values)
    }
}
