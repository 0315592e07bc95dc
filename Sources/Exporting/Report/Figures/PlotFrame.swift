/// The rectangle of a chart in which data are drawn, with what stands around it.
struct PlotFrame: Sendable {
    private let width: Double
    private let height: Double
    var left = 40.0
    var right: Double
    var top = 34.0
    var bottom: Double

    /// Bold, above everything: which part of the data.
    let title: String
    /// The quantity, beside the title: no rotated text.
    let quantity: String

    /// - Parameter labelWidth: room right of the rectangle.
    init(
        title: String, quantity: String, width: Double = Panel.standardWidth, height: Double,
        labelWidth: Double
    ) {
        self.title = title
        self.quantity = quantity
        self.width = width
        self.height = height
        right = width - labelWidth
        bottom = height - 36
    }

    /// About what a text of 11 pixels takes, in any of the fonts that may be used.
    static func textWidth(_ text: String) -> Double { Double(text.count) * 6.4 }

    /// Characters of the longest name beside marks that is written in full.
    static let longestName = 20

    /// At most `count` characters, an ellipsis in the middle where some are missing: names that
    /// are alike differ at either end.
    static func shortened(_ text: String, to count: Int) -> String {
        guard text.count > count else { return text }
        let kept = count - 1
        return "\(text.prefix((kept + 1) / 2))…\(text.suffix(kept / 2))"
    }

    /// What was drawn, below title and quantity.
    func panel(label: String, drawing: Markup) -> Panel {
        Panel(
            title: title, quantity: quantity, width: width, height: height, label: label,
            drawing: drawing)
    }

    /// Makes room for the numbers of a vertical axis.
    mutating func fit(_ scale: Scale) {
        let widest = scale.ticks.map { PlotFrame.textWidth($0.label) }.max() ?? 0
        left = max(left, widest + 12)
    }

    /// Horizontal lines with numbers at the ticks.
    func drawVerticalAxis(_ scale: Scale, _ markup: inout Markup) {
        for tick in scale.ticks {
            let y = Numerals.coordinate(scale.place(tick.value))
            let (x1, x2) = (Numerals.coordinate(left), Numerals.coordinate(right))
            markup.element("line", ["x1": x1, "x2": x2, "y1": y, "y2": y, "class": "grid"])
            markup.element(
                "text",
                [
                    "x": Numerals.coordinate(left - 6), "y": y, "dy": "3.5", "class": "end muted",
                ], text: tick.label)
        }
    }

    /// The lower edge with short lines and numbers at the ticks, and the name of the axis.
    func drawHorizontalAxis(_ scale: Scale, name: String, _ markup: inout Markup) {
        drawBaseline(&markup)
        for tick in scale.ticks {
            let x = Numerals.coordinate(scale.place(tick.value))
            let (y1, y2) = (Numerals.coordinate(bottom), Numerals.coordinate(bottom + 4))
            markup.element("line", ["x1": x, "x2": x, "y1": y1, "y2": y2, "class": "axis"])
            drawBelow(tick.label, at: scale.place(tick.value), &markup)
        }
        drawAxisName(name, &markup)
    }

    func drawBaseline(_ markup: inout Markup) {
        let y = Numerals.coordinate(bottom)
        markup.element(
            "line",
            [
                "x1": Numerals.coordinate(left), "x2": Numerals.coordinate(right), "y1": y,
                "y2": y, "class": "axis",
            ])
    }

    func drawBelow(_ label: String, at x: Double, _ markup: inout Markup) {
        markup.element(
            "text",
            [
                "x": Numerals.coordinate(x), "y": Numerals.coordinate(bottom + 16),
                "class": "middle muted",
            ], text: label)
    }

    func drawAxisName(_ name: String, _ markup: inout Markup) {
        markup.element(
            "text",
            [
                "x": Numerals.coordinate((left + right) / 2),
                "y": Numerals.coordinate(bottom + 31), "class": "middle muted",
            ], text: name)
    }
}

/// The `d` of an SVG path.
struct PathData {
    private(set) var text = ""

    mutating func move(_ x: Double, _ y: Double) { append("M", x, y) }

    mutating func line(_ x: Double, _ y: Double) { append("L", x, y) }

    /// An S-shaped way to a point, horizontal at both ends.
    mutating func swing(from: (x: Double, y: Double), to: (x: Double, y: Double)) {
        let middle = (from.x + to.x) / 2
        append("C", middle, from.y)
        append(" ", middle, to.y)
        append(" ", to.x, to.y)
    }

    mutating func close() { text += "Z" }

    private mutating func append(_ command: String, _ x: Double, _ y: Double) {
        text += "\(command)\(Numerals.coordinate(x)) \(Numerals.coordinate(y))"
    }
}

/// Labels beside marks, moved apart until none covers another.
package enum LabelPlaces {
    /// Heights near `wanted`, at least `distance` apart and within `range` as far as they fit;
    /// in the order of `wanted`.
    package static func spread(
        _ wanted: [Double], distance: Double, within range: ClosedRange<Double>
    ) -> [Double] {
        let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
        var places = order.map { min(max(wanted[$0], range.lowerBound), range.upperBound) }
        for index in places.indices.dropFirst() {
            places[index] = max(places[index], places[index - 1] + distance)
        }
        // What was pushed over the end goes back, and pushes those before it.
        var limit = range.upperBound
        for index in places.indices.reversed() {
            places[index] = min(places[index], limit)
            limit = places[index] - distance
        }
        var result = wanted
        for (index, place) in zip(order, places) { result[index] = place }
        return result
    }
}
