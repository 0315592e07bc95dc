/// Which of two values of a metric is the better one.
package enum Direction: Sendable {
    case higherIsBetter, lowerIsBetter

    /// Whether `first` is better than `second`; false where one of them is NaN.
    package func isBetter(_ first: Double, than second: Double) -> Bool {
        switch self {
        case .higherIsBetter: first > second
        case .lowerIsBetter: first < second
        }
    }

    /// The best of `values` that are not NaN; NaN where there is none.
    package func best(of values: [Double]) -> Double {
        values.reduce(.nan) { $0.isNaN || isBetter($1, than: $0) ? $1 : $0 }
    }

    package var opposite: Direction {
        self == .higherIsBetter ? .lowerIsBetter : .higherIsBetter
    }
}
