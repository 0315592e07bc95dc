/// Two bounds that hold a quantity with a stated confidence; both NaN where that cannot be said.
package struct ConfidenceInterval: Equatable, Sendable {
    package let lower: Double
    package let upper: Double

    package init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    package static let undefined = ConfidenceInterval(lower: .nan, upper: .nan)

    /// The percentile interval: quantiles `(1 - level) / 2` and `(1 + level) / 2` of what a
    /// statistic gave on resamples (Efron, 1979).
    package init(percentilesOf estimates: [Double], level: Double) {
        lower = Averages.quantile((1 - level) / 2, of: estimates)
        upper = Averages.quantile((1 + level) / 2, of: estimates)
    }
}
