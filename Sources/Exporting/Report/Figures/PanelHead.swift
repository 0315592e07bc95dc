/// Title and quantity above a drawing, on as many lines as they need: panels may differ in the very
/// end of their titles.
struct PanelHead: Sendable {
    private struct Line {
        var title = ""
        var quantity = ""
    }

    private let lines: [Line]

    private static let margin = 8.0
    private static let lineHeight = 14.0

    init(title: String, quantity: String, width: Double) {
        let room = width - 2 * PanelHead.margin
        var titles: [String] = []
        for word in title.split(separator: ", ") {
            // Only a part that has no room on a line of its own is cut.
            let part = PlotFrame.shortened(String(word), to: Int(room / PanelHead.letterWidth) - 1)
            if let last = titles.last, PanelHead.width("\(last), \(part),") <= room {
                titles[titles.count - 1] = "\(last), \(part)"
            } else {
                if let last = titles.last { titles[titles.count - 1] = last + "," }
                titles.append(part)
            }
        }
        var lines = titles.map { Line(title: $0) }
        if !quantity.isEmpty {
            let end = lines.last.map { PanelHead.width($0.title) + PanelHead.margin }
            if let end, end + PlotFrame.textWidth(quantity) <= room {
                lines[lines.count - 1].quantity = quantity
            } else {
                lines.append(Line(quantity: quantity))
            }
        }
        self.lines = lines
    }

    /// A bold letter of 12 pixels.
    private static let letterWidth = 7.6

    private static func width(_ title: String) -> Double { Double(title.count) * letterWidth }

    /// What lines behind the first one take: drawings leave room for one.
    var extraHeight: Double { Double(max(lines.count - 1, 0)) * PanelHead.lineHeight }

    func draw(_ markup: inout Markup) {
        for (index, line) in lines.enumerated() {
            let y = 15 + Double(index) * PanelHead.lineHeight
            markup.element(
                "text",
                ["x": Numerals.coordinate(PanelHead.margin), "y": Numerals.coordinate(y)]
            ) { text in
                if !line.title.isEmpty {
                    text.element("tspan", ["class": "title"], text: line.title)
                }
                if !line.quantity.isEmpty {
                    let gap = line.title.isEmpty ? 0 : PanelHead.margin
                    text.element(
                        "tspan", ["class": "muted", "dx": Numerals.coordinate(gap)],
                        text: line.quantity)
                }
            }
        }
    }
}

extension Panel {
    /// A drawing with room for one line above it. Where title and quantity need more, it moves
    /// down.
    init(
        title: String, quantity: String, width: Double, height: Double, label: String,
        drawing: Markup
    ) {
        let head = PanelHead(title: title, quantity: quantity, width: width)
        var markup = Markup()
        head.draw(&markup)
        let extra = head.extraHeight
        if extra > 0 {
            markup.element("g", ["transform": "translate(0 \(Numerals.coordinate(extra)))"]) {
                $0.append(markup: drawing.text)
            }
        } else {
            markup.append(markup: drawing.text)
        }
        self.init(width: width, height: height + extra, label: label, content: markup.text)
    }
}
