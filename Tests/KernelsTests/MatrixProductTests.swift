import Kernels
import Testing

@Suite struct MatrixProductTests {
    static let shapes: [(Int, Int, Int)] = [
        (1, 1, 1), (2, 3, 4), (32, 128, 784), (32, 1, 128), (128, 1, 32), (32, 128, 1),
        (1, 128, 32), (1, 1, 100), (1, 200, 1), (17, 1, 1), (33, 2, 65), (5, 1, 0), (3, 4, 0),
        (0, 4, 3), (1, 65, 3), (7, 1, 63), (64, 64, 64),
        (128, 2, 128), (9, 3, 2100), (33, 4, 1024), (6, 4, 1030),
    ]

    /// Against the sum in double precision; padding between rows stays as it was.
    @Test(arguments: shapes)
    func equalsTheSumOfProducts(rows: Int, columns: Int, inner: Int) {
        LinearAlgebraLibrary.configure()
        for choice in 0..<16 {
            check(
                rows, columns, inner, leftTransposed: choice & 1 != 0,
                rightTransposed: choice & 2 != 0, accumulate: choice & 4 != 0,
                padding: choice & 8 != 0 ? 3 : 0)
        }
    }

    private func check(
        _ rows: Int, _ columns: Int, _ inner: Int, leftTransposed: Bool, rightTransposed: Bool,
        accumulate: Bool, padding: Int
    ) {
        var numbers = TestNumbers(UInt64(rows * 100 + columns * 10 + inner))
        let leftStride = max(leftTransposed ? rows : inner, 1) + padding
        let rightStride = max(rightTransposed ? inner : columns, 1) + padding
        let outStride = max(columns, 1) + padding
        let left = numbers.floats(max(leftTransposed ? inner : rows, 1) * leftStride)
        let right = numbers.floats(max(rightTransposed ? columns : inner, 1) * rightStride)
        let before =
            accumulate
            ? numbers.floats((rows + 1) * outStride)
            : [Float](repeating: .nan, count: (rows + 1) * outStride)
        var out = before
        MatrixProduct.run(
            rows: rows, columns: columns, inner: inner, left: left, leftStride: leftStride,
            leftTransposed: leftTransposed, right: right, rightStride: rightStride,
            rightTransposed: rightTransposed, out: &out, outStride: outStride,
            accumulate: accumulate)
        var wrong = 0
        for row in 0...rows {
            for column in 0..<outStride {
                let (seen, old) = (out[row * outStride + column], before[row * outStride + column])
                guard row < rows && column < columns else {
                    if seen.bitPattern != old.bitPattern { wrong += 1 }
                    continue
                }
                var exact = accumulate ? Double(old) : 0
                for k in 0..<inner {
                    let l = left[leftTransposed ? k * leftStride + row : row * leftStride + k]
                    let r = right[
                        rightTransposed ? column * rightStride + k : k * rightStride + column]
                    exact += Double(l) * Double(r)
                }
                if !(abs(Double(seen) - exact) <= 1e-6 * (10 + 4 * Double(inner))) { wrong += 1 }
            }
        }
        #expect(wrong == 0, "[\(rows), \(columns), \(inner)], padding \(padding)")
    }

    /// The order of addition of a thin product does not depend on the alignment.
    @Test func thinProductsDoNotDependOnTheAlignment() {
        var numbers = TestNumbers(9)
        let (matrix, vector) = (numbers.floats(130 * 40 + 16), numbers.floats(146))
        var results: Set<[Float]> = []
        for offset in 0..<16 {
            let left = Array(repeating: Float(0), count: offset) + matrix.prefix(130 * 40)
            let right = Array(repeating: Float(0), count: offset) + vector.prefix(130)
            var out = [Float](repeating: 0, count: 40)
            left.withUnsafeBufferPointer { left in
                right.withUnsafeBufferPointer { right in
                    MatrixProduct.run(
                        rows: 40, columns: 1, inner: 130, left: left.baseAddress! + offset,
                        leftStride: 130, leftTransposed: false,
                        right: right.baseAddress! + offset, rightStride: 1,
                        rightTransposed: false, out: &out, outStride: 1, accumulate: false)
                }
            }
            results.insert(out)
        }
        #expect(results.count == 1)
    }
}
