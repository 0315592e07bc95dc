import Kernels
import Randomness
import Statistics

/// Kernel inception distance: the unbiased squared maximum mean discrepancy with
/// `k(x, y) = (x . y / width + 1)^3`, averaged over 100 pairs of subsets of `m` examples each:
///
///     sum_{i != j} k(x_i, x_j) / (m (m - 1)) + sum_{i != j} k(y_i, y_j) / (m (m - 1))
///         - 2 sum_{i, j} k(x_i, y_j) / m^2
///
/// `m` is 1,000, or the size of the smaller set where that is less. A subset holds no example
/// twice, and is the same one for sets of the same size. 0 on average for a perfect sampler, so it
/// may be negative. `kid_deviation` is the standard deviation over the subsets, divided by 100, not
/// 99 (as `numpy.std` in torch-fidelity); it is no standard error, since subsets overlap. NaN where
/// a set has fewer than two examples. Source: Bińkowski et al., arXiv 1801.01401.
package struct KernelInceptionMetric: FeatureMetric {
    package static let identifier = "kid"
    package static let columns = [
        MetricColumn("kid", .lowerIsBetter, "kernel distance, cubic kernel, mean over subsets"),
        MetricColumn("kid_deviation", nil, "its standard deviation over the subsets"),
    ]

    /// Its membership in each subset.
    package static let numbersPerExample = subsets

    private static let subsets = 100
    private static let subsetSize = 1000

    private let real: FeatureMatrix
    /// The sums within the real subsets of the largest size.
    private let realSums: (size: Int, values: [Double])

    package init(real: FeatureMatrix) {
        self.real = real
        let size = min(Self.subsetSize, real.count)
        let subsets = Self.draw(size, of: real.count, update: 1)
        realSums = (size, Self.sums(real, subsets, real, subsets, isSame: true))
    }

    package func values(_ generated: FeatureMatrix) -> [Double] {
        let size = min(Self.subsetSize, real.count, generated.count)
        let realSubsets = Self.draw(size, of: real.count, update: 1)
        return values(
            generated, realSubsets: realSubsets,
            generatedSubsets: Self.draw(size, of: generated.count, update: 2),
            realSums: size == realSums.size
                ? realSums.values : Self.sums(real, realSubsets, real, realSubsets, isSame: true))
    }

    /// The same with given subsets, in pairs, all of one size.
    package func values(
        _ generated: FeatureMatrix, realSubsets: [[Int]], generatedSubsets: [[Int]]
    ) -> [Double] {
        values(
            generated, realSubsets: realSubsets, generatedSubsets: generatedSubsets,
            realSums: Self.sums(real, realSubsets, real, realSubsets, isSame: true))
    }

    private func values(
        _ generated: FeatureMatrix, realSubsets: [[Int]], generatedSubsets: [[Int]],
        realSums: [Double]
    ) -> [Double] {
        let size = Double(realSubsets[0].count)
        guard size > 1 else { return [.nan, .nan] }
        let generatedSums = Self.sums(
            generated, generatedSubsets, generated, generatedSubsets, isSame: true)
        let sums = Self.sums(real, realSubsets, generated, generatedSubsets, isSame: false)
        let estimates = sums.indices.map { subset in
            (realSums[subset] + generatedSums[subset]) / (size * (size - 1))
                - 2 * sums[subset] / (size * size)
        }
        let mean = estimates.reduce(0, +) / Double(estimates.count)
        let variance = estimates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return [mean, (variance / Double(estimates.count)).squareRoot()]
    }

    /// By subset, `sum k(x_i, y_j)` over its members; of a set with itself, without `i = j`.
    ///
    /// By the kernel of all examples where subsets overlap so much that this is less work, else by
    /// that of each subset's members.
    private static func sums(
        _ left: FeatureMatrix, _ leftSubsets: [[Int]], _ right: FeatureMatrix,
        _ rightSubsets: [[Int]], isSame: Bool
    ) -> [Double] {
        let (subsets, size) = (leftSubsets.count, leftSubsets[0].count)
        let whole = left.count * right.count * (left.width + subsets)
        guard whole > subsets * size * size * left.width else {
            return overlappingSums(
                (left, Members(leftSubsets, of: left.count)),
                (right, Members(rightSubsets, of: right.count)), isSame: isSame)
        }
        return zip(leftSubsets, rightSubsets).map { leftMembers, rightMembers in
            var sum = 0.0
            kernels(left.rows(leftMembers), right.rows(rightMembers), isSame: isSame) {
                _, _, kernels in
                sum += kernels.reduce(0, +)
            }
            return sum
        }
    }

    /// `k(x_i, y_j)`, a slab of rows at a time; of a set with itself 0 for `i = j`.
    private static func kernels(
        _ left: FeatureMatrix, _ right: FeatureMatrix, isSame: Bool,
        _ body: (_ first: Int, _ rows: Int, _ slab: UnsafeMutableBufferPointer<Double>) -> Void
    ) {
        let count = right.count
        FeatureSlabs.innerProducts(of: left, with: right) { first, rows, slab in
            let kernels = UnsafeMutableBufferPointer(rebasing: slab[..<(rows * count)])
            for index in kernels.indices {
                let base = kernels[index] / Double(left.width) + 1
                kernels[index] = base * base * base
            }
            if isSame {
                for row in 0..<rows { kernels[row * count + first + row] = 0 }
            }
            body(first, rows, kernels)
        }
    }

    /// `[example, subset]`: 1 for the members of a subset, else 0.
    private struct Members {
        let subsetCount: Int
        let values: [Double]

        init(_ subsets: [[Int]], of count: Int) {
            subsetCount = subsets.count
            var values = [Double](repeating: 0, count: count * subsets.count)
            for (subset, members) in subsets.enumerated() {
                for example in members { values[example * subsets.count + subset] = 1 }
            }
            self.values = values
        }
    }

    /// `u^T K v` with the memberships `u`, `v`: the kernel is computed once for all subsets.
    private static func overlappingSums(
        _ left: (features: FeatureMatrix, members: Members),
        _ right: (features: FeatureMatrix, members: Members), isSame: Bool
    ) -> [Double] {
        let (subsets, count) = (left.members.subsetCount, right.features.count)
        var sums = [Double](repeating: 0, count: subsets)
        var weighted: [Double] = []
        kernels(left.features, right.features, isSame: isSame) { first, rows, slab in
            if weighted.isEmpty { weighted = [Double](repeating: 0, count: rows * subsets) }
            MatrixProduct.run(
                rows: rows, columns: subsets, inner: count,
                left: UnsafePointer(slab.baseAddress!), leftStride: count,
                leftTransposed: false, right: right.members.values, rightStride: subsets,
                rightTransposed: false, out: &weighted, outStride: subsets)
            for row in 0..<rows {
                for subset in 0..<subsets {
                    sums[subset] +=
                        left.members.values[(first + row) * subsets + subset]
                        * weighted[row * subsets + subset]
                }
            }
        }
        return sums
    }

    private static func draw(_ size: Int, of count: Int, update: UInt16) -> [[Int]] {
        (0..<subsets).map { subset in
            RandomStream(
                seed: 0, step: UInt32(subset), member: 0, purpose: .evaluationData, update: update
            ).subset(size, of: count)
        }
    }
}
