import FileFormats

/// JSON Lines: one object for each value, with the members of the tidy CSV. JSON has no infinities
/// and no nan: they are null.
package enum JSONLinesExporter: Exporter {
    package static let identifier = "jsonl"
    package static let meaning = "JSON Lines: an object for each value, members as in csv"
    package static let form = ExportForm.file(suffix: "jsonl")

    package static func write(_ source: ExportSource, to path: String) throws {
        let output = try TextOutput(path: path)
        try source.forEachRun { run, log in
            let start = "{\"run\":\(JSONValue.text(run.name).serialized()),\"step\":"
            for place in run.places {
                let end =
                    zip(source.keys, place).map { key, value in
                        ",\(JSONValue.text(key).serialized()):\(value.serialized())"
                    }.joined() + "}"
                for series in source.metrics.compactMap(log.series) {
                    let metric = series.metric
                    let name = JSONValue.text(metric.name).serialized()
                    let middles = (0..<series.width).map { position in
                        let pair = metric.isPerPair ? "\(log.pair(position))" : "null"
                        return ",\"pair\":\(pair),\"metric\":\(name),\"value\":"
                    }
                    try output.writeLines(of: series, from: start, middles, to: end) { value in
                        value.isFinite ? metric.text(of: value) : "null"
                    }
                }
            }
        }
        try output.finish()
    }
}
