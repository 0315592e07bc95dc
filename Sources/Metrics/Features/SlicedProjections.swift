import Kernels
import Randomness

/// A set of features seen along some directions, ready to be compared with others.
package struct SlicedProjections: Sendable {
    package static let directionCount = 128

    /// Directions of features of this width, uniform on the sphere and always the same:
    /// `[direction, feature]`, normal numbers divided by their length.
    package static func directions(width: Int) -> [Double] {
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
    private let projections: [[Double]]

    /// - Parameter directions: `[direction, feature]`
    package init(_ matrix: FeatureMatrix, on directions: [Double]) {
        let count = directions.count / matrix.width
        var products = [Double](repeating: 0, count: count * matrix.count)
        if matrix.count > 0 {
            MatrixProduct.run(
                rows: count, columns: matrix.count, inner: matrix.width,
                left: directions, leftStride: matrix.width, leftTransposed: false,
                right: matrix.values, rightStride: matrix.width, rightTransposed: true,
                out: &products, outStride: matrix.count)
        }
        projections = (0..<count).map { direction in
            products[(direction * matrix.count)..<((direction + 1) * matrix.count)].sorted()
        }
    }

    /// The mean over directions of the Wasserstein-1 distance between the projections; NaN where a
    /// set is empty.
    ///
    /// - Precondition: both sets were seen along the same directions.
    package func distance(to other: SlicedProjections) -> Double {
        guard !projections[0].isEmpty, !other.projections[0].isEmpty else { return .nan }
        let distances = zip(projections, other.projections).map(Self.distance)
        return distances.reduce(0, +) / Double(distances.count)
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
