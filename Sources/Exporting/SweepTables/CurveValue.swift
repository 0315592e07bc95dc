import Statistics

/// The single number that stands for a curve.
package enum CurveValue: Hashable, Sendable {
    case last
    case best
    /// The area under the curve by the range of steps: its mean height.
    case area
    case atStep(Int)
    /// The first step whose value is as good as a threshold.
    case timeTo(Double)

    package var name: String {
        switch self {
        case .last: "last"
        case .best: "best"
        case .area: "area"
        case .atStep(let step): "at \(step)"
        case .timeTo(let threshold): "time to \(Self.text(threshold))"
        }
    }

    /// Infinite for a threshold that was never reached, and NaN for what is not defined.
    func number(of curve: Curve, direction: Direction?) -> Double {
        switch self {
        case .last: curve.last
        case .best: direction.map(curve.best) ?? .nan
        case .area: curve.area(isNormalized: true)
        case .atStep(let step): curve.value(at: Double(step))
        case .timeTo(let threshold):
            direction.map {
                curve.timeTo(threshold: threshold, direction: $0) ?? .infinity
            } ?? .nan
        }
    }

    var needsDirection: Bool {
        switch self {
        case .best, .timeTo: true
        case .last, .area, .atStep: false
        }
    }

    /// Whether it can be said of a run that has not come to its end.
    var isKnownBeforeTheEnd: Bool {
        if case .atStep = self { true } else { false }
    }

    private static func text(_ number: Double) -> String {
        Int(exactly: number)?.description ?? number.description
    }
}
