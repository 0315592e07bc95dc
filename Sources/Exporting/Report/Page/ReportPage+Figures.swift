import FileFormats

/// Figures and tables on the page.
extension ReportPage {
    func write(_ figures: [Figure], _ markup: inout Markup) {
        for figure in figures { write(figure, &markup) }
    }

    func writeFolded(_ figures: [Figure], _ markup: inout Markup) {
        for (index, figure) in figures.enumerated() {
            markup.append(markup: index == 0 ? "<details open>" : "<details>")
            markup.element("summary", text: figure.title)
            write(figure, &markup, isTitled: false)
            markup.append(markup: "</details>")
        }
    }

    func write(_ figure: Figure, _ markup: inout Markup, isTitled: Bool = true) {
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
    func writeLinks(_ names: [String], _ markup: inout Markup) {
        for name in names where content.files.contains(name) {
            let ending = name.split(separator: ".").last.map(String.init) ?? ""
            markup.element("a", ["href": "report/\(name)"], text: ending.uppercased())
            markup.write(" ")
        }
    }

    func writeFolded(
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

    func writeTable(columns: [String], rows: [[String]], _ markup: inout Markup) {
        markup.element("div", ["class": "card scroll"]) { card in
            card.element("table", ["class": "texts"]) { table in
                table.element("thead") { head in
                    head.element("tr") { row in
                        for column in columns { row.element("th", text: column) }
                    }
                }
                table.element("tbody") { body in
                    for cells in rows.prefix(ReportPage.mostRows) {
                        body.element("tr") { row in
                            for cell in cells { row.element("td", text: cell) }
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
