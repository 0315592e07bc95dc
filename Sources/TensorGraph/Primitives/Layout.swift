/// The same elements, in row-major order, under another shape.
package struct Reshape: Primitive {
    package let shape: Shape

    package var name: String { "reshape" }
    package func resultShape(_ operands: [Shape]) -> Shape? {
        operands.count == 1 && operands[0].elementCount == shape.elementCount ? shape : nil
    }
    package func pullback(_ cotangent: Value, operands: [Value], result: Value) -> [Value?] {
        [cotangent.reshaped(operands[0].shape)]
    }
}

/// Axis `i` of the result is axis `permutation[i]` of the operand.
package struct Transpose: Primitive {
    package let permutation: [Int]

    package var name: String { "transpose \(permutation)" }
    package func resultShape(_ operands: [Shape]) -> Shape? {
        guard operands.count == 1, permutation.sorted() == Array(0..<operands[0].rank) else {
            return nil
        }
        return Shape(permutation.map { operands[0][$0] })
    }
    package func pullback(_ cotangent: Value, operands: [Value], result: Value) -> [Value?] {
        var inverse = permutation
        for (axis, source) in permutation.enumerated() { inverse[source] = axis }
        return [cotangent.transposed(inverse)]
    }
}

/// The operand repeated along new leading axes and along its axes of extent 1.
package struct Broadcast: Primitive {
    package let shape: Shape

    package var name: String { "broadcast" }
    package func resultShape(_ operands: [Shape]) -> Shape? {
        operands.count == 1 && operands[0].broadcast(with: shape) == shape ? shape : nil
    }

    /// The sum over the axes along which the operand was repeated.
    package func pullback(_ cotangent: Value, operands: [Value], result: Value) -> [Value?] {
        let source = operands[0].shape
        let padded = source.leftPadded(toRank: shape.rank)
        let axes = (0..<shape.rank).filter { padded[$0] == 1 && shape[$0] != 1 }
        return [cotangent.sum(axes: axes).reshaped(source)]
    }
}

/// The box of `extents` elements per axis that begins at `starts`.
package struct Slice: Primitive {
    package let starts: [Int]
    package let extents: [Int]

    package var name: String { "slice from \(starts)" }
    package func resultShape(_ operands: [Shape]) -> Shape? {
        guard operands.count == 1, starts.count == operands[0].rank,
            extents.count == starts.count
        else { return nil }
        for axis in starts.indices
        where starts[axis] < 0 || extents[axis] < 1
            || starts[axis] + extents[axis] > operands[0][axis]
        {
            return nil
        }
        return Shape(extents)
    }
    package func pullback(_ cotangent: Value, operands: [Value], result: Value) -> [Value?] {
        [cotangent.padded(to: operands[0].shape, at: starts)]
    }
}

/// Zeros of `shape`, with the operand in the box that begins at `starts`.
package struct Pad: Primitive {
    package let shape: Shape
    package let starts: [Int]

    package var name: String { "pad at \(starts)" }
    package func resultShape(_ operands: [Shape]) -> Shape? {
        guard operands.count == 1, starts.count == shape.rank,
            operands[0].rank == shape.rank
        else { return nil }
        let fits = starts.indices.allSatisfy {
            starts[$0] >= 0 && starts[$0] + operands[0][$0] <= shape[$0]
        }
        return fits ? shape : nil
    }
    package func pullback(_ cotangent: Value, operands: [Value], result: Value) -> [Value?] {
        [cotangent.sliced(from: starts, extents: operands[0].shape.extents)]
    }
}

/// The operands one after another along `axis`.
package struct Concatenate: Primitive {
    package let axis: Int

    package var name: String { "concatenate along \(axis)" }
    package func resultShape(_ operands: [Shape]) -> Shape? {
        guard let first = operands.first, axis >= 0, axis < first.rank else { return nil }
        var extents = first.extents
        extents[axis] = 0
        for shape in operands {
            guard shape.rank == first.rank else { return nil }
            for other in extents.indices where other != axis && shape[other] != first[other] {
                return nil
            }
            extents[axis] += shape[axis]
        }
        return Shape(extents)
    }
    package func pullback(_ cotangent: Value, operands: [Value], result: Value) -> [Value?] {
        var starts = [Int](repeating: 0, count: result.shape.rank)
        return operands.map { operand in
            defer { starts[axis] += operand.shape[axis] }
            return cotangent.sliced(from: starts, extents: operand.shape.extents)
        }
    }
}
