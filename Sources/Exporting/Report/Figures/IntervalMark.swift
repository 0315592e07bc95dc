/// A mean with its interval, each single replicate behind it.
struct IntervalMark: Sendable {
    let mean: Double
    /// NaN where one replicate gives none.
    let lower: Double
    let upper: Double
    let replicates: [Double]

    /// - Parameters:
    ///   - name: what it is of, for who points at it.
    ///   - isOpen: whether the mean is a ring instead of a disc.
    ///   - place: the coordinates of a value.
    func draw(
        name: String, isOpen: Bool = false, _ markup: inout Markup,
        at place: (Double) -> (x: Double, y: Double)
    ) {
        let dots = replicates.filter(\.isFinite).map(place)
        if !dots.isEmpty {
            markup.element("g", ["class": "dot faint"]) { group in
                for (x, y) in dots {
                    group.element(
                        "circle",
                        ["cx": Numerals.coordinate(x), "cy": Numerals.coordinate(y), "r": "1.8"])
                }
            }
        }
        if lower.isFinite, upper.isFinite {
            let (start, end) = (place(lower), place(upper))
            markup.element(
                "line",
                [
                    "x1": Numerals.coordinate(start.x), "x2": Numerals.coordinate(end.x),
                    "y1": Numerals.coordinate(start.y), "y2": Numerals.coordinate(end.y),
                    "class": "line",
                ])
        }
        let middle = place(mean)
        markup.element(
            "circle",
            [
                "cx": Numerals.coordinate(middle.x), "cy": Numerals.coordinate(middle.y),
                "r": "3.4", "class": isOpen ? "line open" : "dot",
            ]
        ) {
            $0.element(
                "title",
                text: "\(name): \(Numerals.significant(mean)) "
                    + "[\(Numerals.significant(lower)), \(Numerals.significant(upper))], "
                    + "n = \(replicates.count)")
        }
    }
}
