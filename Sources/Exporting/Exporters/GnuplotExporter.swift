import FileFormats

/// A gnuplot script with one figure for each metric, and its data beside it: `gnuplot figures.gp`
/// writes an SVG file for each.
package enum GnuplotExporter: Exporter {
    package static let identifier = "gnuplot"
    package static let meaning = "gnuplot script with its data; it draws an SVG for each metric"
    package static let form = ExportForm.folder

    package static func write(_ source: ExportSource, to path: String) throws {
        var script = """
            # Figures of \(quotable(source.name)); run it in this folder: gnuplot figures.gp
            set terminal svg size 720,480 dynamic background "white"
            set xlabel "step"
            set key below noenhanced
            set title noenhanced
            set ylabel noenhanced
            set grid
            set datafile missing "nan"

            """
        for (metric, figure) in try FigureLines.all(of: source) where !figure.lines.isEmpty {
            let name = metric.fullName.split(separator: "/").joined(separator: "-")
            try AtomicFile.write(path: "\(path)/\(name).dat", data(figure), isDurable: false)
            let what = source.isSweep && metric.isPerPair ? ", mean over the pairs" : ""
            script += """

                set output "\(name).svg"
                set title "\(quotable(source.name)): \(metric.name)\(what)"
                set ylabel "\(metric.name)"
                plot \(plots(figure, of: "\(name).dat", source.keys))

                """
        }
        try AtomicFile.write(path: "\(path)/figures.gp", script, isDurable: false)
    }

    /// One block of "step value" lines for each line of the figure.
    private static func data(_ figure: FigureLines) -> String {
        figure.lines.map { line in
            "# \(quotable(line.run))\n"
                + line.points.map { "\($0.step) \($0.value.isNaN ? "nan" : "\($0.value)")\n" }
                .joined()
        }.joined(separator: "\n\n")
    }

    /// Runs that differ only in their seed have one colour and one title.
    private static func plots(
        _ figure: FigureLines, of file: String, _ keys: [String]
    ) -> String {
        var colors: [String: Int] = [:]
        return figure.lines.enumerated().map { index, line in
            let label = label(line, keys)
            let color = colors[label] ?? colors.count + 1
            let title = colors[label] == nil ? "title \"\(label)\"" : "notitle"
            colors[label] = color
            // A single point is no line.
            let form = line.points.count == 1 ? "points" : "lines"
            return "\"\(file)\" index \(index) using 1:2 with \(form) linetype \(color) \(title)"
        }.joined(separator: ", \\\n    ")
    }

    private static func label(_ line: FigureLines.Line, _ keys: [String]) -> String {
        let words = zip(keys, line.place).filter { $0.0 != "seed" }.map { key, value in
            "\(key) = \(value.textValue ?? value.serialized())"
        }
        if !words.isEmpty { return quotable(words.joined(separator: ", ")) }
        return line.pair.map { "pair \($0)" } ?? "run"
    }

    /// Without what ends a text of gnuplot or stands for something in it.
    private static func quotable(_ text: String) -> String {
        String(
            text.map { character in
                "\"\\`".contains(character) || character.isNewline ? "_" : character
            })
    }
}
