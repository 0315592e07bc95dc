/// Names of the files that reports make below `report/`.
enum ReportFiles {
    /// Figures that there is one of for each metric.
    enum MetricFigure: String, CaseIterable {
        case grid, cost, curves, pairs

        func name(of metric: SweepMetric) -> String { "\(rawValue)-\(metric.fileName)" }
    }

    /// Every name that a report can have given to a file, whatever it was asked for.
    ///
    /// - Parameter metrics: all that the runs have recorded.
    static func all(of metrics: Set<SweepMetric>) -> Set<String> {
        let figures =
            SwapFigures.Name.allCases.map(\.rawValue)
            + metrics.flatMap { metric in MetricFigure.allCases.map { $0.name(of: metric) } }
        let tables = ["arms", "keys", "runs", "states"]
        return Set(figures.flatMap { ["\($0).svg", "\($0).png"] } + tables.map { "\($0).csv" })
    }
}
