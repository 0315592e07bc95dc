import TensorGraph

/// Splits a sum over axes that are not neighbours into sums over neighbouring axes, which the
/// kernel can walk.
struct ReductionSplitting: GraphPass {
    var name: String { "reduction splitting" }

    func run(_ program: GraphProgram) -> GraphProgram {
        program.rewritten { graph, node, operands in
            guard let sum = node.primitive as? Sum else {
                return graph.append(node.primitive, operands)
            }
            let shape = operands[0].shape
            let significant = sum.axes.filter { shape[$0] > 1 }.sorted()
            guard !significant.isEmpty else { return operands[0] }
            var value = operands[0]
            var run: [Int] = []
            for axis in significant {
                let isNeighbour = run.last.map { last in
                    ((last + 1)..<axis).allSatisfy { shape[$0] == 1 }
                }
                if isNeighbour == false {
                    value = value.sum(axes: run)
                    run = []
                }
                run.append(axis)
            }
            return value.sum(axes: run)
        }
    }
}
