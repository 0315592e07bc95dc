/// Numbers in a grid of coloured cells, each with its value written in it.
struct Heatmap: Sendable {
    struct Cell: Sendable {
        let value: Double
        /// What is written in the cell.
        let text: String
        /// Smaller, below the value: "3 of 5".
        var note = ""
        /// Shown where the pointer rests.
        let detail: String
    }

    let title: String
    let quantity: String
    /// What rows and columns are of.
    let rowName: String
    let columnName: String
    let rows: [String]
    let columns: [String]
    /// `[row][column]`; nil where there is nothing.
    let cells: [[Cell?]]
    /// Whether the last row stands apart, as the control does.
    var isLastRowApart = false
    /// The values of no colour and of full colour; by default the range of the cells.
    var range: ClosedRange<Double>?

    private static let cellHeight = 36.0
    private static let top = 62.0
    private static let apart = 8.0
    /// Up to so many columns are wide enough for their names.
    private static let fewColumns = 8

    var panel: Panel {
        let frame = layout
        var markup = Markup()
        drawNames(frame, &markup)
        for (row, cells) in cells.enumerated() {
            for (column, cell) in cells.enumerated() {
                draw(cell, row: row, column: column, frame, &markup)
            }
        }
        drawLegend(frame, &markup)
        return Panel(
            title: title, quantity: quantity, width: frame.width, height: frame.height,
            label: "\(quantity), \(title), \(rowName) by \(columnName)", drawing: markup)
    }

    private struct Layout {
        let left: Double
        let cellWidth: Double
        let width: Double
        let bottom: Double
        var height: Double { bottom + 40 }
    }

    private var layout: Layout {
        let left = max(longest(of: rows) + 18, 40)
        let room = Panel.standardWidth - left - 8
        // Narrower cells would not hold their numbers: such a map becomes wider than others.
        let isNamed = columns.count <= Heatmap.fewColumns
        let least = isNamed ? max(longest(of: columns) + 6, 40) : 40
        let cellWidth = min(max(room / Double(max(columns.count, 1)), least), max(least, 96))
        return Layout(
            left: left, cellWidth: cellWidth,
            width: max(Panel.standardWidth, left + cellWidth * Double(columns.count) + 8),
            bottom: top(of: rows.count - 1) + Heatmap.cellHeight)
    }

    private func longest(of names: [String]) -> Double {
        names.map { PlotFrame.textWidth(PlotFrame.shortened($0, to: PlotFrame.longestName)) }
            .max() ?? 0
    }

    private func top(of row: Int) -> Double {
        let apart = isLastRowApart && row > 0 && row == rows.count - 1 ? Heatmap.apart : 0
        return Heatmap.top + Double(row) * Heatmap.cellHeight + apart
    }

    private var shownRange: ClosedRange<Double> {
        if let range { return range }
        let values = cells.joined().compactMap { $0?.value }.filter(\.isFinite)
        guard let low = values.min(), let high = values.max() else { return 0...1 }
        return low...high
    }

    private func share(_ value: Double) -> Double {
        let range = shownRange
        let extent = range.upperBound - range.lowerBound
        return extent > 0 ? (value - range.lowerBound) / extent : 0.5
    }

    private func drawNames(_ frame: Layout, _ markup: inout Markup) {
        markup.element(
            "text", ["x": "8", "y": "34", "class": "small muted"],
            text: "↓ \(rowName)   → \(columnName)")
        for (index, name) in rows.enumerated() {
            let y = top(of: index) + Heatmap.cellHeight / 2
            markup.element(
                "text",
                [
                    "x": Numerals.coordinate(frame.left - 8), "y": Numerals.coordinate(y),
                    "dy": "3.5", "class": "end",
                ], text: PlotFrame.shortened(name, to: PlotFrame.longestName))
        }
        for (index, name) in columns.enumerated() {
            let x = frame.left + (Double(index) + 0.5) * frame.cellWidth
            markup.element(
                "text",
                [
                    "x": Numerals.coordinate(x), "y": Numerals.coordinate(Heatmap.top - 8),
                    "class": "middle",
                ], text: PlotFrame.shortened(name, to: max(3, Int(frame.cellWidth / 6.4))))
        }
    }

    private func draw(
        _ cell: Cell?, row: Int, column: Int, _ frame: Layout, _ markup: inout Markup
    ) {
        let x = frame.left + Double(column) * frame.cellWidth
        let y = top(of: row)
        let isKnown = cell?.value.isFinite ?? false
        let colour = isKnown ? Palette.areaClass(share(cell!.value)) : "empty"
        markup.element("g") { group in
            group.element(
                "rect",
                [
                    "x": Numerals.coordinate(x + 1), "y": Numerals.coordinate(y + 1),
                    "width": Numerals.coordinate(frame.cellWidth - 2),
                    "height": Numerals.coordinate(Heatmap.cellHeight - 2), "rx": "3",
                    "class": colour,
                ])
            guard let cell else { return }
            group.element("title", text: cell.detail)
            let middle = Numerals.coordinate(x + frame.cellWidth / 2)
            let hasNote = !cell.note.isEmpty
            group.element(
                "text",
                [
                    "x": middle, "y": Numerals.coordinate(y + (hasNote ? 17 : 22)),
                    "class": isKnown ? "middle on" : "middle muted",
                ], text: cell.text)
            if hasNote {
                group.element(
                    "text",
                    [
                        "x": middle, "y": Numerals.coordinate(y + 29),
                        "class": isKnown ? "middle small on" : "middle small muted",
                    ], text: cell.note)
            }
        }
    }

    /// The ramp with the values of its ends.
    private func drawLegend(_ frame: Layout, _ markup: inout Markup) {
        let values = cells.joined().compactMap { $0?.value }.filter(\.isFinite)
        guard !values.isEmpty else { return }
        let range = shownRange
        let y = Numerals.coordinate(frame.bottom + 16)
        let low = Numerals.significant(range.lowerBound)
        let start = frame.left + PlotFrame.textWidth(low) + 6
        let width = 3.0
        markup.element(
            "text",
            [
                "x": Numerals.coordinate(frame.left), "y": y, "dy": "8.5", "class": "muted",
            ], text: low)
        markup.element("g", ["shape-rendering": "crispEdges"]) { ramp in
            for step in 0..<Palette.rampSteps {
                ramp.element(
                    "rect",
                    [
                        "x": Numerals.coordinate(start + Double(step) * width), "y": y,
                        "width": "3", "height": "10", "class": "q\(step)",
                    ])
            }
        }
        markup.element(
            "text",
            [
                "x": Numerals.coordinate(start + Double(Palette.rampSteps) * width + 6), "y": y,
                "dy": "8.5", "class": "muted",
            ], text: Numerals.significant(range.upperBound))
    }
}
