import Kernels
import Testing

@Suite struct OrthogonalMatrixTests {
    private func matrix(_ rows: Int, _ columns: Int, seed: UInt64) -> [Double] {
        var numbers = TestNumbers(seed)
        return numbers.floats(rows * columns).map(Double.init)
    }

    @Test(arguments: [(1, 1), (5, 5), (20, 7), (7, 20), (1, 9), (9, 1), (64, 64)])
    func theShorterSideIsOrthonormal(rows: Int, columns: Int) {
        let q = OrthogonalMatrix.orthonormalize(
            matrix(rows, columns, seed: 1), rows: rows, columns: columns)
        let count = min(rows, columns)
        for i in 0..<count {
            for j in 0..<count {
                var product = 0.0
                for k in 0..<max(rows, columns) {
                    let tall = rows >= columns
                    product +=
                        q[tall ? k * columns + i : i * columns + k]
                        * q[tall ? k * columns + j : j * columns + k]
                }
                #expect(abs(product - (i == j ? 1 : 0)) < 1e-13)
            }
        }
    }

    /// R = Q^T A is upper triangular with a positive diagonal, which makes Q unique.
    @Test func theFactorisationHasAPositiveDiagonal() {
        let (rows, columns) = (12, 5)
        let a = matrix(rows, columns, seed: 2)
        let q = OrthogonalMatrix.orthonormalize(a, rows: rows, columns: columns)
        for i in 0..<columns {
            for j in 0..<columns {
                var r = 0.0
                for k in 0..<rows { r += q[k * columns + i] * a[k * columns + j] }
                if i > j { #expect(abs(r) < 1e-13) }
                if i == j { #expect(r > 0) }
            }
        }
    }

    @Test func aWideMatrixIsTheTransposeOfATallOne() {
        let tall = OrthogonalMatrix.orthonormalize([3, 0, 4, 0, 0, 2], rows: 3, columns: 2)
        let wide = OrthogonalMatrix.orthonormalize([3, 4, 0, 0, 0, 2], rows: 2, columns: 3)
        for row in 0..<3 {
            for column in 0..<2 { #expect(tall[row * 2 + column] == wide[column * 3 + row]) }
        }
        #expect(abs(tall[0] - 0.6) < 1e-15 && abs(tall[2] - 0.8) < 1e-15)
        #expect(abs(tall[5] - 1) < 1e-15)
    }
}
