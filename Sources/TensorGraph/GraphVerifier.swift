/// Checks that a program is well formed.
package enum GraphVerifier {
    /// What is wrong, one sentence each; empty for a sound program.
    package static func problems(of program: GraphProgram) -> [String] {
        var problems: [String] = []
        var inputShapes: [String: Shape] = [:]
        for (index, node) in program.graph.nodes.enumerated() {
            let label = "%\(index) \(node.primitive.name)"
            if let operand = node.operands.first(where: { $0 < 0 || $0 >= index }) {
                problems.append("\(label): operand %\(operand) does not come before it")
                continue
            }
            let shapes = node.operands.map { program.graph.nodes[$0].shape }
            if node.primitive.resultShape(shapes) != node.shape {
                problems.append("\(label): \(node.shape) does not follow from \(shapes)")
            }
            if let input = node.primitive as? Input,
                let other = inputShapes.updateValue(node.shape, forKey: input.inputName),
                other != node.shape
            {
                problems.append("\(label): also declared as \(other)")
            }
        }
        for output in program.outputs where output.graph !== program.graph {
            problems.append("output %\(output.index) belongs to another graph")
        }
        return problems
    }
}
