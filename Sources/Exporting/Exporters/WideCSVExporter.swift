import FileFormats

/// Wide CSV: one line for each step and pair, one column for each metric.
///
/// A value of the whole run stands in the line of each pair; a field is empty where nothing was
/// recorded at that step.
package enum WideCSVExporter: Exporter {
    package static let identifier = "csv-wide"
    package static let meaning = "wide CSV: run,step,pair, a column for each metric and swept key"
    package static let form = ExportForm.file(suffix: "wide.csv")

    package static func write(_ source: ExportSource, to path: String) throws {
        let output = try TextOutput(path: path)
        output.write(
            CSV.line(["run", "step", "pair"] + source.metrics.map(\.name) + source.keys))
        try output.endLine()
        try source.forEachRun { run, log in
            for place in run.places {
                var lines = WideLines(source.metrics.map(log.series))
                let keys = place.map { "," + CSV.field($0) }.joined()
                while let (step, fields) = lines.next() {
                    for (position, fields) in fields.enumerated() {
                        let pair = lines.isPerPair ? "\(log.pair(position))" : ""
                        output.write("\(CSV.field(run.name)),\(step),\(pair)")
                        output.write(fields)
                        output.write(keys)
                        try output.endLine()
                    }
                }
            }
        }
        try output.finish()
    }
}

/// Walks over the steps of all metrics of a run at once.
private struct WideLines {
    let isPerPair: Bool
    private let series: [MetricSeries?]
    private let width: Int
    /// By metric, the row that comes next.
    private var rows: [Int]

    init(_ series: [MetricSeries?]) {
        self.series = series
        isPerPair = series.contains { $0?.metric.isPerPair == true }
        width = series.map { $0?.width ?? 1 }.max() ?? 1
        rows = Array(repeating: 0, count: series.count)
    }

    /// The next step and, for each pair, its fields, each behind a comma.
    mutating func next() -> (step: Int, fields: [String])? {
        let steps = zip(series, rows).compactMap { series, row in
            series.flatMap { row < $0.steps.count ? $0.steps[row] : nil }
        }
        guard let step = steps.min() else { return nil }
        var fields = Array(repeating: "", count: width)
        for (index, series) in series.enumerated() {
            let row = rows[index]
            guard let series, row < series.steps.count, series.steps[row] == step else {
                for position in fields.indices { fields[position] += "," }
                continue
            }
            rows[index] += 1
            for position in fields.indices {
                let value = series.values[row * series.width + min(position, series.width - 1)]
                fields[position] += "," + series.metric.text(of: value)
            }
        }
        return (step, fields)
    }
}
