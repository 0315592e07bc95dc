import FileFormats
import Recording

/// Vega-Lite specifications, one for each metric, with their data inside: for the Vega editor,
/// Altair, Observable and JupyterLab.
package enum VegaLiteExporter: Exporter {
    package static let identifier = "vega-lite"
    package static let meaning = "Vega-Lite specifications with their data, one for each metric"
    package static let form = ExportForm.folder

    package static func write(_ source: ExportSource, to path: String) throws {
        for (metric, figure) in try FigureLines.all(of: source) where !figure.lines.isEmpty {
            let text = specification(metric, figure, source).serialized() + "\n"
            let name = metric.fullName.split(separator: "/").joined(separator: "-")
            try AtomicFile.write(path: "\(path)/\(name).vl.json", text, isDurable: false)
        }
    }

    private static func specification(
        _ metric: Metric, _ figure: FigureLines, _ source: ExportSource
    ) -> JSONValue {
        var what = metric.column.meaning.isEmpty ? metric.fullName : metric.column.meaning
        if source.isSweep {
            what +=
                ": mean over the pairs; line: mean over the runs of a place in the grid, "
                + "band: 95 % bootstrap interval of that mean"
        }
        if figure.isThinned { what += "; evenly chosen steps of each run" }
        let values = figure.lines.flatMap { line in
            line.points.map { point(line, $0.step, $0.value, keys: source.keys) }
        }
        var mark: JSONObject = ["type": "line", "tooltip": true]
        // A single point is no line.
        if figure.lines.allSatisfy({ $0.points.count <= 1 }) { mark["point"] = true }
        var view: JSONObject = [
            "width": 360, "height": 240, "encoding": .object(encoding(metric, source)),
            "layer": source.isSweep ? band(.object(mark)) : [["mark": .object(mark)]],
        ]
        let panels = panels(source)
        if !panels.members.isEmpty {
            view = ["facet": .object(panels), "spec": .object(view)]
        }
        view["$schema"] = "https://vega.github.io/schema/vega-lite/v5.json"
        view["title"] = .text("\(source.name): \(metric.name)")
        view["description"] = .text(what)
        view["data"] = ["values": .array(values)]
        return .object(view)
    }

    private static func band(_ mark: JSONValue) -> JSONValue {
        [
            ["mark": ["type": "errorband", "extent": "ci"]],
            [
                "mark": mark,
                "encoding": ["y": ["aggregate": "mean", "field": "value", "type": "quantitative"]],
            ],
        ]
    }

    private static func point(
        _ line: FigureLines.Line, _ step: Int, _ value: Double, keys: [String]
    ) -> JSONValue {
        var object: JSONObject = [
            "run": .text(line.run), "step": .integer(step), "value": .number(value),
        ]
        if let pair = line.pair { object["pair"] = .integer(pair) }
        for (key, value) in zip(keys, line.place) { object[key] = value }
        return .object(object)
    }

    private static func encoding(_ metric: Metric, _ source: ExportSource) -> JSONObject {
        var encoding: JSONObject = [
            "x": ["field": "step", "type": "quantitative"],
            "y": [
                "field": "value", "type": "quantitative", "title": .text(metric.name),
                "scale": ["zero": false],
            ],
        ]
        if source.isSweep {
            encoding["color"] = grouping(source).first.map(nominal)
        } else if metric.isPerPair {
            encoding["color"] = nominal("pair")
        }
        return encoding
    }

    /// The first swept key is the colour, the second the column of panels, the third their row;
    /// runs that differ only in further keys or the seed are one line and its band.
    private static func panels(_ source: ExportSource) -> JSONObject {
        var panels = JSONObject()
        for (channel, key) in zip(["column", "row"], grouping(source).dropFirst()) {
            panels[channel] = nominal(key)
        }
        return panels
    }

    private static func grouping(_ source: ExportSource) -> [String] {
        source.keys.filter { $0 != "seed" }
    }

    private static func nominal(_ key: String) -> JSONValue {
        // A dot in a field's name would mean a member of a member.
        let field = key.split(separator: ".").joined(separator: "\\.")
        return ["field": .text(field), "type": "nominal", "title": .text(key)]
    }
}
