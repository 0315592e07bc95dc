/// Writes a program as text, one line a node: `%7 = multiply(%3, %5) [32x784]`.
package enum GraphPrinter {
    package static func text(of program: GraphProgram) -> String {
        var lines: [String] = []
        for (index, node) in program.graph.nodes.enumerated() {
            let operands = node.operands.map { "%\($0)" }.joined(separator: ", ")
            let call = node.operands.isEmpty ? "" : "(\(operands))"
            lines.append("%\(index) = \(node.primitive.name)\(call) \(node.shape)")
        }
        let outputs = program.outputs.map { "%\($0.index)" }.joined(separator: ", ")
        return (lines + ["return \(outputs)"]).joined(separator: "\n")
    }
}
