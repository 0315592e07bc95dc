import Kernels
import TensorGraph

/// Gives convolutions by tiles transformed filters, which all uses of the same filters share.
///
/// Very large ones are transformed for each use: they would fill memory from the first use to the
/// last, and making them is a small part of what is done with them.
struct FilterTilingPass: GraphPass {
    /// Floats of transformed filters.
    private static let largestSharedCount = 1 << 23

    var name: String { "filter tiling" }

    func run(_ program: GraphProgram) -> GraphProgram {
        let tiled = program.rewritten { graph, node, operands in
            guard let primitive = node.primitive as? any LowerableConvolution,
                let use = TiledConvolutionUse(
                    primitive, operands: operands.map(\.shape), result: node.shape)
            else { return graph.append(node.primitive, operands) }
            let isShared = use.tiling.resultCount <= Self.largestSharedCount
            let owner = isShared ? nil : graph.nodes.count
            let filters = graph.append(TiledFilters(use: use, owner: owner), [operands[1]])
            return graph.append(use, [operands[0], filters])
        }
        return DuplicateMerging().run(tiled)
    }
}
