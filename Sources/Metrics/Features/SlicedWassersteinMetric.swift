import Foundation
import Kernels
import Randomness
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

    private static let directionCount = 128

    private let directions: [Double]
    private let realProjections: [[Double]]

    package init(real: FeatureMatrix) {
        self.init(real: real, directions: Self.directions(width: real.width))
    }

    /// - Parameter directions: `[direction, feature]`
    package init(real: FeatureMatrix, directions: [Double]) {
        self.directions = directions
        realProjections = Self.sortedProjections(of: real, on: directions)
    }

    package func values(_ generated: FeatureMatrix) -> [Double] {
        guard generated.count > 0, !realProjections[0].isEmpty else { return [.nan] }
        let distances = zip(
            realProjections, Self.sortedProjections(of: generated, on: directions)
        ).map(Self.distance)
        return [distances.reduce(0, +) / Double(distances.count)]
    }

    /// Normal numbers divided by their length: `[direction, feature]`.
    private static func directions(width: Int) -> [Double] {
        (0..<directionCount).flatMap { direction in
            let stream = RandomStream(
                seed: 0, step: UInt32(direction), member: 0, purpose: .evaluationData, update: 3)
            var normals = [Float](repeating: 0, count: width)
            normals.withUnsafeMutableBufferPointer { stream.fillNormal($0) }
            let length = normals.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
            return normals.map { Double($0) / length }
        }
    }

    /// By direction, in ascending order.
    private static func sortedProjections(
        of matrix: FeatureMatrix, on directions: [Double]
    ) -> [[Double]] {
        let count = directions.count / matrix.width
        var projections = [Double](repeating: 0, count: count * matrix.count)
        if matrix.count > 0 {
            MatrixProduct.run(
                rows: count, columns: matrix.count, inner: matrix.width,
                left: directions, leftStride: matrix.width, leftTransposed: false,
                right: matrix.values, rightStride: matrix.width, rightTransposed: true,
                out: &projections, outStride: matrix.count)
        }
        return (0..<count).map { direction in
            projections[(direction * matrix.count)..<((direction + 1) * matrix.count)].sorted()
        }
    }

    /// `W` of two ascending samples: example `i` of `n` covers the quantiles `i / n ... (i + 1) /
    /// n`, counted in units of `1 / (n m)` so that nothing is rounded.
    private static func distance(_ left: [Double], _ right: [Double]) -> Double {
        var (leftIndex, rightIndex, sum) = (0, 0, 0.0)
        var (leftMass, rightMass) = (right.count, left.count)
        while leftIndex < left.count {
            let mass = min(leftMass, rightMass)
            sum += Double(mass) * abs(left[leftIndex] - right[rightIndex])
            leftMass -= mass
            rightMass -= mass
            if leftMass == 0 { (leftIndex, leftMass) = (leftIndex + 1, right.count) }
            if rightMass == 0 { (rightIndex, rightMass) = (rightIndex + 1, left.count) }
        }
        return sum / Double(left.count) / Double(right.count)
    }
}
