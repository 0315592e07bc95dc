/// A directed acyclic graph of tensor expressions with static shapes; it owns no memory.
///
/// Nodes are appended in topological order and never change. A graph is built on one thread.
package final class Graph {
    package struct Node {
        package let primitive: any Primitive
        package let operands: [Int]
        package let shape: Shape
    }

    package private(set) var nodes: [Node] = []

    package init() {}

    /// Appends a node.
    ///
    /// Operand shapes that do not fit the primitive are a programmer's error: experiment
    /// settings are validated before any graph is built.
    package func append(_ primitive: any Primitive, _ operands: [Value]) -> Value {
        precondition(operands.allSatisfy { $0.graph === self }, "operand of another graph")
        guard let shape = primitive.resultShape(operands.map(\.shape)) else {
            preconditionFailure("\(primitive.name) cannot take \(operands.map(\.shape))")
        }
        nodes.append(Node(primitive: primitive, operands: operands.map(\.index), shape: shape))
        return Value(graph: self, index: nodes.count - 1)
    }

    package func value(_ index: Int) -> Value { Value(graph: self, index: index) }

    /// A named tensor that is given from outside at every execution.
    package func input(_ name: String, _ shape: Shape) -> Value {
        append(Input(inputName: name, shape: shape), [])
    }

    /// A scalar that is known while planning.
    package func constant(_ value: Double) -> Value { append(Constant(value: value), []) }
}

/// One tensor of a graph.
package struct Value: Hashable {
    package let graph: Graph
    package let index: Int

    package var node: Graph.Node { graph.nodes[index] }
    package var shape: Shape { node.shape }
    package var operands: [Value] { node.operands.map(graph.value) }

    /// The value when this is a constant or a constant repeated over a shape.
    package var constantValue: Double? {
        if let constant = node.primitive as? Constant { return constant.value }
        return node.primitive is Broadcast ? operands[0].constantValue : nil
    }

    package static func == (left: Value, right: Value) -> Bool {
        left.graph === right.graph && left.index == right.index
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(index) }
}

/// An operation of the graph: one shape rule and one gradient rule, written as graph code.
package protocol Primitive: Hashable, Sendable {
    /// The word that the printer shows.
    var name: String { get }

    /// The shape of the result, or nil where the operands do not fit.
    func resultShape(_ operands: [Shape]) -> Shape?

    /// The contribution of `cotangent` (shaped as the result) to each operand's cotangent;
    /// nil where the derivative is zero everywhere.
    ///
    /// Rules use the same primitives, so that a derivative can be differentiated again.
    func pullback(_ cotangent: Value, operands: [Value], result: Value) -> [Value?]
}
