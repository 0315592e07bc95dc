/// The numbers that a key accepts. NaN and infinities are never among them.
package enum NumberRange: Sendable, CustomStringConvertible {
    case any
    /// x > 0
    case positive
    /// x >= 0
    case nonNegative
    /// 0 <= x <= 1
    case unitInterval
    /// lower <= x <= upper
    case closed(ClosedRange<Double>)
    /// lower <= x < upper
    case halfOpen(Range<Double>)

    package func contains(_ number: Double) -> Bool {
        guard number.isFinite else { return false }
        return switch self {
        case .any: true
        case .positive: number > 0
        case .nonNegative: number >= 0
        case .unitInterval: number >= 0 && number <= 1
        case .closed(let range): range.contains(number)
        case .halfOpen(let range): range.contains(number)
        }
    }

    package var description: String {
        switch self {
        case .any: "a finite number"
        case .positive: "a number above 0"
        case .nonNegative: "a number of at least 0"
        case .unitInterval: "a number from 0 to 1"
        case .closed(let range):
            "a number from \(Self.text(range.lowerBound)) to \(Self.text(range.upperBound))"
        case .halfOpen(let range):
            "a number of at least \(Self.text(range.lowerBound)) and below "
                + Self.text(range.upperBound)
        }
    }

    /// "2" rather than "2.0".
    private static func text(_ bound: Double) -> String {
        Int(exactly: bound).map(String.init) ?? "\(bound)"
    }

    /// A number of the range, 0 where possible: stands for a required number while listing keys.
    var placeholder: Double {
        switch self {
        case .any, .nonNegative, .unitInterval: 0
        case .positive: 1
        case .closed(let range): contains(0) ? 0 : range.lowerBound
        case .halfOpen(let range): contains(0) ? 0 : range.lowerBound
        }
    }
}
