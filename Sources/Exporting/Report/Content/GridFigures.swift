import FileFormats
import Recording

/// A headline metric over the whole grid, as numbers and as figures.
struct GridResult: Sendable {
    let metric: Metric
    let grid: ReportGrid
    /// By arm.
    let summaries: [OverSeeds]
    /// Runs that were planned, by arm.
    let planned: [Int]

    init(_ metric: Metric, of source: ReportSource) {
        self.metric = metric
        grid = source.grid
        summaries = grid.arms.map { OverSeeds(lastOf: metric, in: source.counted($0)) }
        planned = grid.arms.map(\.runs.count)
    }

    var rowLabels: [String] { grid.rows.map { ReportGrid.text($0, key: grid.rowName) } }
    var columnLabels: [String] { grid.columns.map { ReportGrid.text($0, key: grid.columnName) } }

    /// "3 of 5" where runs of an arm are missing; otherwise nothing.
    func shortfall(_ arm: Int) -> String {
        let count = summaries[arm].replicates.count
        return count == planned[arm] ? "" : "\(count) of \(planned[arm])"
    }

    /// A map and a chart for each table of the grid.
    var figure: Figure {
        let values = summaries.map(\.mean).filter(\.isFinite)
        let range = values.isEmpty ? nil : values.min()!...values.max()!
        let tables = grid.tables.prefix(GridResult.mostTables)
        let panels = tables.flatMap { table -> [Panel] in
            let arms = grid.arms(of: table)
            let title = grid.name(of: table)
            let map = heatmap(arms, title: title, range: range).panel
            return grid.rows.count > 1 ? [map, chart(arms, title: title).panel] : [map]
        }
        let left = grid.tables.count - tables.count
        return Figure(
            name: "grid-\(metric.column)", title: "\(metric.column) over the grid",
            caption: "The last value of \(metric.column): mean over the pairs of a run, then over "
                + "runs, with 95 % bootstrap intervals over runs. Faint dots are single runs."
                + (left > 0 ? " \(left) further tables are not drawn." : ""),
            panels: panels)
    }

    private static let mostTables = 8

    private func heatmap(
        _ arms: [[Int?]], title: String, range: ClosedRange<Double>?
    ) -> Heatmap {
        let cells = arms.map { row in
            row.map { arm in
                arm.map {
                    Heatmap.Cell(
                        value: summaries[$0].mean, text: Numerals.significant(summaries[$0].mean),
                        note: shortfall($0),
                        detail: "\(grid.name(of: grid.arms[$0])): \(summaries[$0].text), "
                            + "n = \(summaries[$0].replicates.count)")
                }
            }
        }
        return Heatmap(
            title: title, quantity: metric.column, rowName: grid.rowName,
            columnName: grid.columnName, rows: rowLabels, columns: columnLabels, cells: cells,
            isLastRowApart: grid.isLastRowControl, range: range)
    }

    private func chart(_ arms: [[Int?]], title: String) -> IntervalChart {
        let shown = grid.columns.indices.prefix(8)
        let series = shown.map { column in
            IntervalChart.Series(
                name: columnLabels[column],
                colour: SeriesColour.of(column, in: grid.columns, isControlLast: false),
                marks: arms.map { row in
                    row[column].flatMap { arm in
                        let summary = summaries[arm]
                        return summary.replicates.isEmpty
                            ? nil
                            : IntervalChart.Mark(
                                mean: summary.mean, lower: summary.lower,
                                upper: summary.upper, replicates: summary.replicates)
                    }
                })
        }
        let quantity =
            grid.columnName.isEmpty
            ? metric.column : "\(metric.column), a colour for each \(grid.columnName)"
        return IntervalChart(
            title: title, quantity: quantity, horizontalName: grid.rowName, settings: rowLabels,
            isLastApart: grid.isLastRowControl, series: series)
    }
}

extension SeriesColour {
    /// The colour of one of several settings: in an order where they are numbers.
    static func of(_ index: Int, in settings: [JSONValue], isControlLast: Bool) -> SeriesColour {
        let last = settings.count - 1
        if isControlLast, index == last { return .control }
        guard settings.allSatisfy({ $0.numberValue != nil }) else { return .category(index) }
        let count = isControlLast ? last : last + 1
        return .order(count > 1 ? Double(index) / Double(count - 1) : 0.3)
    }
}
