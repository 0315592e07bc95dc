import TensorGraph

/// How an operand of an elementwise loop is walked over the rows x columns of the loop.
package enum OperandMode: UInt8, Sendable {
    case full = 0
    case scalar = 1
    /// One value per column, the same for every row.
    case row = 2
    /// One value per row, the same for every column.
    case column = 3
}

/// A unit of execution: one node, or several elementwise nodes that run as one loop.
struct Operation {
    /// In topological order.
    var members: [Int]
    var isElementwise: Bool
    /// The columns of the loop where an operand's mode demands them.
    var columns: Int?
}

/// The operations of a program; reshapes and contiguous slices are views and cost nothing.
struct OperationList {
    let program: GraphProgram
    var operations: [Operation] = []
    /// The operation that computes each node; nil for inputs, constants, views and broadcasts
    /// that are read in place.
    var operationOfNode: [Int?]
    let consumers: [[Int]]
    let isOutput: [Bool]

    var nodes: [Graph.Node] { program.graph.nodes }

    init(program: GraphProgram) {
        self.program = program
        let nodes = program.graph.nodes
        operationOfNode = .init(repeating: nil, count: nodes.count)
        var consumers = [[Int]](repeating: [], count: nodes.count)
        for (index, node) in nodes.enumerated() {
            for operand in Set(node.operands) { consumers[operand].append(index) }
        }
        self.consumers = consumers
        var isOutput = [Bool](repeating: false, count: nodes.count)
        for output in program.outputs { isOutput[output.index] = true }
        self.isOutput = isOutput
    }

    func input(_ node: Graph.Node) -> Input? { node.primitive as? Input }

    /// The stored node that a view shows, and the offset into it.
    func storage(of node: Int) -> (node: Int, offset: Int) {
        let primitive = nodes[node].primitive
        if primitive is Reshape || primitive is StopGradient {
            return storage(of: nodes[node].operands[0])
        }
        if let slice = primitive as? Slice, let offset = contiguousOffset(slice, node) {
            let source = storage(of: nodes[node].operands[0])
            return (source.node, source.offset + offset)
        }
        return (node, 0)
    }

    /// The offset of a slice that is one piece of its operand's memory, else nil.
    private func contiguousOffset(_ slice: Slice, _ node: Int) -> Int? {
        let source = nodes[nodes[node].operands[0]].shape
        let partial = source.extents.indices.filter { slice.extents[$0] != source[$0] }
        guard let first = partial.first else { return 0 }
        let outer = source.extents[..<first].reduce(1, *)
        guard partial.count == 1, outer == 1 else { return nil }
        return slice.starts[first] * source.strides[first]
    }

    /// The value that an elementwise operand reads and how, looking through a broadcast where
    /// the loop can repeat it; `columns` is what that demands of the loop.
    func access(operand: Int, loop: Shape) -> (node: Int, mode: OperandMode, columns: Int?)? {
        guard nodes[operand].primitive is Broadcast, operationOfNode[operand] == nil else {
            return (operand, .full, nil)
        }
        let source = nodes[operand].operands[0]
        let extents = nodes[source].shape.leftPadded(toRank: loop.rank)
        let axes = loop.extents.indices.filter { loop[$0] != 1 }
        let kept = axes.filter { extents[$0] != 1 }
        if kept.count == axes.count { return (source, .full, nil) }
        if kept.isEmpty { return (source, .scalar, nil) }
        let keptCount = kept.map { loop[$0] }.reduce(1, *)
        if kept == Array(axes.suffix(kept.count)) { return (source, .row, keptCount) }
        if kept == Array(axes.prefix(kept.count)) {
            return (source, .column, loop.elementCount / keptCount)
        }
        return nil
    }

    /// The stored nodes that an operation reads from outside itself.
    func reads(of operation: Operation) -> [Int] {
        var found: [Int] = []
        for member in operation.members {
            let node = nodes[member]
            for operand in node.operands {
                let source =
                    operation.isElementwise
                    ? access(operand: operand, loop: node.shape)?.node ?? operand : operand
                let stored = storage(of: source).node
                if !operation.members.contains(stored) && !found.contains(stored) {
                    found.append(stored)
                }
            }
        }
        return found
    }

    /// The members that something outside the operation reads, or that are program outputs.
    func results(of operation: Operation) -> [Int] {
        guard operation.isElementwise else { return operation.members }
        return operation.members.filter { member in
            isOutput[member] || consumers[member].contains { !operation.members.contains($0) }
        }
    }
}
