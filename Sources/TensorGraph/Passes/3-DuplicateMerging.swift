/// Merges nodes with the same primitive and the same operands.
package struct DuplicateMerging: GraphPass {
    package init() {}
    package var name: String { "duplicate merging" }

    private struct Key: Hashable {
        let primitive: AnyHashable
        let operands: [Int]
    }

    package func run(_ program: GraphProgram) -> GraphProgram {
        var known: [Key: Value] = [:]
        return program.rewritten { graph, node, operands in
            let key = Key(
                primitive: AnyHashable(node.primitive), operands: operands.map(\.index))
            if let first = known[key] { return first }
            let value = graph.append(node.primitive, operands)
            known[key] = value
            return value
        }
    }
}
