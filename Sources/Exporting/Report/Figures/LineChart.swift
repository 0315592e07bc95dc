/// Lines over steps, each with a band around it and its name at its end.
struct LineChart: Sendable {
    struct Point: Equatable, Sendable {
        let x: Double
        /// NaN interrupts the line.
        let middle: Double
        /// The band; NaN where there is none, as with a single replicate.
        let lower: Double
        let upper: Double
    }

    struct Line: Sendable {
        let name: String
        let colour: SeriesColour
        /// In the order of x.
        let points: [Point]
    }

    /// Which part of the data this chart shows: "4 pairs".
    let title: String
    let quantity: String
    let horizontalName: String
    let lines: [Line]
    /// Values that the vertical axis shows besides those of the lines, so that charts side by side
    /// have the same one.
    var sharedValues: [Double] = []
    var isLogarithmic = false
    var height = 230.0

    /// Values that an axis must show: the lines and, as far as they are at hand, their bands.
    ///
    /// A band far outside the range of the lines is cut off rather than flattening them all.
    static func axisValues(of lines: [Line]) -> [Double] {
        let points = lines.flatMap(\.points)
        let middles = points.map(\.middle).filter(\.isFinite)
        guard let low = middles.min(), let high = middles.max() else { return [] }
        let room = max(high - low, 1e-9 * abs(high)) * 0.5
        let bands = points.flatMap { [$0.lower, $0.upper] }.filter(\.isFinite)
        return middles + bands.map { min(max($0, low - room), high + room) }
    }

    var panel: Panel {
        let names = lines.map { PlotFrame.shortened($0.name, to: PlotFrame.longestName) }
        let longest = names.map(PlotFrame.textWidth).max() ?? 0
        var frame = PlotFrame(
            title: title, quantity: quantity, height: height, labelWidth: longest + 18)
        let vertical = Scale(
            over: sharedValues + LineChart.axisValues(of: lines), from: frame.bottom,
            to: frame.top, isLogarithmic: isLogarithmic)
        frame.fit(vertical)
        let horizontal = Scale(
            over: lines.flatMap { $0.points.map(\.x) }, from: frame.left, to: frame.right,
            isRounded: false, tickCount: 4, isWhole: true)
        var markup = Markup()
        frame.drawVerticalAxis(vertical, &markup)
        frame.drawHorizontalAxis(horizontal, name: horizontalName, &markup)
        for line in lines { drawBand(line, horizontal, vertical, frame, &markup) }
        for line in lines { draw(line, horizontal, vertical, frame, &markup) }
        drawNames(names, horizontal, vertical, frame, &markup)
        return frame.panel(
            label: "\(quantity) over \(horizontalName), \(title): "
                + lines.map(\.name).joined(separator: ", "), drawing: markup)
    }

    private func drawBand(
        _ line: Line, _ horizontal: Scale, _ vertical: Scale, _ frame: PlotFrame,
        _ markup: inout Markup
    ) {
        for stretch in stretches(of: line, where: { $0.lower.isFinite && $0.upper.isFinite })
        where stretch.count > 1 {
            var path = PathData()
            for (index, point) in stretch.enumerated() {
                let (x, y) = (horizontal.place(point.x), clipped(point.upper, vertical, frame))
                if index == 0 { path.move(x, y) } else { path.line(x, y) }
            }
            for point in stretch.reversed() {
                path.line(horizontal.place(point.x), clipped(point.lower, vertical, frame))
            }
            path.close()
            markup.element("path", ["d": path.text, "class": "band \(line.colour.className)"])
        }
    }

    private func draw(
        _ line: Line, _ horizontal: Scale, _ vertical: Scale, _ frame: PlotFrame,
        _ markup: inout Markup
    ) {
        var path = PathData()
        for stretch in stretches(of: line, where: { $0.middle.isFinite }) {
            for (index, point) in stretch.enumerated() {
                let (x, y) = (horizontal.place(point.x), clipped(point.middle, vertical, frame))
                if index == 0 { path.move(x, y) }
                // A point alone becomes a dot by the round ends of a line without length.
                if index > 0 || stretch.count == 1 { path.line(x, y) }
            }
        }
        let thin = lines.count > 8 ? " thin" : ""
        let dashed = line.colour == .control ? " dashed" : ""
        markup.element(
            "path", ["d": path.text, "class": "line\(thin)\(dashed) \(line.colour.className)"]
        ) { $0.element("title", text: line.name) }
    }

    private func drawNames(
        _ names: [String], _ horizontal: Scale, _ vertical: Scale, _ frame: PlotFrame,
        _ markup: inout Markup
    ) {
        let ends = lines.map { $0.points.last { $0.middle.isFinite } }
        let shown = lines.indices.filter { ends[$0] != nil && !names[$0].isEmpty }
        let wanted = shown.map { clipped(ends[$0]!.middle, vertical, frame) }
        let places = LabelPlaces.spread(
            wanted, distance: 12.5, within: frame.top + 2...frame.bottom - 2)
        for (place, (index, end)) in zip(places, zip(shown, wanted)) {
            let x = horizontal.place(ends[index]!.x)
            markup.element("g", ["class": lines[index].colour.className]) { group in
                if abs(place - end) > 3 || x < frame.right - 1 {
                    var path = PathData()
                    path.move(x + 2, end)
                    path.line(frame.right + 8, place)
                    group.element("path", ["d": path.text, "class": "line thin faint"])
                }
                group.element(
                    "text",
                    [
                        "x": Numerals.coordinate(frame.right + 10),
                        "y": Numerals.coordinate(place), "dy": "3.5", "class": "label",
                    ], text: names[index])
            }
        }
    }

    private func clipped(_ value: Double, _ scale: Scale, _ frame: PlotFrame) -> Double {
        min(max(scale.place(value), frame.top - 2), frame.bottom)
    }

    /// The parts of a line between points that do not meet a condition.
    private func stretches(
        of line: Line, where holds: (Point) -> Bool
    ) -> [ArraySlice<Point>] {
        line.points.split(omittingEmptySubsequences: true) { !holds($0) }
    }
}
