import Recording
import Statistics

/// What several runs of an arm give together. The replicate is the run: its pairs are first
/// reduced to one number.
struct OverSeeds: Sendable {
    /// One number for each run that has one, in the order of the runs.
    let replicates: [Double]
    let mean: Double
    /// The 95 % bootstrap interval of the mean; NaN where one run gives none.
    let lower: Double
    let upper: Double

    init(_ replicates: [Double], resamples: Int = 2000) {
        self.replicates = replicates
        mean = replicates.isEmpty ? .nan : Averages.mean(replicates)
        let interval = Bootstrap.interval(
            of: replicates, statistic: Averages.mean, resamples: resamples)
        (lower, upper) = (interval.lower, interval.upper)
    }

    /// The last value of a metric, mean over the pairs of a run.
    init(lastOf metric: Metric, in runs: [ReportedRun]) {
        self.init(runs.compactMap { $0.mean(metric) })
    }

    /// "7.83 [7.61, 8.00]"; the interval only where there is one.
    var text: String {
        guard lower.isFinite else { return Numerals.significant(mean) }
        return "\(Numerals.significant(mean)) [\(Numerals.significant(lower)), "
            + "\(Numerals.significant(upper))]"
    }

    /// Resamples for the bands of curves, of which there are thousands: their bounds move by less
    /// than the width of a line.
    private static let bandResamples = 500

    /// A metric over steps: for every step the mean over the runs that have it.
    ///
    /// - Parameter pair: the only pair that counts; nil for the mean over all pairs of a run.
    static func points(
        of metric: Metric, in runs: [ReportedRun], pair: Int? = nil
    ) -> [LineChart.Point] {
        var values: [Int: [Double]] = [:]
        for run in runs {
            guard let curve = run.curves[metric] else { continue }
            for (row, step) in curve.steps.enumerated() {
                let pairs = curve.values[row * run.pairs..<(row + 1) * run.pairs]
                let value =
                    pair.map { pairs[pairs.startIndex + $0] }
                    ?? pairs.reduce(0, +) / Double(run.pairs)
                values[step, default: []].append(value)
            }
        }
        return values.keys.sorted().map { step in
            point(at: Double(step), of: values[step]!)
        }
    }

    static func point(at x: Double, of values: [Double]) -> LineChart.Point {
        let summary = OverSeeds(values, resamples: bandResamples)
        return LineChart.Point(
            x: x, middle: summary.mean, lower: summary.lower,
            upper: summary.upper)
    }
}
