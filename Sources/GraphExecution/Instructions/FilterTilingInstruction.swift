import Kernels
import TensorGraph

/// Filters made ready for convolutions by tiles.
package struct FilterTilingInstruction: BitwiseCopyable {
    let tiling: FilterTiling
    let filters: Location
    let result: Location

    @inline(__always)
    func run(_ bases: MemoryBases) {
        tiling.run(filters: filters.pointer(bases), result: result.pointer(bases))
    }
}

/// The transformed filters `[floats]` of filters `[height, width, channels in, channels out]`.
///
/// Made by a pass: graphs are differentiated before there are any.
struct TiledFilters: Primitive {
    /// The first of the convolutions that multiply with them, with the shapes of its operands.
    let use: TiledConvolutionUse

    /// What the transform depends on: uses that agree in it share its result.
    private var identity: [Int] {
        let geometry = use.geometry
        return [geometry.kernel.height, geometry.kernel.width, geometry.stride.height]
    }

    var name: String { "filter-tiling \(use.geometry.kernel)" }

    static func == (left: TiledFilters, right: TiledFilters) -> Bool {
        left.identity == right.identity
    }

    func hash(into hasher: inout Hasher) { hasher.combine(identity) }

    func resultShape(_ operands: [Shape]) -> Shape? {
        operands == [use.filters] ? [use.tiling.resultCount] : nil
    }

    func pullback(_ cotangent: Value, operands: [Value], result: Value) -> [Value?] { [nil] }
}

extension TiledFilters: Lowerable {
    func lowered(
        operands: [LoweredOperand], shape: Shape, result: Location, scratch: Location?
    ) -> [Instruction] {
        [
            .filterTiling(
                FilterTilingInstruction(
                    tiling: use.tiling, filters: operands[0].location, result: result))
        ]
    }
}

/// A convolution or its input gradient with filters that are transformed already.
struct TiledConvolutionUse: Primitive {
    let kind: ConvolutionInstruction.Kind
    let geometry: ConvolutionGeometry
    /// Images of a convolution, cotangent of an input gradient.
    let operand: Shape
    let filters: Shape
    let result: Shape

    /// Nil where the primitive takes filters as they are.
    init?(_ primitive: any LowerableConvolution, operands: [Shape], result: Shape) {
        guard primitive.kind != .filterGradient,
            primitive.convolution(operands, result).filterTiling != nil
        else { return nil }
        kind = primitive.kind
        geometry = primitive.geometry
        (operand, filters, self.result) = (operands[0], operands[1], result)
    }

    var tiling: FilterTiling { convolution([operand, filters], result).filterTiling! }

    var name: String { "\(kind) with tiled filters" }

    func resultShape(_ operands: [Shape]) -> Shape? {
        operands == [operand, [tiling.resultCount]] ? result : nil
    }

    func pullback(_ cotangent: Value, operands: [Value], result: Value) -> [Value?] {
        [nil, nil]
    }
}

extension TiledConvolutionUse: LowerableConvolution {
    func shapes(_ operands: [Shape], _ result: Shape) -> (images: Shape, output: Shape) {
        kind == .forward ? (operand, result) : (result, operand)
    }
}
