import Kernels

/// Matrices with an element for each pair of examples, a slab of rows at a time: `n x n` numbers
/// would not fit in memory.
package enum FeatureSlabs {
    /// Elements of a slab: 8 MiB, unless one row is more.
    private static let slabCount = 1 << 20

    /// Up to this many features differences are cheaper than a product.
    private static let narrowWidth = 16

    /// Squared distances below this share of the squared norms are computed from differences.
    private static let cancellation = 1e-6

    /// `d[i, j] = |left_i - right_j|^2`, row by row: `body(i, d[i, ...])`.
    ///
    /// Of many features by `|x|^2 + |y|^2 - 2 x . y`, with differences where that would cancel:
    /// equal examples have distance 0, and others are right to about 9 digits. The last of them may
    /// depend on where two examples stand: who compares such a distance with another one that would
    /// be the same in exact numbers (a bound that an example itself has set) can find either.
    package static func squaredDistances(
        of left: FeatureMatrix, to right: FeatureMatrix,
        _ body: (_ row: Int, _ distances: UnsafeBufferPointer<Double>) -> Void
    ) {
        precondition(left.width == right.width, "features of different kinds")
        let width = left.width
        if width <= narrowWidth { return narrowDistances(of: left, to: right, body) }
        let (leftNorms, rightNorms) = (squaredNorms(left), squaredNorms(right))
        innerProducts(of: left, with: right) { first, rows, slab in
            left.values.withUnsafeBufferPointer { leftValues in
                right.values.withUnsafeBufferPointer { rightValues in
                    for row in 0..<rows {
                        let distances = UnsafeMutableBufferPointer(
                            rebasing: slab[(row * right.count)..<((row + 1) * right.count)])
                        let norm = leftNorms[first + row]
                        let example = leftValues.baseAddress! + (first + row) * width
                        for column in 0..<right.count {
                            let norms = norm + rightNorms[column]
                            let squared = norms - 2 * distances[column]
                            distances[column] =
                                squared > cancellation * norms
                                ? squared
                                : squaredDifference(
                                    example, rightValues.baseAddress! + column * width, width)
                        }
                        body(first + row, UnsafeBufferPointer(distances))
                    }
                }
            }
        }
    }

    /// `p[i, j] = left_i . right_j`: `body(first row, number of rows, p[first..., ...])`; the slab
    /// may be written to.
    package static func innerProducts(
        of left: FeatureMatrix, with right: FeatureMatrix,
        _ body: (_ first: Int, _ rows: Int, _ slab: UnsafeMutableBufferPointer<Double>) -> Void
    ) {
        precondition(left.width == right.width, "features of different kinds")
        guard left.count > 0, right.count > 0 else { return }
        let slabRows = min(left.count, max(1, slabCount / right.count))
        let slab = UnsafeMutableBufferPointer<Double>.allocate(capacity: slabRows * right.count)
        defer { slab.deallocate() }
        left.values.withUnsafeBufferPointer { leftValues in
            right.values.withUnsafeBufferPointer { rightValues in
                for first in stride(from: 0, to: left.count, by: slabRows) {
                    let rows = min(slabRows, left.count - first)
                    MatrixProduct.run(
                        rows: rows, columns: right.count, inner: left.width,
                        left: leftValues.baseAddress! + first * left.width,
                        leftStride: left.width, leftTransposed: false,
                        right: rightValues.baseAddress!, rightStride: left.width,
                        rightTransposed: true, out: slab.baseAddress!, outStride: right.count)
                    body(first, rows, slab)
                }
            }
        }
    }

    /// Feature by feature, so that the inner loop runs along a row of distances.
    private static func narrowDistances(
        of left: FeatureMatrix, to right: FeatureMatrix,
        _ body: (_ row: Int, _ distances: UnsafeBufferPointer<Double>) -> Void
    ) {
        let (width, count) = (right.width, right.count)
        let columns = (0..<width).flatMap { feature in
            (0..<count).map { right.values[$0 * width + feature] }
        }
        var distances = [Double](repeating: 0, count: count)
        distances.withUnsafeMutableBufferPointer { distances in
            columns.withUnsafeBufferPointer { columns in
                for row in 0..<left.count {
                    for feature in 0..<width {
                        let value = left.values[row * width + feature]
                        let column = columns.baseAddress! + feature * count
                        for index in 0..<count {
                            let difference = value - column[index]
                            let sum = feature == 0 ? 0 : distances[index]
                            distances[index] = sum + difference * difference
                        }
                    }
                    body(row, UnsafeBufferPointer(distances))
                }
            }
        }
    }

    private static func squaredNorms(_ matrix: FeatureMatrix) -> [Double] {
        (0..<matrix.count).map { row in
            matrix.values[(row * matrix.width)..<((row + 1) * matrix.width)]
                .reduce(0) { $0 + $1 * $1 }
        }
    }

    private static func squaredDifference(
        _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>, _ width: Int
    ) -> Double {
        var sum = 0.0
        for feature in 0..<width {
            let difference = left[feature] - right[feature]
            sum += difference * difference
        }
        return sum
    }
}
