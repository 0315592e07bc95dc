/// `C = op(A) op(B)` with `op(X) = X` or its transpose, for matrices, or for as many matrices as
/// the first of three axes has places: each with its own.
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
        guard operands.count == 2, operands[0].rank == operands[1].rank,
            (2...3).contains(operands[0].rank)
        else { return nil }
        let count = operands[0].extents.dropLast(2)
        var (left, right) = (operands[0].extents.suffix(2), operands[1].extents.suffix(2))
        if transposesLeft { left.reverse() }
        if transposesRight { right.reverse() }
        guard count == operands[1].extents.dropLast(2), left.last == right.first else { return nil }
        return Shape(count + [left.first!, right.last!])
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
