/// Means with intervals, one row below the other, each with a name of its own.
struct IntervalRows: Sendable {
    struct Row: Sendable {
        let name: String
        let mean: IntervalMark?
        /// Drawn open, below the mean; nil where there is nothing else to show.
        let best: IntervalMark?
    }

    let title: String
    let quantity: String
    let rows: [Row]
    /// Values that panels beside this one show as well, so that all have the same axis.
    var sharedValues: [Double] = []

    private static let rowHeight = 24.0
    private static let longestName = 44
    private static let width = Panel.standardWidth * 1.5

    /// All that its axis must reach.
    var values: [Double] {
        rows.flatMap { [$0.mean, $0.best].compactMap(\.self) }.flatMap {
            [$0.mean, $0.lower, $0.upper] + $0.replicates
        }
    }

    var panel: Panel {
        let names = rows.map { PlotFrame.shortened($0.name, to: Self.longestName) }
        let height = 34 + 36 + Self.rowHeight * Double(max(rows.count, 1))
        var frame = PlotFrame(
            title: title, quantity: quantity, width: Self.width, height: height, labelWidth: 16)
        frame.left = (names.map(PlotFrame.textWidth).max() ?? 0) + 16
        let scale = Scale(over: values + sharedValues, from: frame.left, to: frame.right)
        var markup = Markup()
        frame.drawHorizontalAxis(scale, name: "", &markup)
        for (index, row) in rows.enumerated() {
            let y = frame.top + (Double(index) + 0.5) * Self.rowHeight
            drawName(names[index], of: row, y, frame, &markup)
            markup.element("g", ["class": SeriesColour.category(0).className]) { group in
                row.mean?.draw(name: "mean of \(row.name)", &group) { (scale.place($0), y - 4) }
            }
            markup.element("g", ["class": SeriesColour.category(1).className]) { group in
                row.best?.draw(name: "best of \(row.name)", isOpen: true, &group) {
                    (scale.place($0), y + 5)
                }
            }
        }
        return frame.panel(label: "\(quantity), \(title)", drawing: markup)
    }

    private func drawName(
        _ name: String, of row: Row, _ y: Double, _ frame: PlotFrame, _ markup: inout Markup
    ) {
        let (x1, x2) = (Numerals.coordinate(frame.left), Numerals.coordinate(frame.right))
        let height = Numerals.coordinate(y)
        markup.element(
            "line", ["x1": x1, "x2": x2, "y1": height, "y2": height, "class": "grid"])
        markup.element(
            "text",
            ["x": Numerals.coordinate(frame.left - 8), "y": height, "dy": "3.5", "class": "end"]
        ) { text in
            if name != row.name { text.element("title", text: row.name) }
            text.write(name)
        }
    }
}
