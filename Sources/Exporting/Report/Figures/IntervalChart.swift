/// Means with intervals over a few ordered settings, each single replicate behind them.
struct IntervalChart: Sendable {
    struct Series: Sendable {
        let name: String
        let colour: SeriesColour
        /// By setting; nil where there is no run.
        let marks: [IntervalMark?]
    }

    let title: String
    let quantity: String
    /// What the settings are of: "swap.interval".
    let horizontalName: String
    let settings: [String]
    /// Whether the last setting is the control: it stands apart and no line leads to it.
    let isLastApart: Bool
    let series: [Series]
    var isLogarithmic = false
    var height = 250.0

    var panel: Panel {
        let names = series.map { PlotFrame.shortened($0.name, to: PlotFrame.longestName) }
        let longest = names.map(PlotFrame.textWidth).max() ?? 0
        var frame = PlotFrame(
            title: title, quantity: quantity, height: height, labelWidth: longest + 20)
        let values = series.flatMap { $0.marks.compactMap(\.self) }.flatMap {
            [$0.mean, $0.lower, $0.upper] + $0.replicates
        }
        let vertical = Scale(
            over: values, from: frame.bottom, to: frame.top, isLogarithmic: isLogarithmic)
        frame.fit(vertical)
        var markup = Markup()
        frame.drawVerticalAxis(vertical, &markup)
        frame.drawBaseline(&markup)
        let every = max(1, Int((longestSetting / slot(frame)).rounded(.up)))
        for (index, setting) in settings.enumerated() where index.isMultiple(of: every) {
            frame.drawBelow(setting, at: centre(index, frame), &markup)
        }
        frame.drawAxisName(horizontalName, &markup)
        for index in series.indices { draw(index, vertical, frame, &markup) }
        drawNames(names, vertical, frame, &markup)
        return frame.panel(
            label: "\(quantity) over \(horizontalName), \(title)", drawing: markup)
    }

    private var longestSetting: Double {
        (settings.map(PlotFrame.textWidth).max() ?? 0) + 4
    }

    private func slot(_ frame: PlotFrame) -> Double {
        (frame.right - frame.left)
            / (Double(max(settings.count, 1)) + (isLastApart ? 0.4 : 0))
    }

    private func centre(_ index: Int, _ frame: PlotFrame) -> Double {
        let apart = isLastApart && index == settings.count - 1 ? 0.4 : 0
        return frame.left + (Double(index) + 0.5 + apart) * slot(frame)
    }

    /// Series stand side by side within a setting, so that their intervals can be told apart.
    private func place(_ setting: Int, _ index: Int, _ frame: PlotFrame) -> Double {
        let distance = min(9, slot(frame) * 0.7 / Double(series.count))
        return centre(setting, frame) + (Double(index) - Double(series.count - 1) / 2) * distance
    }

    private func draw(
        _ index: Int, _ vertical: Scale, _ frame: PlotFrame, _ markup: inout Markup
    ) {
        let series = series[index]
        markup.element("g", ["class": series.colour.className]) { group in
            var path = PathData()
            for (setting, mark) in series.marks.enumerated() {
                guard let mark, mark.mean.isFinite else { continue }
                let x = place(setting, index, frame)
                mark.draw(
                    name: "\(series.name), \(horizontalName) \(settings[setting])", &group
                ) { (x, vertical.place($0)) }
                guard !isLastApart || setting < settings.count - 1 else { continue }
                let y = vertical.place(mark.mean)
                if path.text.isEmpty { path.move(x, y) } else { path.line(x, y) }
            }
            group.element("path", ["d": path.text, "class": "line thin faint"])
        }
    }

    private func drawNames(
        _ names: [String], _ vertical: Scale, _ frame: PlotFrame, _ markup: inout Markup
    ) {
        let ends = series.map { $0.marks.compactMap(\.self).last { $0.mean.isFinite } }
        let shown = series.indices.filter { ends[$0] != nil }
        let places = LabelPlaces.spread(
            shown.map { vertical.place(ends[$0]!.mean) }, distance: 12.5,
            within: frame.top + 2...frame.bottom - 2)
        for (place, index) in zip(places, shown) {
            markup.element("g", ["class": series[index].colour.className]) {
                $0.element(
                    "text",
                    [
                        "x": Numerals.coordinate(frame.right + 10),
                        "y": Numerals.coordinate(place), "dy": "3.5", "class": "label",
                    ], text: names[index])
            }
        }
    }
}
