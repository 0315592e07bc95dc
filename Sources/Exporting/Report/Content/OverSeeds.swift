import Recording
import Statistics

/// What several runs of an arm give together. The replicate is the run: its pairs are first
/// reduced to one number.
struct OverSeeds: Sendable {
    let mean: Double
    /// The 95 % bootstrap interval of the mean; NaN where one run gives none.
    let lower: Double
    let upper: Double

    init(_ replicates: [Double], resamples: Int) {
        mean = replicates.isEmpty ? .nan : Averages.mean(replicates)
        let interval = Bootstrap.interval(
            of: replicates, statistic: Averages.mean, resamples: resamples)
        (lower, upper) = (interval.lower, interval.upper)
    }

    /// Resamples for the bands of curves, of which there are thousands: their bounds move by less
    /// than the width of a line.
    private static let bandResamples = 500

    /// A metric over steps: for every step the mean over the runs that have it.
    ///
    /// - Parameter pair: the only pair that counts, where the metric has one value for each; nil
    ///   for the mean over all values of a run.
    static func points(
        of metric: SweepMetric, in runs: [ReportedRun], pair: Int? = nil
    ) -> [LineChart.Point] {
        var values: [Int: [Double]] = [:]
        for run in runs {
            guard let curve = run.curves[metric] else { continue }
            for (row, step) in curve.steps.enumerated() {
                let members = curve.values[row * curve.width..<(row + 1) * curve.width]
                let value =
                    pair.map { members[members.startIndex + $0] }
                    ?? members.reduce(0, +) / Double(curve.width)
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
