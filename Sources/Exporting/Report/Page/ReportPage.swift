import FileFormats
import Recording

/// The page `report.html`: everything in one file, without scripts.
struct ReportPage {
    let content: ReportContent
    private var source: ReportSource { content.source }
    private var markup = Markup()
    private var sections: [(id: String, title: String)] = []

    init(_ content: ReportContent) {
        self.content = content
    }

    /// The page; `made` is the time of making.
    func html(made: String) -> String {
        let body = written
        var page = Markup()
        page.append(markup: "<!DOCTYPE html>\n")
        page.element("html", ["lang": "en"]) { html in
            html.element("head") { head in
                head.append(markup: "<meta charset=\"utf-8\">\n")
                head.append(
                    markup: "<meta name=\"viewport\" content=\"width=device-width\">\n"
                        + "<meta http-equiv=\"Content-Security-Policy\" content=\""
                        + "default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n")
                head.element("title", text: "\(source.name): report")
                // No character of a style sheet needs an escape in HTML.
                head.append(markup: "<style>\n\(PageStyle.sheet)</style>\n")
            }
            html.element("body") { content in
                writeHeader(made: made, sections: body.sections, &content)
                content.element("main") { $0.append(markup: body.markup.text) }
            }
        }
        return page.text + "\n"
    }

    private func writeHeader(
        made: String, sections: [(id: String, title: String)], _ markup: inout Markup
    ) {
        markup.element("header") { header in
            header.element("h1", text: source.name)
            header.element("p", ["class": "muted"], text: content.abstract + " Made \(made).")
            writeStates(&header)
            for notice in content.notices {
                header.element("p", ["class": "notice"], text: notice)
            }
            header.element("nav") { nav in
                for section in sections {
                    nav.element("a", ["href": "#\(section.id)"], text: section.title)
                }
            }
        }
        markup.append(markup: "\n")
    }

    private func writeStates(_ markup: inout Markup) {
        let counts = content.stateCounts
        markup.element("div", ["class": "states"]) { states in
            for (state, count) in counts {
                states.element(
                    "strong", ["class": state.rawValue], text: "\(count) \(state.rawValue)")
            }
        }
        guard source.runs.count > 1 else { return }
        markup.element("div", ["class": "bar"]) { bar in
            for (state, count) in counts {
                bar.element("span", ["class": state.rawValue, "style": "flex:\(count)"], text: "")
            }
        }
    }

    /// The page with its sections.
    private var written: ReportPage {
        var page = self
        page.writeSections()
        return page
    }

    private mutating func writeSections() {
        section("result", "Result") { $0.writeResult(&$1) }
        section("curves", "Curves") { page, markup in
            page.write(page.content.curves, &markup)
        }
        section("pairs", "Each pair") { page, markup in
            page.writeFolded(page.content.pairCurves, &markup)
        }
        section("partners", "Partners") { page, markup in
            page.write(page.content.swaps, &markup)
            for note in page.content.swapNotes {
                markup.element("p", ["class": "muted"], text: note)
            }
        }
        section("samples", "Samples") { $0.writeSamples(&$1) }
        section("runs", "Runs") { $0.writeRuns(&$1) }
        section("provenance", "Provenance") { $0.writeProvenance(&$1) }
        section("reproduce", "Make it again") { $0.writeCommands(&$1) }
    }

    private mutating func section(
        _ id: String, _ title: String, _ write: (ReportPage, inout Markup) -> Void
    ) {
        var inner = Markup()
        write(self, &inner)
        guard !inner.text.isEmpty else { return }
        sections.append((id, title))
        markup.element("section", ["id": id]) { section in
            section.element("h2", text: title)
            section.append(markup: inner.text)
        }
        markup.append(markup: "\n")
    }
}

extension ReportPage {
    private func write(_ figures: [Figure], _ markup: inout Markup) {
        for figure in figures { write(figure, &markup) }
    }

    private func writeFolded(_ figures: [Figure], _ markup: inout Markup) {
        for (index, figure) in figures.enumerated() {
            markup.append(markup: index == 0 ? "<details open>" : "<details>")
            markup.element("summary", text: figure.title)
            write(figure, &markup, isTitled: false)
            markup.append(markup: "</details>")
        }
    }

    private func write(_ figure: Figure, _ markup: inout Markup, isTitled: Bool = true) {
        guard !figure.panels.isEmpty else { return }
        let isWide = figure.panels.contains { $0.width > Panel.standardWidth * 1.2 }
        markup.element("figure", ["id": figure.name]) { element in
            if isTitled { element.element("h3", text: figure.title) }
            element.element("div", ["class": isWide ? "panels sideways" : "panels"]) { panels in
                for panel in figure.panels { panels.append(markup: panel.inline + "\n") }
            }
            element.element("figcaption") { caption in
                caption.write(figure.caption + " ")
                writeLinks(["\(figure.name).svg", "\(figure.name).png"], &caption)
            }
        }
    }

    /// Links to files below `report/`, as far as they exist.
    private func writeLinks(_ names: [String], _ markup: inout Markup) {
        for name in names where content.files.contains(name) {
            let ending = name.split(separator: ".").last.map(String.init) ?? ""
            markup.element("a", ["href": "report/\(name)"], text: ending.uppercased())
            markup.write(" ")
        }
    }

