import Kernels

/// One step of a plan: plain numbers, no references, so that running it costs no counting.
package enum Instruction: BitwiseCopyable {
    case product(ProductInstruction)
    case convolution(ConvolutionInstruction)
    case filterTiling(FilterTilingInstruction)
    case shift(ShiftInstruction)
    case loop(LoopInstruction)
    case sum(SumInstruction)
    case copy(CopyInstruction)
    case fill(FillInstruction)

    /// The word that reports show.
    package var name: String {
        switch self {
        case .product: "matrix-product"
        case .convolution(let convolution): convolution.name
        case .filterTiling: "filter-tiling"
        case .shift: "shift"
        case .loop: "elementwise"
        case .sum: "sum"
        case .copy: "copy"
        case .fill: "fill"
        }
    }
}

/// `result = op(left) op(right)`, row-major, for `count` matrices one behind the other.
package struct ProductInstruction: BitwiseCopyable {
    let count: Int32
    let rows: Int32
    let columns: Int32
    let inner: Int32
    let transposesLeft: Bool
    let transposesRight: Bool
    let left: Location
    let right: Location
    let result: Location

    @inline(__always)
    func run(_ bases: MemoryBases) {
        let (rows, columns, inner) = (Int(rows), Int(columns), Int(inner))
        for index in 0..<Int(count) {
            Kernels.MatrixProduct.run(
                rows: rows, columns: columns, inner: inner,
                left: left.pointer(bases) + index * rows * inner,
                leftStride: transposesLeft ? rows : inner, leftTransposed: transposesLeft,
                right: right.pointer(bases) + index * inner * columns,
                rightStride: transposesRight ? inner : columns, rightTransposed: transposesRight,
                out: result.pointer(bases) + index * rows * columns, outStride: columns,
                accumulate: false)
        }
    }
}

/// Program `program` of the plan over the operands from `firstOperand` on: inputs, then outputs.
package struct LoopInstruction: BitwiseCopyable {
    let program: Int32
    let firstOperand: Int32
    let inputCount: Int32
    let outputCount: Int32
}

/// The sum over the middle axis of `[outer, axis, inner]`.
package struct SumInstruction: BitwiseCopyable {
    let outer: Int32
    let axis: Int32
    let inner: Int32
    let operand: Location
    let result: Location
}

/// A copy between two strided boxes of four axes; a stride of 0 repeats.
package struct CopyInstruction: BitwiseCopyable {
    let extents: (Int32, Int32, Int32, Int32)
    let operandStrides: (Int32, Int32, Int32, Int32)
    let resultStrides: (Int32, Int32, Int32, Int32)
    let operand: Location
    let result: Location
}

/// `count` times `value`.
package struct FillInstruction: BitwiseCopyable {
    let count: Int32
    let value: Float
    let result: Location
}
