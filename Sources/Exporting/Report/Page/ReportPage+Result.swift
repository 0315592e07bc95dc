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
        writeSingleArms(&markup)
        if let caution = content.results.compactMap(\.metric.caution).first {
            markup.element("p", ["class": "muted"], text: caution)
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
                    + "many seeds can reach, and p after Holm's correction over the arms of one "
                    + "data set and one metric. Runs whose number is not defined are left out, "
                    + "however bad they are. arms.csv has all statistics.", &markup)
        }
        if !content.results.isEmpty { writeColumns(&markup) }
    }

    /// Arms that stand in none of the tables, with their last values.
    func writeSingleArms(_ markup: inout Markup) {
        let grid = source.grid
        let arms = grid.singleArms
        guard !arms.isEmpty else { return }
        markup.element("h3", text: "Arms beside the tables")
        markup.element(
            "p", ["class": "muted"],
            text: "The tables above show \(grid.arms.count - arms.count) of \(grid.arms.count) "
                + "arms, since they would be mostly empty with the others. These are listed here "
                + "with their last values, mean over pairs; arms.csv has all arms.")
        writeTable(
            columns: ["arm"] + content.results.map(\.quantity),
            rows: arms.map { arm -> [String] in
                let values = content.results.map { result -> String in
                    let shortfall = result.shortfall(arm)
                    let text = result.statistics[arm].text
                    return shortfall.isEmpty ? text : "\(text), \(shortfall)"
                }
                return [grid.shortName(of: grid.arms[arm])] + values
            }, &markup)
    }

    /// What the columns of arms.csv mean, of which runs.csv and keys.csv have some.
    func writeColumns(_ markup: inout Markup) {
        markup.element("details") { details in
            details.element("summary", text: "What the columns of arms.csv mean")
            writeTable(
                columns: ["column", "meaning"],
                rows: source.tables.armColumns.map { [$0.name, $0.meaning] }, &details)
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
