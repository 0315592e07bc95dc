/// Computes constants from constants and removes operations with neutral constants:
/// `x + 0`, `x - 0`, `x * 1`, `x / 1`, `-(-x)`, and a broadcast of a broadcast.
package struct ConstantFolding: GraphPass {
    package init() {}
    package var name: String { "constant folding" }

    package func run(_ program: GraphProgram) -> GraphProgram {
        program.rewritten { graph, node, operands in
            if let simpler = simplified(graph, node, operands) { return simpler }
            return graph.append(node.primitive, operands)
        }
    }

    private func simplified(_ graph: Graph, _ node: Graph.Node, _ x: [Value]) -> Value? {
        if let outer = node.primitive as? Broadcast, x[0].node.primitive is Broadcast {
            return x[0].operands[0].broadcasted(to: outer.shape)
        }
        guard let function = (node.primitive as? Elementwise)?.function else { return nil }
        let constants = x.map(\.constantValue)
        if constants.allSatisfy({ $0 != nil }) {
            let value = function.evaluate(constants.map { $0! })
            return graph.constant(value).broadcasted(to: node.shape)
        }
        switch function {
        case .add where constants[1] == 0: return x[0]
        case .add where constants[0] == 0: return x[1]
        case .subtract where constants[1] == 0: return x[0]
        case .multiply where constants[1] == 1: return x[0]
        case .multiply where constants[0] == 1: return x[1]
        case .divide where constants[1] == 1: return x[0]
        case .negate where (x[0].node.primitive as? Elementwise)?.function == .negate:
            return x[0].operands[0]
        default: return nil
        }
    }
}