    private func writeResult(_ markup: inout Markup) {
        if source.grid.arms.count > 1 {
            markup.element("div", ["class": "panels"]) { cards in
                for result in content.results {
                    for table in source.grid.tables { write(result, table, &cards) }
                }
            }
        } else {
            writeOverview(&markup)
        }
        write(content.grids, &markup)
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
    private func write(_ result: GridResult, _ table: [JSONValue], _ markup: inout Markup) {
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
                            "th",
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

    private func writeCell(_ arm: Int?, _ result: GridResult, _ markup: inout Markup) {
        markup.element("td", ["class": "number"]) { cell in
            guard let arm else { return }
            let one = result.statistics[arm]
            cell.write(Numerals.significant(one.mean))
            let count = one.count == one.plannedCount ? "" : "\(result.shortfall(arm)) "
            cell.element("span", ["class": "range"], text: count + one.intervalText)
        }
    }

    /// All metrics of a single arm.
    private func writeOverview(_ markup: inout Markup) {
        let results = content.results.filter { $0.statistics.contains { $0.count > 0 } }
        guard !results.isEmpty else { return }
        writeTable(
            columns: ["metric", "last value, mean over pairs", "runs"],
            rows: results.map {
                [$0.quantity, $0.statistics[0].text, String($0.statistics[0].count)]
            }, &markup)
    }

    private func writeFolded(
        _ table: PlainTable, title: String, caption: String, _ markup: inout Markup
    ) {
        markup.element("details") { details in
            details.element("summary", text: title)
            if !caption.isEmpty { details.element("p", ["class": "muted"], text: caption) }
            writeTable(
                columns: table.columns.map(\.name),
                rows: table.rows.map { $0.map(ReportPage.text) }, &details)
            details.element("p") { writeLinks(["\(table.name).csv"], &$0) }
        }
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .number(let number): Numerals.significant(number)
        case .text(let text): text
        default: value.serialized()
        }
    }

    private func writeTable(columns: [String], rows: [[String]], _ markup: inout Markup) {
        markup.element("div", ["class": "card scroll"]) { card in
            card.element("table") { table in
                table.element("thead") { head in
                    head.element("tr") { row in
                        for column in columns { row.element("th", text: column) }
                    }
                }
                table.element("tbody") { body in
                    for cells in rows.prefix(ReportPage.mostRows) {
                        body.element("tr") { row in
                            for cell in cells { row.element("td", ["class": "name"], text: cell) }
                        }
                    }
                }
            }
            if rows.count > ReportPage.mostRows {
                card.element(
                    "p", ["class": "muted"],
                    text: "\(rows.count - ReportPage.mostRows) further rows are in the CSV file.")
            }
        }
    }

    /// Longer tables make browsers slow.
    private static let mostRows = 1000
}

extension ReportPage {
    private func writeSamples(_ markup: inout Markup) {
        let gallery = content.gallery
        guard !gallery.items.isEmpty || !gallery.omissions.isEmpty else { return }
        markup.element("div", ["class": "gallery"]) { list in
            for item in gallery.items {
                list.element("figure") { figure in
                    figure.element(
                        "img",
                        [
                            "src": item.address, "alt": "Samples of \(item.caption)",
                            "width": "\(item.width)", "height": "\(item.height)",
                            "loading": "lazy",
                        ])
                    figure.element("figcaption", text: item.caption)
                }
            }
        }
        for omission in gallery.omissions.prefix(3) {
            markup.element("p", ["class": "muted"], text: omission)
        }
    }

    private func writeRuns(_ markup: inout Markup) {
        let failures = source.runs.filter { [.failed, .stale].contains($0.state) }
        if failures.isEmpty {
            markup.element("p", text: "No run has failed.")
        }
        for run in failures.prefix(ReportPage.mostFailures) {
            markup.element("div", ["class": "card"]) { card in
                card.element("p") { line in
                    line.element("strong", ["class": run.state.rawValue], text: run.state.rawValue)
                    line.write(" \(run.name), at step \(Numerals.grouped(run.step))")
                }
                if !run.cause.isEmpty { card.element("p", text: run.cause) }
                if !run.lastLines.isEmpty {
                    card.element("pre", text: run.lastLines.suffix(12).joined(separator: "\n"))
                }
            }
        }
        if failures.count > ReportPage.mostFailures {
            markup.element(
                "p",
                text: "\(failures.count - ReportPage.mostFailures) further failures are in the "
                    + "list below.")
        }
        let count = Numerals.grouped(source.runs.count)
        writeFolded(
            content.stateTable, title: source.runs.count == 1 ? "The run" : "All \(count) runs",
            caption: "", &markup)
    }

    private static let mostFailures = 40

    private func writeProvenance(_ markup: inout Markup) {
        let rows = content.provenance
        guard !rows.isEmpty else { return }
        writeTable(columns: ["", "value"], rows: rows, &markup)
    }

    private func writeCommands(_ markup: inout Markup) {
        for command in content.commands {
            markup.element("p", text: command.purpose)
            markup.element("pre", text: command.line)
        }
        markup.element("details") { details in
            details.element("summary", text: "The experiment, every key with its value")
            details.element("pre", text: source.plan.experiment)
        }
    }
}
