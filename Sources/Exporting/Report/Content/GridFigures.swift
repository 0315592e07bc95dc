import FileFormats
import Recording
import Statistics

/// The last value of a metric over the whole grid, the mean over the pairs of each run.
struct GridResult: Sendable {
    let metric: SweepMetric
    let grid: ReportGrid
    /// By arm.
    let statistics: [ArmStatistics]
    /// By arm.
    let comparisons: [ControlComparison]

    /// One for each metric that the tables have.
    static func all(of source: ReportSource) -> [GridResult] {
        let tables = source.tables
        return tables.quantities.indices.filter {
            tables.quantities[$0].members == .mean && tables.quantities[$0].value == .last
        }.map {
            GridResult(
                metric: tables.quantities[$0].metric, grid: source.grid,
                statistics: tables.statistics[$0], comparisons: tables.comparisons[$0])
        }
    }

    /// "modes, higher is better".
    var quantity: String {
        switch metric.direction {
        case .higherIsBetter: metric.label + ", higher is better"
        case .lowerIsBetter: metric.label + ", lower is better"
        case nil: metric.label
        }
    }

    var rowLabels: [String] { grid.rows.map { ReportGrid.text($0, key: grid.rowName) } }
    var columnLabels: [String] { grid.columns.map { ReportGrid.text($0, key: grid.columnName) } }

    /// "3 of 5" where runs of an arm are missing; otherwise nothing.
    func shortfall(_ arm: Int) -> String {
        let (count, planned) = (statistics[arm].count, statistics[arm].plannedCount)
        return count == planned ? "" : "\(count) of \(planned)"
    }

    /// A map and a chart for each table of the grid.
    var figure: Figure {
        let tables = grid.tables.prefix(GridResult.mostTables)
        let ranges = ranges(of: tables)
        let panels = zip(tables, ranges).flatMap { table, range -> [Panel] in
            let arms = grid.arms(of: table)
            let title = grid.name(of: table)
            let map = heatmap(arms, title: title, range: range).panel
            return grid.rows.count > 1 ? [map, chart(arms, title: title).panel] : [map]
        }
        let left = grid.tables.count - tables.count
        let singles =
            grid.singleArms.isEmpty
            ? "" : " Arms beside the tables are not drawn here: arms.csv has them."
        let caution = metric.caution.map { " \($0)" } ?? ""
        return Figure(
            name: ReportFiles.MetricFigure.grid.name(of: metric),
            title: "\(metric.label) over the grid",
            caption: "The last value of \(metric.label): mean over the pairs of a run, then over "
                + "runs, with 95 % bootstrap intervals over runs. Faint dots are single runs."
                + (left > 0 ? " \(left) further tables are not drawn." : "") + singles + caution,
            panels: panels)
    }

    private static let mostTables = 8

    /// What colours stand for in each table: the values of all tables of the same data, of what is
    /// drawn alone. Those of other data are no measure of these.
    private func ranges(of tables: some Collection<[JSONValue]>) -> [ClosedRange<Double>?] {
        let arms = tables.map { grid.arms(of: $0).joined().compactMap(\.self) }
        let data = arms.map { places in
            Set(places.map { SweepArms.dataSet(of: grid.arms[$0], keys: grid.keys) })
        }
        return data.map { own in
            let values = zip(data, arms).filter { $0.0 == own }.flatMap(\.1)
                .map { statistics[$0].mean }.filter(\.isFinite)
            return values.isEmpty ? nil : values.min()!...values.max()!
        }
    }

    private func heatmap(
        _ arms: [[Int?]], title: String, range: ClosedRange<Double>?
    ) -> Heatmap {
        let cells = arms.map { row in
            row.map { arm in
                arm.map {
                    Heatmap.Cell(
                        value: statistics[$0].mean, text: Numerals.significant(statistics[$0].mean),
                        note: shortfall($0),
                        detail: "\(grid.name(of: grid.arms[$0])): \(statistics[$0].text), "
                            + "n = \(statistics[$0].count)")
                }
            }
        }
        return Heatmap(
            title: title, quantity: quantity, rowName: grid.rowName,
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
                        let one = statistics[arm]
                        return one.count == 0
                            ? nil
                            : IntervalMark(
                                mean: one.mean, lower: one.meanInterval.lower,
                                upper: one.meanInterval.upper, replicates: one.replicates)
                    }
                })
        }
        let quantity =
            grid.columnName.isEmpty
            ? metric.label
            : "\(metric.label), a colour for each \(ReportGrid.shortKey(grid.columnName))"
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

extension ArmStatistics {
    /// One number for each run that has one, by seed.
    var replicates: [Double] { numbers.sorted { $0.key < $1.key }.map(\.value) }

    /// "[7.61, 8.00]"; nothing where one run gives no interval.
    var intervalText: String {
        guard meanInterval.lower.isFinite else { return "" }
        return "[\(Numerals.significant(meanInterval.lower)), "
            + "\(Numerals.significant(meanInterval.upper))]"
    }

    /// "7.83 [7.61, 8.00]".
    var text: String {
        Numerals.significant(mean) + (intervalText.isEmpty ? "" : " " + intervalText)
    }
}
