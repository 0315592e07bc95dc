import Statistics

/// Density and coverage, with `k = 5`, of `N` real `x` and `M` generated `y`:
///
///     density  = 1 / (k M) sum_j #{i : |x_i - y_j| < r(x_i)}
///     coverage = 1 / N #{i : |x_i - y_j| < r(x_i) for some j}
///
/// `r` is the distance of a real example to its fifth nearest other real one; the example itself
/// does not count, nor does the bound itself. Density is about 1 for a perfect sampler and may be
/// more; coverage is about `1 - 2^-5 = 0.97` where `N = M`. Equal sets: density `1`, as each ball
/// holds its centre and 4 others, and coverage 1. NaN where there are no more than five real
/// examples or no generated ones. Source: Naeem et al., arXiv 2002.09797.
package struct DensityCoverageMetric: FeatureMetric {
    package static let identifier = "density-coverage"
    package static let columns = [
        MetricColumn(
            "density", .higherIsBetter,
            "real neighbourhoods around a generated example, relative to k = 5"),
        MetricColumn(
            "coverage", .higherIsBetter,
            "share of real examples with a generated one in their neighbourhood (k = 5)"),
    ]

    private static let rank = 5
    private let real: FeatureMatrix
    private let realRadii: [Double]

    package init(real: FeatureMatrix) {
        self.real = real
        realRadii = NearestNeighbors.squaredRadii(real, rank: Self.rank)
    }

    package func values(_ generated: FeatureMatrix) -> [Double] {
        guard real.count > Self.rank, generated.count > 0 else { return [.nan, .nan] }
        var inside = 0
        var covered = 0
        FeatureSlabs.squaredDistances(of: real, to: generated) { row, distances in
            let bound = realRadii[row]
            let count = distances.reduce(0) { $1 < bound ? $0 + 1 : $0 }
            inside += count
            if count > 0 { covered += 1 }
        }
        return [
            Double(inside) / Double(Self.rank * generated.count),
            Double(covered) / Double(real.count),
        ]
    }
}
