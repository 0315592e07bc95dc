import TensorGraph

/// A primitive that becomes instructions of its own.
///
/// Elementwise primitives are lowered together, as loops; inputs, constants and reshapes need
/// no instruction.
protocol Lowerable: Primitive {
    /// Floats of memory that the instructions need besides operands and result.
    func scratchCount(operands: [Shape], shape: Shape) -> Int

    /// - Parameter scratch: nil where none is needed.
    func lowered(
        operands: [LoweredOperand], shape: Shape, result: Location, scratch: Location?
    ) -> [Instruction]
}

extension Lowerable {
    func scratchCount(operands: [Shape], shape: Shape) -> Int { 0 }
}

typealias LoweredOperand = (shape: Shape, location: Location)

extension MatrixProduct: Lowerable {
    func lowered(
        operands: [LoweredOperand], shape: Shape, result: Location, scratch: Location?
    ) -> [Instruction] {
        let matrix = operands[0].shape.extents.suffix(2)
        let inner = transposesLeft ? matrix.first! : matrix.last!
        return [
            .product(
                ProductInstruction(
                    count: Int32(shape.rank == 3 ? shape[0] : 1),
                    rows: Int32(shape[shape.rank - 2]),
                    columns: Int32(shape[shape.rank - 1]), inner: Int32(inner),
                    transposesLeft: transposesLeft, transposesRight: transposesRight,
                    left: operands[0].location, right: operands[1].location, result: result))
        ]
    }
}

extension Sum: Lowerable {
    /// The axes must be neighbours (of extent above 1): a pass splits others.
    func lowered(
        operands: [LoweredOperand], shape: Shape, result: Location, scratch: Location?
    ) -> [Instruction] {
        let extents = operands[0].shape.extents
        let significant = axes.filter { extents[$0] > 1 }.sorted()
        let first = significant.first ?? 0
        let end = (significant.last ?? -1) + 1
        let axis = extents[first..<max(end, first)].reduce(1, *)
        return [
            .sum(
                SumInstruction(
                    outer: Int32(extents[..<first].reduce(1, *)), axis: Int32(axis),
                    inner: Int32(extents[max(end, first)...].reduce(1, *)),
                    operand: operands[0].location, result: result))
        ]
    }
}

extension CopyInstruction {
    /// A copy of a box of `extents`; axes are padded on the left to four.
    init(
        extents: [Int], from operand: Location, strides operandStrides: [Int],
        to result: Location, strides resultStrides: [Int]
    ) {
        func four(_ values: [Int], _ filler: Int32) -> (Int32, Int32, Int32, Int32) {
            let all = [Int32](repeating: filler, count: 4 - values.count) + values.map(Int32.init)
            return (all[0], all[1], all[2], all[3])
        }
        self.init(
            extents: four(extents, 1), operandStrides: four(operandStrides, 0),
            resultStrides: four(resultStrides, 0), operand: operand, result: result)
    }
}

extension Location {
    func advanced(by count: Int) -> Location {
        Location(slot: Int(slot), offset: Int(offset) + count)
    }
}

extension Transpose: Lowerable {
    func lowered(
        operands: [LoweredOperand], shape: Shape, result: Location, scratch: Location?
    ) -> [Instruction] {
        let strides = operands[0].shape.strides
        return [
            .copy(
                CopyInstruction(
                    extents: shape.extents, from: operands[0].location,
                    strides: permutation.map { strides[$0] }, to: result, strides: shape.strides))
        ]
    }
}

extension Broadcast: Lowerable {
    func lowered(
        operands: [LoweredOperand], shape: Shape, result: Location, scratch: Location?
    ) -> [Instruction] {
        let padded = Shape(operands[0].shape.leftPadded(toRank: shape.rank))
        let strides = zip(padded.extents, padded.strides).map { $0 == 1 ? 0 : $1 }
        return [
            .copy(
                CopyInstruction(
                    extents: shape.extents, from: operands[0].location, strides: strides,
                    to: result, strides: shape.strides))
        ]
    }
}

extension Slice: Lowerable {
    func lowered(
        operands: [LoweredOperand], shape: Shape, result: Location, scratch: Location?
    ) -> [Instruction] {
        let strides = operands[0].shape.strides
        let start = zip(starts, strides).map(*).reduce(0, +)
        return [
            .copy(
                CopyInstruction(
                    extents: extents, from: operands[0].location.advanced(by: start),
                    strides: strides, to: result, strides: shape.strides))
        ]
    }
}

extension Pad: Lowerable {
    func lowered(
        operands: [LoweredOperand], shape: Shape, result: Location, scratch: Location?
    ) -> [Instruction] {
        let start = zip(starts, shape.strides).map(*).reduce(0, +)
        return [
            .fill(
                FillInstruction(count: Int32(shape.elementCount), value: 0, result: result)),
            .copy(
                CopyInstruction(
                    extents: operands[0].shape.extents, from: operands[0].location,
                    strides: operands[0].shape.strides, to: result.advanced(by: start),
                    strides: shape.strides)),
        ]
    }
}

extension Concatenate: Lowerable {
    func lowered(
        operands: [LoweredOperand], shape: Shape, result: Location, scratch: Location?
    ) -> [Instruction] {
        var start = 0
        return operands.compactMap { operand in
            let place = result.advanced(by: start * shape.strides[axis])
            start += operand.shape[axis]
            // The operand was computed in its place.
            if place == operand.location { return nil }
            return .copy(
                CopyInstruction(
                    extents: operand.shape.extents, from: operand.location,
                    strides: operand.shape.strides, to: place, strides: shape.strides))
        }
    }
}
