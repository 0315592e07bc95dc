/// Who sat with whom: one strand for each discriminator, from seat to seat.
struct LineageDiagram: Sendable {
    let title: String
    /// Global index of the first pair and discriminator.
    let firstMember: Int
    /// `discriminators[0]` is the pairing at the beginning, by seat; then that after each swap.
    let discriminators: [[Int]]
    /// The step after which each of them began; the first is 0.
    let steps: [Int]
    /// The step at which the diagram ends.
    let lastStep: Int

    private static let seatHeight = 26.0
    private static let top = 34.0

    /// Strands of more seats than this cannot be followed by eye.
    static let mostSeats = 32
    /// Swaps that fit side by side; a caller with more shows the first ones.
    static let mostSwaps = 24

    var panel: Panel {
        let seats = discriminators.first?.count ?? 0
        let width = 720.0
        let height = LineageDiagram.top + Double(seats) * LineageDiagram.seatHeight + 36
        var frame = PlotFrame(
            title: title, quantity: "", width: width, height: height, labelWidth: 44)
        frame.left = 64
        let horizontal = Scale(
            over: [Double(steps.first ?? 0), Double(lastStep)], from: frame.left, to: frame.right,
            isRounded: false, tickCount: 6, isWhole: true)
        var markup = Markup()
        for seat in 0..<seats { drawSeat(seat, frame, &markup) }
        for step in steps.dropFirst() {
            drawSwap(at: horizontal.place(Double(step)), frame, &markup)
        }
        frame.drawHorizontalAxis(horizontal, name: "step", &markup)
        markup.element("g", ["class": "strands"]) { group in
            for discriminator in (discriminators.first ?? []).sorted() {
                draw(discriminator, horizontal, frame, &group)
            }
        }
        return frame.panel(
            label: "Seats of \(seats) discriminators over steps, \(title)", drawing: markup)
    }

    private func height(of seat: Int) -> Double {
        LineageDiagram.top + (Double(seat) + 0.5) * LineageDiagram.seatHeight
    }

    private func drawSeat(_ seat: Int, _ frame: PlotFrame, _ markup: inout Markup) {
        let y = Numerals.coordinate(height(of: seat))
        markup.element(
            "line",
            [
                "x1": Numerals.coordinate(frame.left), "x2": Numerals.coordinate(frame.right),
                "y1": y, "y2": y, "class": "grid",
            ])
        markup.element(
            "text", ["x": "8", "y": y, "dy": "3.5", "class": "muted"],
            text: "G\(firstMember + seat)")
    }

    private func drawSwap(at x: Double, _ frame: PlotFrame, _ markup: inout Markup) {
        markup.element(
            "line",
            [
                "x1": Numerals.coordinate(x), "x2": Numerals.coordinate(x),
                "y1": Numerals.coordinate(frame.top), "y2": Numerals.coordinate(frame.bottom),
                "class": "grid",
            ])
    }

    private func draw(
        _ discriminator: Int, _ horizontal: Scale, _ frame: PlotFrame, _ markup: inout Markup
    ) {
        let colour = SeriesColour.category(discriminator).className
        let seats = discriminators.map { $0.firstIndex(of: discriminator) ?? 0 }
        guard let first = seats.first, let last = seats.last else { return }
        var path = PathData()
        path.move(frame.left, height(of: first))
        var described = "G\(firstMember + first)"
        for index in seats.indices.dropFirst() {
            let before = height(of: seats[index - 1])
            let x = horizontal.place(Double(steps[index]))
            // The change itself takes no time; half of it is drawn on either side.
            let next = index + 1 < steps.count ? steps[index + 1] : lastStep
            let stretch = horizontal.place(Double(next)) - x
            let past = x - horizontal.place(Double(steps[index - 1]))
            let half = min(14, 0.4 * max(min(stretch, past), 4))
            path.line(x - half, before)
            path.swing(from: (x - half, before), to: (x + half, height(of: seats[index])))
            if seats[index] != seats[index - 1] {
                described +=
                    ", from step \(Numerals.grouped(steps[index] + 1)) with "
                    + "G\(firstMember + seats[index])"
            }
        }
        path.line(frame.right, height(of: last))
        markup.element("g", ["class": "one \(colour)"]) { group in
            group.element("title", text: "D\(firstMember + discriminator): \(described)")
            group.element("path", ["d": path.text, "class": "strand"])
            for (x, seat, anchor) in [(56.0, first, "end"), (frame.right + 8, last, "start")] {
                group.element(
                    "text",
                    [
                        "x": Numerals.coordinate(x), "y": Numerals.coordinate(height(of: seat)),
                        "dy": "3.5", "class": anchor == "end" ? "label end" : "label",
                    ], text: "D\(firstMember + discriminator)")
            }
        }
    }
}
