import TensorGraph

/// Groups elementwise nodes of one shape into loops that walk memory once.
///
/// A node joins the loops of its operands where that makes no cycle. The loop runs the same
/// scalar functions on the same numbers in the same order, so that fusion changes no bit.
struct ElementwiseFusion {
    let isEnabled: Bool

    func run(_ list: OperationList) -> OperationList {
        var list = list
        for index in list.nodes.indices {
            let node = list.nodes[index]
            switch node.primitive {
            case is Input, is Constant: continue
            case is Elementwise: place(elementwise: index, in: &list)
            case is Broadcast where isReadInPlace(index, list): continue
            default:
                if list.storage(of: index).node != index { continue }
                append(Operation(members: [index], isElementwise: false), to: &list)
            }
        }
        list.operations.removeAll { $0.members.isEmpty }
        for (position, operation) in list.operations.enumerated() {
            for member in operation.members { list.operationOfNode[member] = position }
        }
        return list
    }

    /// Whether every consumer of a broadcast is a loop that can repeat the operand itself.
    private func isReadInPlace(_ broadcast: Int, _ list: OperationList) -> Bool {
        guard !list.isOutput[broadcast] else { return false }
        return list.consumers[broadcast].allSatisfy { consumer in
            let node = list.nodes[consumer]
            return node.primitive is Elementwise && requiredColumns(consumer, list) != .conflict
                && list.access(operand: broadcast, loop: node.shape) != nil
        }
    }

    private enum Columns: Equatable {
        case any
        case exactly(Int)
        case conflict

        func merged(with other: Columns) -> Columns {
            switch (self, other) {
            case (.any, _): other
            case (_, .any): self
            case (.exactly(let a), .exactly(let b)) where a == b: self
            default: .conflict
            }
        }
    }

    /// What the broadcast operands of one node demand of its loop.
    private func requiredColumns(_ index: Int, _ list: OperationList) -> Columns {
        let node = list.nodes[index]
        var columns = Columns.any
        for operand in node.operands {
            let demanded = list.access(operand: operand, loop: node.shape)?.columns
            if let demanded { columns = columns.merged(with: .exactly(demanded)) }
        }
        return columns
    }

    private func place(elementwise index: Int, in list: inout OperationList) {
        var own = Operation(members: [index], isElementwise: true)
        if case .exactly(let columns) = requiredColumns(index, list) { own.columns = columns }
        append(own, to: &list)
        guard isEnabled else { return }
        for operand in list.nodes[index].operands {
            guard let other = list.operationOfNode[operand],
                let current = list.operationOfNode[index], other != current,
                let merged = merge(list.operations[other], list.operations[current], list)
            else { continue }
            let (kept, emptied) = (min(other, current), max(other, current))
            list.operations[kept] = merged
            list.operations[emptied].members = []
            for member in merged.members { list.operationOfNode[member] = kept }
        }
    }

    private func append(_ operation: Operation, to list: inout OperationList) {
        for member in operation.members { list.operationOfNode[member] = list.operations.count }
        list.operations.append(operation)
    }

    /// Both as one loop, or nil where shapes, limits or dependencies forbid it.
    private func merge(_ a: Operation, _ b: Operation, _ list: OperationList) -> Operation? {
        guard a.isElementwise, b.isElementwise,
            list.nodes[a.members[0]].shape == list.nodes[b.members[0]].shape
        else { return nil }
        let columns = Columns.any.merged(with: a.columns.map(Columns.exactly) ?? .any)
            .merged(with: b.columns.map(Columns.exactly) ?? .any)
        if columns == .conflict { return nil }
        var merged = Operation(members: (a.members + b.members).sorted(), isElementwise: true)
        if case .exactly(let count) = columns { merged.columns = count }
        guard FusedLoop.fits(merged, list), !makesCycle(merged, list) else { return nil }
        return merged
    }

    /// Whether the operation would depend on itself through others.
    private func makesCycle(_ merged: Operation, _ list: OperationList) -> Bool {
        var isOwn = [Bool](repeating: false, count: list.nodes.count)
        for member in merged.members { isOwn[member] = true }
        var isVisited = isOwn
        var pending: [Int] = []
        for member in merged.members {
            for operand in list.nodes[member].operands where !isVisited[operand] {
                isVisited[operand] = true
                pending.append(operand)
            }
        }
        while let node = pending.popLast() {
            // An operation runs as a whole: it depends on what any of its members reads.
            let members = list.operationOfNode[node].map { list.operations[$0].members } ?? [node]
            for member in members {
                for operand in list.nodes[member].operands {
                    if isOwn[operand] { return true }
                    if isVisited[operand] { continue }
                    isVisited[operand] = true
                    pending.append(operand)
                }
            }
        }
        return false
    }
}
