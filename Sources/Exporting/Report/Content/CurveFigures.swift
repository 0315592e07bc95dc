import FileFormats
import Recording

/// Metrics over steps, with bands over seeds.
enum CurveFigures {
    /// More panels than this side by side are not looked at.
    static let mostPanels = 16
    private static let mostLines = 10

    /// A panel for each column of the grid, a line for each row; and one for each arm that stands
    /// in none of the grid's tables.
    static func overArms(_ metric: SweepMetric, of source: ReportSource) -> Figure {
        let places = tablePlaces(metric, source) + singlePlaces(metric, source)
        let charts = places.prefix(mostPanels).map { place in
            LineChart(
                title: place.title, quantity: metric.label, horizontalName: "step",
                lines: place.lines())
        }
        let left = places.count - charts.count
        let rowName = source.grid.rowName
        let lineNames =
            rowName.isEmpty ? "" : "One line for each \(rowName), at most \(mostLines). "
        let singles =
            source.grid.singleArms.isEmpty
            ? "" : " Arms beside the tables have a panel each, behind those of the tables."
        return Figure(
            name: ReportFiles.MetricFigure.curves.name(of: metric),
            title: "\(metric.label) over steps",
            caption: lineNames
                + "Mean over the pairs of a run, then over runs; the band is the 95 % bootstrap "
                + "interval over runs, step by step.\(thinned)" + singles
                + (left > 0 ? " \(left) further panels are not drawn." : ""),
            panels: panels(charts))
    }

    /// A panel that has something to show. Its lines are made when it is drawn, since they take
    /// a bootstrap for each step.
    private struct Place {
        let title: String
        let lines: () -> [LineChart.Line]
    }

    private static func tablePlaces(_ metric: SweepMetric, _ source: ReportSource) -> [Place] {
        let grid = source.grid
        return grid.tables.flatMap { table -> [Place] in
            let arms = grid.arms(of: table)
            return grid.columns.indices.compactMap { column -> Place? in
                let shown = arms.map { $0[column] }
                let isFilled = shown.compactMap(\.self).contains {
                    source.hasCurve(metric, of: grid.arms[$0])
                }
                guard isFilled else { return nil }
                let label = ReportGrid.text(grid.columns[column], key: grid.columnName)
                let name = grid.columnName.isEmpty ? "" : "\(grid.columnName) = \(label)"
                let title = [name, grid.name(of: table)].filter { !$0.isEmpty }
                return Place(title: title.joined(separator: ", ")) {
                    lines(shown, metric, source)
                }
            }
        }
    }

    private static func singlePlaces(_ metric: SweepMetric, _ source: ReportSource) -> [Place] {
        differentArms(source).filter {
            source.grid.isSingle($0) && source.hasCurve(metric, of: $0)
        }.map { arm -> Place in
            Place(title: source.title(of: arm)) {
                let points = OverSeeds.points(of: metric, in: source.counted(arm))
                return [LineChart.Line(name: "", colour: .category(0), points: points)]
            }
        }
    }

    /// A panel for each arm, a line for each pair; for metrics with one value for each.
    static func overPairs(_ metric: SweepMetric, of source: ReportSource) -> Figure {
        let arms = differentArms(source).filter { source.hasCurve(metric, of: $0) }
        let charts = arms.prefix(mostPanels).map { arm in
            let runs = source.counted(arm)
            let pairs = runs.first?.pairs ?? 0
            let lines = (0..<min(pairs, mostLines)).map { pair in
                LineChart.Line(
                    name: "G\((runs.first?.firstMember ?? 0) + pair)",
                    colour: pair < 8 ? .category(pair) : .context,
                    points: OverSeeds.points(
                        of: metric, in: runs.filter { $0.curves[metric]?.width == pairs },
                        pair: pair))
            }
            return LineChart(
                title: source.title(of: arm), quantity: metric.label, horizontalName: "step",
                lines: lines)
        }
        let left = arms.count - charts.count
        return Figure(
            name: ReportFiles.MetricFigure.pairs.name(of: metric),
            title: "\(metric.label) of each pair",
            caption: "One line for each generator, at most \(mostLines); mean and 95 % bootstrap "
                + "interval over runs.\(thinned)"
                + (left > 0 ? " \(left) further arms are not drawn." : ""),
            panels: panels(charts))
    }

    private static let thinned =
        " At most \(ReportedRun.drawnRows) rows of a run are drawn; the log has all of them."

    /// Arms whose runs are not those of one before, with runs that count.
    static func differentArms(_ source: ReportSource) -> [SweepArm] {
        var known: Set<[Int: String]> = []
        return source.grid.arms.filter {
            !source.counted($0).isEmpty && known.insert($0.runs).inserted
        }
    }

    /// One line for each arm, and only one where all of them are the same runs.
    private static func lines(
        _ arms: [Int?], _ metric: SweepMetric, _ source: ReportSource
    ) -> [LineChart.Line] {
        let grid = source.grid
        let present = arms.indices.filter { arms[$0] != nil }
        let runs = Set(present.map { grid.arms[arms[$0]!].runs })
        if present.count > 1, runs.count == 1 {
            let points = OverSeeds.points(
                of: metric, in: source.counted(grid.arms[arms[present[0]]!]))
            return [LineChart.Line(name: "any", colour: .control, points: points)]
        }
        // Evenly chosen, the first and the last among them.
        let every = max(1, (Double(present.count - 1) / Double(mostLines - 1)).rounded(.up))
        let shown = present.filter {
            $0 == present.last || Double($0).truncatingRemainder(dividingBy: every) == 0
        }
        return shown.map { row in
            LineChart.Line(
                name: ReportGrid.text(grid.rows[row], key: grid.rowName),
                colour: .of(row, in: grid.rows, isControlLast: grid.isLastRowControl),
                points: OverSeeds.points(of: metric, in: source.counted(grid.arms[arms[row]!])))
        }
    }

    /// Charts with one vertical axis for all.
    private static func panels(_ charts: [LineChart]) -> [Panel] {
        let values = charts.flatMap { LineChart.axisValues(of: $0.lines) }
        let isLogarithmic = Scale.wantsLogarithm(
            charts.flatMap { $0.lines.flatMap { $0.points.map(\.middle) } })
        return charts.map { chart in
            var chart = chart
            chart.sharedValues = values
            chart.isLogarithmic = isLogarithmic
            return chart.panel
        }
    }
}

extension ReportSource {
    /// What an arm is called above a panel; nothing where there is only one arm.
    func title(of arm: SweepArm) -> String { grid.shortName(of: arm) }

    /// Whether a run of the arm that counts has rows of the metric; a single one is no curve, and
    /// stands in the tables.
    func hasCurve(_ metric: SweepMetric, of arm: SweepArm) -> Bool {
        counted(arm).contains { $0.curves[metric].map { $0.steps.count > 1 } ?? false }
    }
}
