/// A graph with the values that are wanted from it: what the passes transform.
package struct GraphProgram {
    package let graph: Graph
    package var outputs: [Value]

    package init(outputs: [Value]) {
        precondition(!outputs.isEmpty, "a program computes something")
        self.graph = outputs[0].graph
        self.outputs = outputs
    }

    /// The same program in a new graph, each reachable node replaced by what `transform` makes
    /// of it (given the node and its already replaced operands).
    package func rewritten(
        _ transform: (Graph, Graph.Node, [Value]) -> Value
    ) -> GraphProgram {
        let isNeeded = reachable()
        let target = Graph()
        var replacement = [Value?](repeating: nil, count: graph.nodes.count)
        for (index, node) in graph.nodes.enumerated() where isNeeded[index] {
            replacement[index] = transform(target, node, node.operands.map { replacement[$0]! })
        }
        return GraphProgram(outputs: outputs.map { replacement[$0.index]! })
    }

    /// For each node: whether an output depends on it.
    package func reachable() -> [Bool] {
        var isNeeded = [Bool](repeating: false, count: graph.nodes.count)
        for output in outputs { isNeeded[output.index] = true }
        for index in graph.nodes.indices.reversed() where isNeeded[index] {
            for operand in graph.nodes[index].operands { isNeeded[operand] = true }
        }
        return isNeeded
    }
}

/// A step of the pipeline that keeps what a program computes.
package protocol GraphPass: Sendable {
    var name: String { get }
    func run(_ program: GraphProgram) -> GraphProgram
}

/// The passes over graphs, in the order in which they run.
package enum GraphPasses {
    package static let all: [any GraphPass] = [
        ConstantFolding(), PadMerging(), DuplicateMerging(), DeadValueRemoval(),
    ]

    /// Runs `passes`; where `verifying`, as tests do, the verifier runs after each.
    package static func run(
        _ program: GraphProgram, passes: [any GraphPass] = all, verifying: Bool = false
    ) -> GraphProgram {
        passes.reduce(program) { current, pass in
            let next = pass.run(current)
            if verifying {
                let problems = GraphVerifier.problems(of: next)
                precondition(problems.isEmpty, "after \(pass.name): \(problems[0])")
            }
            return next
        }
    }
}
