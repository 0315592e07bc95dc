import CKernels
import COpenBLAS

/// Products of row-major matrices.
package enum MatrixProduct {
    /// out = op(left) op(right), or out + op(left) op(right) if `accumulate`.
    ///
    /// op(left) is [rows, inner], op(right) is [inner, columns] and out is [rows, columns]; op
    /// transposes what is stored if asked. A stride is the distance in elements between stored
    /// rows. `out` overlaps neither operand; without `accumulate` its old content is not read.
    ///
    /// Extents of one, and up to four columns of what is stored, have loops of their own with a
    /// fixed order of addition; everything else is `sgemm`, whose bits depend on the kernel family
    /// and on the extents, not on the alignment.
    @inline(__always)
    package static func run(
        rows: Int, columns: Int, inner: Int,
        left: UnsafePointer<Float>, leftStride: Int, leftTransposed: Bool,
        right: UnsafePointer<Float>, rightStride: Int, rightTransposed: Bool,
        out: UnsafeMutablePointer<Float>, outStride: Int, accumulate: Bool
    ) {
        if rows == 1 || columns == 1 || inner == 1 {
            let wasRun = runThin(
                rows: rows, columns: columns, inner: inner,
                left: left, leftStride: leftStride, leftTransposed: leftTransposed,
                right: right, rightStride: rightStride, rightTransposed: rightTransposed,
                out: out, outStride: outStride, accumulate: accumulate)
            if wasRun { return }
        } else if columns <= 4 && !leftTransposed && !rightTransposed {
            // OpenBLAS 0.3.21 allocates memory for such a product.
            qk_matrix_times_narrow(
                out, outStride, left, rows, inner, leftStride, right, columns, rightStride,
                accumulate)
            return
        }
        cblas_sgemm(
            CblasRowMajor, leftTransposed ? CblasTrans : CblasNoTrans,
            rightTransposed ? CblasTrans : CblasNoTrans,
            Int32(truncatingIfNeeded: rows), Int32(truncatingIfNeeded: columns),
            Int32(truncatingIfNeeded: inner), 1, left, Int32(truncatingIfNeeded: leftStride),
            right, Int32(truncatingIfNeeded: rightStride), accumulate ? 1 : 0,
            out, Int32(truncatingIfNeeded: outStride))
    }

    /// A product with an extent of one; false if a needed vector is not contiguous in memory.
    @usableFromInline
    static func runThin(
        rows: Int, columns: Int, inner: Int,
        left: UnsafePointer<Float>, leftStride: Int, leftTransposed: Bool,
        right: UnsafePointer<Float>, rightStride: Int, rightTransposed: Bool,
        out: UnsafeMutablePointer<Float>, outStride: Int, accumulate: Bool
    ) -> Bool {
        // The distance between neighbours along the inner axis, and along the outer one.
        let leftInnerStride = leftTransposed ? leftStride : 1
        let rightInnerStride = rightTransposed ? 1 : rightStride
        if columns == 1 && !leftTransposed && (rightInnerStride == 1 || inner == 1) {
            qk_matrix_times_vector(
                out, outStride, left, rows, inner, leftStride, right, accumulate)
            return true
        }
        if columns == 1 && leftTransposed && (outStride == 1 || rows == 1) {
            qk_vector_times_matrix(
                out, right, rightInnerStride, left, inner, rows, leftStride, accumulate)
            return true
        }
        if rows == 1 && !rightTransposed {
            qk_vector_times_matrix(
                out, left, leftInnerStride, right, inner, columns, rightStride, accumulate)
            return true
        }
        if rows == 1 && rightTransposed && (leftInnerStride == 1 || inner == 1) {
            qk_matrix_times_vector(
                out, 1, right, columns, inner, rightStride, left, accumulate)
            return true
        }
        if inner == 1 && (!rightTransposed || rightStride == 1) {
            qk_outer_product(
                out, outStride, left, rows, leftTransposed ? 1 : leftStride, right, columns,
                accumulate)
            return true
        }
        return false
    }
}
