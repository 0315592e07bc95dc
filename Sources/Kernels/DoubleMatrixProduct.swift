import COpenBLAS

extension MatrixProduct {
    /// out = op(left) op(right) in double precision, by `dgemm`: for measurements, whose sums of
    /// many examples lose too much in `Float`. Arguments as those of the product of `Float`.
    package static func run(
        rows: Int, columns: Int, inner: Int,
        left: UnsafePointer<Double>, leftStride: Int, leftTransposed: Bool,
        right: UnsafePointer<Double>, rightStride: Int, rightTransposed: Bool,
        out: UnsafeMutablePointer<Double>, outStride: Int
    ) {
        cblas_dgemm(
            CblasRowMajor, leftTransposed ? CblasTrans : CblasNoTrans,
            rightTransposed ? CblasTrans : CblasNoTrans, Int32(rows), Int32(columns),
            Int32(inner), 1, left, Int32(leftStride), right, Int32(rightStride), 0, out,
            Int32(outStride))
    }
}
