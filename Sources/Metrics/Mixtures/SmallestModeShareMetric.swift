import Foundation
import Statistics

/// `smallest_mode_share = min_i counts[i] / highQualityCount`: of the mode that is served worst.
///
/// 0 where a mode is missing, `1 / M` where all `M` are even. NaN where no sample is of high
/// quality.
///
/// A perfect sampler of `n` high-quality samples gives less than `1 / M`. Counts of many samples
/// are `n / M + sqrt(n / M) (Z_i - mean(Z))` with independent normal `Z`, so that on average
///
///     min = 1 / M - e_M / sqrt(M n),     e_M = M integral of x phi(x) Phi(x)^(M - 1)
///
/// with `e_M` the expected largest of `M` standard normal numbers. For `n = 100 M` it is right to
/// 1 %.
package enum SmallestModeShareMetric: MixtureMetric {
    package static let identifier = "smallest-mode-share"
    package static let columns = [
        MetricColumn(
            "smallest_mode_share", .higherIsBetter,
            "share of the high-quality samples in the mode that has fewest")
    ]

    package static func values(_ histogram: ModeHistogram) -> [Double] {
        [histogram.shares?.min() ?? .nan]
    }

    package static func perfect(modes: Int, samples: Int) -> [Double] {
        let count = Double(modes)
        let highQuality = ModeHistogram.perfectShare * Double(samples)
        return [max(0, 1 / count - expectedLargest(of: count) / sqrt(count * highQuality))]
    }

    /// `e_M` by Simpson's rule over -10...10, where all but 1e-22 of a normal distribution lies.
    private static func expectedLargest(of count: Double) -> Double {
        let intervals = 2000
        let width = 20.0 / Double(intervals)
        func density(_ x: Double) -> Double {
            let below = erfc(-x / 2.0.squareRoot()) / 2
            return x * exp(-x * x / 2) / (2 * Double.pi).squareRoot() * pow(below, count - 1)
        }
        let sum = (0...intervals).reduce(0.0) { sum, index in
            let weight = index == 0 || index == intervals ? 1.0 : index % 2 == 0 ? 2 : 4
            return sum + weight * density(-10 + Double(index) * width)
        }
        return count * sum * width / 3
    }
}
