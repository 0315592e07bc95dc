import Statistics

/// `sliced_wasserstein = mean over directions u of W(x . u, y . u)`, in the units of the features,
/// with the Wasserstein-1 distance `W` of the projections, `integral |F^-1(t) - G^-1(t)| dt`.
///
/// 128 directions, uniform on the sphere, the same in every evaluation. Sets of different sizes are
/// compared exactly, as by `scipy.stats.wasserstein_distance`. For a shift of given length it is
/// about `0.8 / sqrt(width)` of it: compare sets of the same features only. A perfect sampler has
/// more than 0. NaN where a set is empty. Source: Rabin et al., "Wasserstein barycenter
/// and its application to texture mixing", 2011.
package struct SlicedWassersteinMetric: FeatureMetric {
    package static let identifier = "sliced-wasserstein"
    package static let columns = [
        MetricColumn(
            "sliced_wasserstein", .lowerIsBetter,
            "mean Wasserstein-1 distance of 128 projections (units of the features)")
    ]

    /// Its projections, and the same in order.
    package static let numbersPerExample = 2 * SlicedProjections.directionCount

    private let directions: [Double]
    private let real: SlicedProjections

    package init(real: FeatureMatrix) {
        self.init(real: real, directions: SlicedProjections.directions(width: real.width))
    }

    /// - Parameter directions: `[direction, feature]`
    package init(real: FeatureMatrix, directions: [Double]) {
        self.directions = directions
        self.real = SlicedProjections(real, on: directions)
    }

    package func values(_ generated: FeatureMatrix) -> [Double] {
        [real.distance(to: SlicedProjections(generated, on: directions))]
    }
}
