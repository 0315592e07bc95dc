/// Random matrices with orthonormal rows or columns.
package enum OrthogonalMatrix {
    /// Q of the factorisation A = Q R, with the diagonal of R made positive.
    ///
    /// `gaussian` holds the row-major [rows, columns] matrix A of independent normal numbers. If
    /// rows >= columns the columns of the result are orthonormal, otherwise its rows are (the
    /// transpose is factorised). The sign makes the distribution uniform (Mezzadri, "How to
    /// generate random matrices from the classical compact groups", 2007). Householder
    /// reflections in double precision; only exactly rounded operations, so the bits are the same
    /// everywhere.
    package static func orthonormalize(
        _ gaussian: [Double], rows: Int, columns: Int
    ) -> [Double] {
        precondition(gaussian.count == rows * columns, "the matrix is not rows x columns")
        if rows >= columns {
            return orthonormalColumns(gaussian, rows: rows, columns: columns)
        }
        let tall = transposed(gaussian, rows: rows, columns: columns)
        let orthonormal = orthonormalColumns(tall, rows: columns, columns: rows)
        return transposed(orthonormal, rows: columns, columns: rows)
    }

    private static func orthonormalColumns(
        _ matrix: [Double], rows: Int, columns: Int
    ) -> [Double] {
        var remaining = transposed(matrix, rows: rows, columns: columns)  // one row per column
        var reflections: [(start: Int, vector: [Double])] = []
        var signs: [Double] = []
        for column in 0..<columns {
            var vector = Array(remaining[(column * rows + column)..<((column + 1) * rows)])
            let norm = squareSum(vector).squareRoot()
            // R's diagonal entry is -norm for a positive leading element: no cancellation.
            signs.append(vector[0] >= 0 ? -1 : 1)
            vector[0] += vector[0] >= 0 ? norm : -norm
            for later in column..<columns {
                reflect(&remaining, from: later * rows + column, by: vector)
            }
            reflections.append((column, vector))
        }
        return assemble(reflections, signs: signs, rows: rows, columns: columns)
    }

    /// Applies the reflections to the first columns of the identity, last one first.
    private static func assemble(
        _ reflections: [(start: Int, vector: [Double])], signs: [Double], rows: Int, columns: Int
    ) -> [Double] {
        var result = [Double](repeating: 0, count: rows * columns)
        for column in 0..<columns {
            let start = column * rows
            result[start + column] = signs[column]
            for reflection in reflections.prefix(column + 1).reversed() {
                reflect(&result, from: start + reflection.start, by: reflection.vector)
            }
        }
        return transposed(result, rows: columns, columns: rows)
    }

    /// x <- x - 2 v (v . x) / (v . v) on the elements from `start` on.
    private static func reflect(_ values: inout [Double], from start: Int, by vector: [Double]) {
        let length = squareSum(vector)
        guard length > 0 else { return }
        var projection = 0.0
        for i in vector.indices { projection += vector[i] * values[start + i] }
        let factor = 2 * projection / length
        for i in vector.indices { values[start + i] -= factor * vector[i] }
    }

    private static func squareSum(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 }
    }

    private static func transposed(_ matrix: [Double], rows: Int, columns: Int) -> [Double] {
        var result = [Double](repeating: 0, count: rows * columns)
        for row in 0..<rows {
            for column in 0..<columns {
                result[column * rows + row] = matrix[row * columns + column]
            }
        }
        return result
    }
}
