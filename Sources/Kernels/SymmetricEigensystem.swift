import COpenBLAS

/// `A = sum_i values[i] v_i v_i^T` of a symmetric matrix `A`, with orthonormal `v_i`.
///
/// LAPACK's `dsyevd`, divide and conquer in double precision.
package struct SymmetricEigensystem: Sendable {
    /// In ascending order.
    package let values: [Double]

    /// `[value, component]`: row `i` is `v_i`.
    package let vectors: [Double]

    /// Nil where an element is not finite, or the algorithm does not converge.
    ///
    /// - Parameter matrix: `[order, order]`; the lower triangle is read.
    package init?(_ matrix: [Double], order: Int) {
        precondition(matrix.count == order * order, "the matrix is not order x order")
        guard order > 0, matrix.allSatisfy(\.isFinite) else { return nil }
        var vectors = matrix
        var values = [Double](repeating: 0, count: order)
        var wanted = 0.0
        var wantedIntegers: Int32 = 0
        // With counts of -1 it says how much memory it works fastest with.
        guard Self.solve(&vectors, &values, order, &wanted, -1, &wantedIntegers, -1) else {
            return nil
        }
        var work = [Double](repeating: 0, count: Int(wanted))
        var integers = [Int32](repeating: 0, count: Int(wantedIntegers))
        guard
            Self.solve(
                &vectors, &values, order, &work, Int32(work.count), &integers,
                Int32(integers.count))
        else { return nil }
        self.values = values
        self.vectors = vectors
    }

    /// LAPACK sees columns where there are rows: its lower triangle is the upper one here.
    private static func solve(
        _ matrix: UnsafeMutablePointer<Double>, _ values: UnsafeMutablePointer<Double>,
        _ order: Int, _ work: UnsafeMutablePointer<Double>, _ workCount: Int32,
        _ integers: UnsafeMutablePointer<Int32>, _ integerCount: Int32
    ) -> Bool {
        let size = Int32(order)
        var status: Int32 = 0
        withUnsafePointer(to: size) { size in
            dsyevd_(
                "V", "U", size, matrix, size, values, work, [workCount], integers,
                [integerCount], &status, 1, 1)
        }
        return status == 0
    }
}
