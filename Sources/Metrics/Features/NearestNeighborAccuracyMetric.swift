/// Leave-one-out accuracy of the 1-nearest-neighbour classifier that tells real examples from
/// generated ones, with as many of each: the first of the larger set.
///
/// About 1/2 where both come from one distribution; 1 where they are told apart; near 0 where the
/// generated ones are copies. So neither more nor less is better: read the two halves. The halves
/// are the accuracies among the real and among the generated examples; a collapsed generator has
/// much in the second and less in the first. Where the nearest own and the nearest other example
/// are equally near, the answer counts half. NaN where a set has fewer than two examples. Source:
/// Lopez-Paz and Oquab, arXiv 1610.06545; the halves: Xu et al., arXiv 1806.07755.
package struct NearestNeighborAccuracyMetric: FeatureMetric {
    package static let identifier = "nearest-neighbor-accuracy"
    package static let columns = [
        MetricColumn(
            "nearest_neighbor_accuracy", nil,
            "leave-one-out accuracy of telling real from generated; 0.5 is ideal"),
        MetricColumn(
            "nearest_neighbor_accuracy_real", nil, "the same among the real examples"),
        MetricColumn(
            "nearest_neighbor_accuracy_generated", nil, "the same among the generated examples"),
    ]

    private let real: FeatureMatrix
    /// Squared distances to the nearest other real example.
    private let realNearest: [Double]

    package init(real: FeatureMatrix) {
        self.real = real
        realNearest = NearestNeighbors.squaredRadii(real, rank: 1)
    }

    package func values(_ generated: FeatureMatrix) -> [Double] {
        let count = min(real.count, generated.count)
        guard count > 1 else { return [.nan, .nan, .nan] }
        let realOwn =
            count == real.count
            ? realNearest : NearestNeighbors.squaredRadii(real.prefix(count), rank: 1)
        let (real, generated) = (real.prefix(count), generated.prefix(count))
        let generatedOwn = NearestNeighbors.squaredRadii(generated, rank: 1)
        var generatedOther = [Double](repeating: .infinity, count: count)
        var realCorrect = 0.0
        FeatureSlabs.squaredDistances(of: real, to: generated) { row, distances in
            var least = Double.infinity
            for (column, distance) in distances.enumerated() {
                least = min(least, distance)
                generatedOther[column] = min(generatedOther[column], distance)
            }
            realCorrect += Self.correctness(own: realOwn[row], other: least)
        }
        let generatedCorrect = zip(generatedOwn, generatedOther).reduce(0) { sum, pair in
            sum + Self.correctness(own: pair.0, other: pair.1)
        }
        let accuracies = (realCorrect / Double(count), generatedCorrect / Double(count))
        return [(accuracies.0 + accuracies.1) / 2, accuracies.0, accuracies.1]
    }

    private static func correctness(own: Double, other: Double) -> Double {
        own < other ? 1 : own == other ? 0.5 : 0
    }
}
