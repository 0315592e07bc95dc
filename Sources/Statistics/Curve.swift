/// A quantity over the steps of a run, and the single numbers that stand for it.
package struct Curve: Equatable, Sendable {
    /// Ascending.
    package let x: [Double]
    /// One for each `x`; NaN where the quantity is not defined.
    package let y: [Double]

    /// - Precondition: as many `y` as `x`, and `x` ascending.
    package init(x: [Double], y: [Double]) {
        precondition(x.count == y.count, "a curve needs a y for each x")
        precondition(zip(x, x.dropFirst()).allSatisfy { $0 < $1 }, "x must ascend")
        self.x = x
        self.y = y
    }

    /// The last value, NaN included: a run whose end is not defined has no last value.
    package var last: Double { y.last ?? .nan }

    /// The best value that is not NaN; NaN where there is none.
    ///
    /// The best of many noisy values is better than what they scatter about: it flatters long
    /// and noisy curves.
    package func best(_ direction: Direction) -> Double { direction.best(of: y) }

    /// The value of the last row at or before `position`; NaN outside of the curve, since a run
    /// that broke off has no value later on.
    package func value(at position: Double) -> Double {
        guard let end = x.last, position <= end,
            let index = x.lastIndex(where: { $0 <= position })
        else { return .nan }
        return y[index]
    }

    /// integral of y dx by the trapezoid rule.
    ///
    /// NaN where a value is NaN and where the curve has no second point.
    ///
    /// - Parameter isNormalized: whether to divide by the range of x, which gives the mean height.
    package func area(isNormalized: Bool = false) -> Double {
        guard let start = x.first, let end = x.last, x.count > 1 else { return .nan }
        var area = 0.0
        for index in 1..<x.count {
            area += (x[index] - x[index - 1]) * (y[index] + y[index - 1]) / 2
        }
        return isNormalized ? area / (end - start) : area
    }

    /// The first x whose value is as good as `threshold` or better; nil where none is so far.
    ///
    /// nil is not a missing value: the time is longer than the curve (it is censored).
    package func timeTo(threshold: Double, direction: Direction) -> Double? {
        y.firstIndex { $0 == threshold || direction.isBetter($0, than: threshold) }.map { x[$0] }
    }
}
