import FileFormats

/// Tidy CSV: one line for each value (RFC 4180, with line feeds).
package enum CSVExporter: Exporter {
    package static let identifier = "csv"
    package static let meaning = "tidy CSV: run,step,pair,metric,value and the swept keys"
    package static let form = ExportForm.file(suffix: "csv")

    package static func write(_ source: ExportSource, to path: String) throws {
        let output = try TextOutput(path: path)
        output.write(CSV.line(["run", "step", "pair", "metric", "value"] + source.keys))
        try output.endLine()
        try source.forEachRun { run, log in
            let start = CSV.field(run.name) + ","
            for place in run.places {
                let end = place.map { "," + CSV.field($0) }.joined()
                for series in source.metrics.compactMap(log.series) {
                    let metric = series.metric
                    let middles = (0..<series.width).map { position in
                        let pair = metric.isPerPair ? "\(log.pair(position))" : ""
                        return ",\(pair),\(CSV.field(metric.name)),"
                    }
                    try output.writeLines(
                        of: series, from: start, middles, to: end, value: metric.text)
                }
            }
        }
        try output.finish()
    }
}

/// Fields of comma-separated values.
enum CSV {
    static func line(_ fields: [String]) -> String { fields.map(field).joined(separator: ",") }

    /// In quotes where it holds a separator, a quote or a line end (RFC 4180).
    static func field(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            byte != UInt8(ascii: ",") && byte != UInt8(ascii: "\"") && byte >= 0x20
        }
        if isPlain { return text }
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        return "\"" + parts.joined(separator: "\"\"") + "\""
    }

    static func field(_ value: JSONValue) -> String { field(value.textValue ?? value.serialized()) }
}
