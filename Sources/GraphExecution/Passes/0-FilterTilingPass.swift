import TensorGraph

/// Gives convolutions by tiles transformed filters, which all uses of the same filters share.
struct FilterTilingPass: GraphPass {
    var name: String { "filter tiling" }

    func run(_ program: GraphProgram) -> GraphProgram {
        let tiled = program.rewritten { graph, node, operands in
            guard let primitive = node.primitive as? any LowerableConvolution,
                let use = TiledConvolutionUse(
                    primitive, operands: operands.map(\.shape), result: node.shape)
            else { return graph.append(node.primitive, operands) }
            let filters = graph.append(TiledFilters(use: use), [operands[1]])
            return graph.append(use, [operands[0], filters])
        }
        return DuplicateMerging().run(tiled)
    }
}
