import Foundation
import Statistics

/// `mmd`: the unbiased squared maximum mean discrepancy of `m` real `x` and `n` generated `y`,
///
///     sum_{i != j} k(x_i, x_j) / (m (m - 1)) + sum_{i != j} k(y_i, y_j) / (n (n - 1))
///         - 2 sum_{i, j} k(x_i, y_j) / (m n)
///
/// with the mean of five Gaussian kernels, `k(x, y) = 1/5 sum_s exp(-|x - y|^2 / (2 s v))` for `s`
/// in 1/4, 1/2, 1, 2, 4. `v` is the mean squared distance between two real examples (twice the
/// trace of their covariance, with `count - 1`), so that the scale of the features does not matter.
///
/// 0 on average for a perfect sampler, so it may be negative. NaN where a set has fewer than two
/// examples, or all real ones are equal. Source: Gretton et al., "A kernel two-sample test", 2012,
/// lemma 6; several widths: Li, Swersky and Zemel, arXiv 1502.02761.
package struct MeanDiscrepancyMetric: FeatureMetric {
    package static let identifier = "mmd"
    package static let columns = [
        MetricColumn(
            "mmd", .lowerIsBetter, "squared maximum mean discrepancy, five Gaussian kernels")
    ]

    private let real: FeatureMatrix
    /// `-1 / (2 * 4 v)`: of the widest kernel.
    private let exponent: Double
    private let realMean: Double

    package init(real: FeatureMatrix) {
        self.real = real
        let squares = real.centred(at: real.mean).reduce(0) { $0 + $1 * $1 }
        let meanSquaredDistance = 2 * squares / Double(real.count - 1)
        exponent = real.count > 1 && meanSquaredDistance > 0 ? -1 / (8 * meanSquaredDistance) : .nan
        realMean = Self.meanOfPairs(real, exponent)
    }

    package func values(_ generated: FeatureMatrix) -> [Double] {
        guard generated.count > 1, !exponent.isNaN else { return [.nan] }
        let across =
            Self.sum(real, generated, exponent) / Double(real.count) / Double(generated.count)
        return [realMean + Self.meanOfPairs(generated, exponent) - 2 * across]
    }

    /// The mean of `k` over pairs of different examples: `k` of one and itself is 1.
    private static func meanOfPairs(_ matrix: FeatureMatrix, _ exponent: Double) -> Double {
        let count = Double(matrix.count)
        return (sum(matrix, matrix, exponent) - count) / (count * (count - 1))
    }

    private static func sum(
        _ left: FeatureMatrix, _ right: FeatureMatrix, _ exponent: Double
    ) -> Double {
        var total = 0.0
        FeatureSlabs.squaredDistances(of: left, to: right) { _, distances in
            // Widths are powers of two apart: each kernel is the square of the next wider one.
            total += distances.reduce(0) { sum, distance in
                let widest = exp(exponent * distance)
                let second = widest * widest
                let third = second * second
                let fourth = third * third
                return sum + widest + second + third + fourth + fourth * fourth
            }
        }
        return total / 5
    }
}
