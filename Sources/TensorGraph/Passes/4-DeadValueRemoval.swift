/// Removes values that no output depends on, and `stop-gradient`, which only matters to
/// differentiation.
package struct DeadValueRemoval: GraphPass {
    package init() {}
    package var name: String { "dead value removal" }

    package func run(_ program: GraphProgram) -> GraphProgram {
        // The rewriting itself visits only what an output depends on.
        program.rewritten { graph, node, operands in
            node.primitive is StopGradient ? operands[0] : graph.append(node.primitive, operands)
        }
    }
}
