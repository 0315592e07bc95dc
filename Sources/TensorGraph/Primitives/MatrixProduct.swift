/// `C = op(A) op(B)` with `op(X) = X` or its transpose, for matrices.
///
/// Both derivatives are matrix products again.
package struct MatrixProduct: Primitive {
    package let transposesLeft: Bool
    package let transposesRight: Bool

    package init(transposesLeft: Bool = false, transposesRight: Bool = false) {
        self.transposesLeft = transposesLeft
        self.transposesRight = transposesRight
    }

    package var name: String {
        "matrix-product " + (transposesLeft ? "T" : "N") + (transposesRight ? "T" : "N")
    }

    package func resultShape(_ operands: [Shape]) -> Shape? {
        guard operands.count == 2, operands.allSatisfy({ $0.rank == 2 }) else { return nil }
        let left = transposesLeft ? operands[0].extents.reversed() : operands[0].extents
        let right = transposesRight ? operands[1].extents.reversed() : operands[1].extents
        return left[1] == right[0] ? [left[0], right[1]] : nil
    }

    package func pullback(_ cotangent: Value, operands: [Value], result: Value) -> [Value?] {
        let (left, right) = (operands[0], operands[1])
        let toLeft =
            transposesLeft
            ? right.matrixProduct(cotangent, transposed: transposesRight, true)
            : cotangent.matrixProduct(right, transposed: false, !transposesRight)
        let toRight =
            transposesRight
            ? cotangent.matrixProduct(left, transposed: true, transposesLeft)
            : left.matrixProduct(cotangent, transposed: !transposesLeft, false)
        return [toLeft, toRight]
    }
}
