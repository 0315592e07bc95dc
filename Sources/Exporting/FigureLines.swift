import FileFormats
import Recording

/// The lines of the standard figure of one metric: one for each pair of a run alone; one for each
/// run and place of a sweep, its mean over the pairs.
struct FigureLines {
    struct Line {
        let run: String
        /// Global index of the pair of a run alone; nil for the mean of a run or its only value.
        let pair: Int?
        /// Values of the swept keys.
        let place: [JSONValue]
        let points: [(step: Int, value: Double)]
    }

    private(set) var lines: [Line] = []
    /// Whether some lines show evenly chosen steps only.
    private(set) var isThinned = false
    /// Points of a line.
    private let largestCount: Int

    /// - Parameter lineCount: roughly how many lines there will be. More points than a screen can
    ///   show, and than browsers draw at ease, only make figures slow.
    private init(lineCount: Int) {
        largestCount = max(25, min(500, 20_000 / max(1, lineCount)))
    }

    /// The figures of all metrics of a source, one after the other in its order; each run is read
    /// once.
    static func all(of source: ExportSource) throws -> [(metric: Metric, figure: FigureLines)] {
        let lineCount = source.runs.reduce(0) { $0 + $1.places.count }
        var figures = Array(
            repeating: FigureLines(lineCount: lineCount), count: source.metrics.count)
        try source.forEachRun { run, log in
            for (index, metric) in source.metrics.enumerated() {
                guard let series = log.series(metric) else { continue }
                figures[index].add(series, of: run, log, isSweep: source.isSweep)
            }
        }
        return Array(zip(source.metrics, figures))
    }

    private mutating func add(
        _ series: MetricSeries, of run: ExportSource.Run, _ log: RunLog, isSweep: Bool
    ) {
        let rows = rows(series.steps.count)
        func addLine(pair: Int?, place: [JSONValue], value: (Int) -> Double) {
            let points = rows.map { (step: series.steps[$0], value: value($0)) }
            // Where there is nothing to draw, gnuplot ends with an error.
            guard points.contains(where: \.value.isFinite) else { return }
            lines.append(.init(run: run.name, pair: pair, place: place, points: points))
        }
        for place in run.places {
            guard !isSweep, series.metric.isPerPair else {
                addLine(pair: nil, place: place, value: series.mean)
                continue
            }
            for position in 0..<series.width {
                addLine(pair: log.pair(position), place: place) {
                    series.values[$0 * series.width + position]
                }
            }
        }
    }

    /// Evenly chosen rows, the first and the last among them.
    private mutating func rows(_ count: Int) -> [Int] {
        guard count > largestCount else { return Array(0..<count) }
        isThinned = true
        return (0..<largestCount).map { $0 * (count - 1) / (largestCount - 1) }
    }
}
