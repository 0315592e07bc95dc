import Kernels
import Testing

@Suite struct DoubleMatrixProductTests {
    /// Each operand as it is or transposed; rows of what is stored lie apart, and what `out` held
    /// before is not read.
    @Test(arguments: [false, true], [false, true])
    func isTheSumOfProducts(leftTransposed: Bool, rightTransposed: Bool) {
        let (rows, columns, inner) = (5, 4, 7)
        let (leftStride, rightStride) = (9, 11)
        let left = (0..<100).map { Double($0 * 37 % 41) - 20 }
        let right = (0..<100).map { Double($0 * 53 % 47) - 23 }
        var out = [Double](repeating: .nan, count: rows * columns)
        MatrixProduct.run(
            rows: rows, columns: columns, inner: inner,
            left: left, leftStride: leftStride, leftTransposed: leftTransposed,
            right: right, rightStride: rightStride, rightTransposed: rightTransposed,
            out: &out, outStride: columns)
        for row in 0..<rows {
            for column in 0..<columns {
                // Small integers: exact in any order.
                let expected = (0..<inner).reduce(0.0) { sum, index in
                    let a = leftTransposed ? index * leftStride + row : row * leftStride + index
                    let b =
                        rightTransposed
                        ? column * rightStride + index : index * rightStride + column
                    return sum + left[a] * right[b]
                }
                #expect(out[row * columns + column] == expected)
            }
        }
    }
}
