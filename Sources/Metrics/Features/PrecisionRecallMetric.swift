import Statistics

/// Improved precision and recall, with `k = 3`:
///
///     precision = share of generated y with |y - x| <= r(x) for some real x
///     recall    = share of real x      with |x - y| <= r(y) for some generated y
///
/// `r` is the distance of an example to its third nearest other example of its own set; the example
/// itself does not count (some codes include it and call the same radius `k = 4`). The bound itself
/// counts as inside, unlike in `density-coverage`. NaN where a set has no more than three examples.
/// Source: Kynkäänniemi et al., arXiv 1904.06991.
package struct PrecisionRecallMetric: FeatureMetric {
    package static let identifier = "precision-recall"
    package static let columns = [
        MetricColumn(
            "precision", .higherIsBetter, "share of generated examples near real ones (k = 3)"),
        MetricColumn(
            "recall", .higherIsBetter, "share of real examples near generated ones (k = 3)"),
    ]

    private static let rank = 3
    private let real: FeatureMatrix
    private let realRadii: [Double]

    package init(real: FeatureMatrix) {
        self.real = real
        realRadii = NearestNeighbors.squaredRadii(real, rank: Self.rank)
    }

    package func values(_ generated: FeatureMatrix) -> [Double] {
        guard min(real.count, generated.count) > Self.rank else { return [.nan, .nan] }
        let radii = NearestNeighbors.squaredRadii(generated, rank: Self.rank)
        var isPrecise = [Bool](repeating: false, count: generated.count)
        var recalled = 0
        FeatureSlabs.squaredDistances(of: real, to: generated) { row, distances in
            let bound = realRadii[row]
            var isRecalled = false
            for (column, distance) in distances.enumerated() {
                if distance <= bound { isPrecise[column] = true }
                if distance <= radii[column] { isRecalled = true }
            }
            if isRecalled { recalled += 1 }
        }
        let precise = isPrecise.count { $0 }
        return [Double(precise) / Double(generated.count), Double(recalled) / Double(real.count)]
    }
}
