import Statistics

/// Which metrics are better when higher and which when lower.
///
/// A metric that is not listed has no better side, as the losses of two opponents have none: its
/// tables have neither best nor worst, and no time to a threshold.
package enum MetricDirections {
    private static let known: [String: Direction] = [
        "modes": .higherIsBetter,
        "high_quality": .higherIsBetter,
        "reverse_kl": .lowerIsBetter,
    ]

    package static func direction(of metric: String) -> Direction? { known[metric] }
}
