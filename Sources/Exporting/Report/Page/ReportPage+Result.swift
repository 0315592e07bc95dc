import FileFormats
import Recording
import Statistics

/// What came out, for every place of the grid.
extension ReportPage {
    func writeResult(_ markup: inout Markup) {
        if source.grid.arms.count > 1 {
            markup.element("div", ["class": "tables"]) { cards in
                for result in content.results {
                    for table in source.grid.tables { write(result, table, &cards) }
                }
            }
        } else {
            writeOverview(&markup)
        }
        if !content.grids.isEmpty {
            markup.element("div", ["class": "halves"]) { write(content.grids, &$0) }
        }
        if !content.costs.isEmpty {
            markup.element("div", ["class": "halves"]) { write(content.costs, &$0) }
        }
        if let table = content.comparisonTable {
            writeFolded(
                table, title: "Compared with never swapping",
                caption: "Seed by seed: this arm minus the arm that never swaps. The last three "
                    + "columns are the two-sided sign-flip permutation test, the least p that so "
                    + "many seeds can reach, and p after Holm's correction over all arms. "
                    + "arms.csv has all statistics.", &markup)
        }
    }

    /// A metric for every place of one table of the grid.
    func write(_ result: GridResult, _ table: [JSONValue], _ markup: inout Markup) {
        let arms = source.grid.arms(of: table)
        let name = source.grid.name(of: table)
        let grid = source.grid
        markup.element("div", ["class": "card scroll"]) { card in
            card.element("table") { element in
                element.element(
                    "caption", text: result.quantity + (name.isEmpty ? "" : "; \(name)"))
                element.element("thead") { head in
                    head.element("tr") { row in
                        row.element(
                            "th", ["class": "corner"],
                            text: [grid.rowName, grid.columnName].filter { !$0.isEmpty }
                                .joined(separator: " \\ "))
                        for label in result.columnLabels {
                            row.element("th", ["class": "number"], text: label)
                        }
                    }
                }
                element.element("tbody") { body in
                    for (index, label) in result.rowLabels.enumerated() {
                        let isControl = grid.isLastRowControl && index == arms.count - 1
                        body.element("tr", ["class": isControl ? "control" : ""]) { row in
                            row.element("th", text: label)
                            for arm in arms[index] { writeCell(arm, result, &row) }
                        }
                    }
                }
            }
        }
    }

    func writeCell(_ arm: Int?, _ result: GridResult, _ markup: inout Markup) {
        markup.element("td", ["class": "number"]) { cell in
            guard let arm else { return }
            let one = result.statistics[arm]
            cell.write(Numerals.significant(one.mean))
            let count = one.count == one.plannedCount ? "" : "\(result.shortfall(arm)) "
            cell.element("span", ["class": "range"], text: count + one.intervalText)
        }
    }

    /// All metrics of a single arm.
    func writeOverview(_ markup: inout Markup) {
        let results = content.results.filter { $0.statistics.contains { $0.count > 0 } }
        guard !results.isEmpty else { return }
        writeTable(
            columns: ["metric", "last value, mean over pairs", "runs"],
            rows: results.map {
                [$0.quantity, $0.statistics[0].text, String($0.statistics[0].count)]
            }, &markup)
    }
}
