/// Whether samples are copies of the real examples they are compared with.
///
///     authenticity           = share of generated y with |y - x| > d(x), x the nearest real to y
///     nearest_distance_ratio = median over y of |y - x|  /  median over x of d(x)
///
/// `d(x)` is the distance of a real example to its nearest other one. A copy is not authentic and
/// has distance 0. A perfect sampler has a ratio of about 1, and an authenticity that depends on
/// the data: 1/3 for numbers, 0.38 for points of a plane, 0.6 for normal ones of 10 dimensions, 0.8
/// of 50. So compare with that of real examples in place of samples, which stands beside it. More
/// is no better: noise is far from everything. It sees only the real examples it is given; set
/// `evaluate.real_samples` to all. NaN where there are fewer than two real or no generated
/// examples; the ratio of equal real examples is infinite or NaN. Source: Alaa et al., arXiv
/// 2102.08921.
package struct MemorizationMetric: FeatureMetric {
    package static let identifier = "memorization"
    package static let columns = [
        MetricColumn(
            "authenticity", nil,
            "share of generated examples that are no near copies of a real one"),
        MetricColumn(
            "nearest_distance_ratio", nil,
            "median distance of generated to real examples, relative to real to real"),
    ]

    private let real: FeatureMatrix
    private let realNearest: [Double]

    package init(real: FeatureMatrix) {
        self.real = real
        realNearest = NearestNeighbors.squaredRadii(real, rank: 1)
    }

    package func values(_ generated: FeatureMatrix) -> [Double] {
        guard real.count > 1, generated.count > 0 else { return [.nan, .nan] }
        let nearest = NearestNeighbors.nearest(of: generated, in: real)
        let authentic = nearest.count { $0.squaredDistance > realNearest[$0.index] }
        let ratio =
            Self.median(nearest.map { $0.squaredDistance.squareRoot() })
            / Self.median(realNearest.map { $0.squareRoot() })
        return [Double(authentic) / Double(generated.count), ratio]
    }

    /// Of an even number, the mean of the middle two.
    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
