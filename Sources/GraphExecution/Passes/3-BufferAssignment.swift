import TensorGraph

/// Gives every stored value a place: values that live at the same time never overlap.
///
/// A concatenation's operands are computed in their place; a loop writes over an operand that
/// nobody reads afterwards; the memory of a dead value is used again.
package struct BufferAssignment {
    /// The place of each stored node; nil for views and for broadcasts read in place.
    private(set) var locations: [Location?]
    /// The floats that the arena holds.
    private(set) var arenaCount = 0
    /// What the arena would hold without any reuse.
    private(set) var unsharedCount = 0
    private(set) var buffers: [LogicalBuffer] = []
    /// Memory that an operation needs while it runs, by its index.
    private(set) var scratch: [Int: Location] = [:]

    private let list: OperationList
    private let schedule: Schedule
    private let options: PlanOptions
    private let loops: [Int: FusedLoop]
    /// The first and last position at which each stored node exists.
    private var definition: [Int]
    private var lastUse: [Int]
    /// The buffer of each stored node and the offset in it.
    private var bufferOfNode: [(buffer: Int, offset: Int)?]
    /// The buffer of each operation that needs scratch memory.
    private var scratchBuffers: [Int: Int] = [:]

    /// Memory that one or several values share one after another, or side by side.
    package struct LogicalBuffer {
        package var count: Int
        package var members: [Int]
        package var first = 0
        package var last = 0
        package var offset = 0
    }

    init(
        _ list: OperationList, _ schedule: Schedule, _ request: PlanRequest,
        loops: [Int: FusedLoop], options: PlanOptions
    ) {
        self.list = list
        self.schedule = schedule
        self.options = options
        self.loops = loops
        let count = list.nodes.count
        locations = .init(repeating: nil, count: count)
        bufferOfNode = .init(repeating: nil, count: count)
        definition = .init(repeating: -1, count: count)
        lastUse = .init(repeating: -1, count: count)
        measureLifetimes()
        keepOutputs(request)
        createBuffers(request)
        if options.placesConcatenations { placeConcatenations() }
        if options.reusesOperands { reuseOperands() }
        createScratch()
        assignOffsets()
    }

    private mutating func measureLifetimes() {
        for (position, index) in schedule.order.enumerated() {
            for member in list.operations[index].members { definition[member] = position }
            for read in list.reads(of: list.operations[index]) { lastUse[read] = position }
        }
    }

    /// Outputs in the arena, and those that a copy takes out at the end, live until the end.
    private mutating func keepOutputs(_ request: PlanRequest) {
        let end = schedule.order.count
        for value in list.program.outputs { lastUse[list.storage(of: value.index).node] = end }
    }

    private mutating func createBuffers(_ request: PlanRequest) {
        let stored = list.operations.flatMap { list.results(of: $0) }
        for node in stored {
            if let target = schedule.directStores[node] {
                locations[node] = target
            } else {
                addBuffer(for: node)
            }
        }
        for (index, node) in list.nodes.enumerated() {
            guard let input = list.input(node) else { continue }
            guard let placement = request.inputs[input.inputName] else {
                preconditionFailure("input \(input.inputName) has no place")
            }
            switch placement {
            case .arena: addBuffer(for: index)
            case .external(let slot, let offset):
                locations[index] = Location(slot: slot, offset: offset)
            }
        }
        unsharedCount = buffers.map { Self.aligned($0.count) }.reduce(0, +)
    }

    private mutating func addBuffer(for node: Int) {
        bufferOfNode[node] = (buffers.count, 0)
        buffers.append(
            LogicalBuffer(count: list.nodes[node].shape.elementCount, members: [node]))
    }

    private mutating func createScratch() {
        for (position, index) in schedule.order.enumerated() where loops[index] == nil {
            let node = list.nodes[list.operations[index].members[0]]
            guard let primitive = node.primitive as? any Lowerable else { continue }
            let count = primitive.scratchCount(
                operands: node.operands.map { list.nodes[$0].shape }, shape: node.shape)
            guard count > 0 else { continue }
            scratchBuffers[index] = buffers.count
            buffers.append(
                LogicalBuffer(count: count, members: [], first: position, last: position))
        }
    }

    /// Whether a node has a buffer of its own that can move into another.
    private func isMovable(_ node: Int) -> Bool {
        guard let place = bufferOfNode[node] else { return false }
        return place.offset == 0
            && buffers[place.buffer].count == list.nodes[node].shape.elementCount
    }

    /// Puts a node's buffer, with all that it holds, at `offset` of another.
    private mutating func move(_ node: Int, to target: (buffer: Int, offset: Int)) {
        let source = bufferOfNode[node]!.buffer
        for member in buffers[source].members {
            bufferOfNode[member] = (target.buffer, bufferOfNode[member]!.offset + target.offset)
        }
        buffers[target.buffer].members += buffers[source].members
        buffers[source].members = []
    }

    private mutating func placeConcatenations() {
        for (index, node) in list.nodes.enumerated() {
            guard let concatenate = node.primitive as? Concatenate, let own = bufferOfNode[index],
                node.shape.extents[..<concatenate.axis].allSatisfy({ $0 == 1 })
            else { continue }
            var offset = own.offset
            var placed = Set<Int>()
            for operand in node.operands {
                let source = list.storage(of: operand)
                let count = list.nodes[operand].shape.elementCount
                let isWhole =
                    source.offset == 0 && isMovable(source.node)
                    && list.nodes[source.node].shape.elementCount == count
                if isWhole, bufferOfNode[source.node]!.buffer != own.buffer,
                    placed.insert(source.node).inserted
                {
                    move(source.node, to: (own.buffer, offset))
                }
                offset += count
            }
        }
    }

    /// From the last operation to the first, so that chains of loops share one place.
    private mutating func reuseOperands() {
        for (position, index) in schedule.order.enumerated().reversed() {
            guard let loop = loops[index] else { continue }
            var taken = Set<Int>()
            for result in loop.results {
                guard let place = bufferOfNode[result] else { continue }
                let candidate = loop.inputs.map(\.stored).first { stored in
                    !taken.contains(stored) && canReuse(stored, at: position)
                        && list.nodes[stored].shape.elementCount
                            == list.nodes[result].shape.elementCount
                        && loop.canStore(result, over: stored, list)
                }
                if let candidate {
                    taken.insert(candidate)
                    move(candidate, to: place)
                }
            }
        }
    }

    /// Whether a value is alone in its buffer and read for the last time at `position`.
    private func canReuse(_ node: Int, at position: Int) -> Bool {
        guard isMovable(node), lastUse[node] == position, let place = bufferOfNode[node] else {
            return false
        }
        return buffers[place.buffer].members == [node] && !(list.nodes[node].primitive is Input)
    }

    /// 16 floats are 64 bytes: a cache line, and a vector of the widest kernels.
    private static func aligned(_ count: Int) -> Int { (count + 15) & ~15 }

    /// First fit, the largest buffer first, around those alive at the same time.
    private mutating func assignOffsets() {
        for index in buffers.indices where !buffers[index].members.isEmpty {
            let members = buffers[index].members
            buffers[index].first = members.map { definition[$0] }.min()!
            buffers[index].last = members.map { max(lastUse[$0], definition[$0]) }.max()!
        }
        let used = buffers.indices.filter {
            !buffers[$0].members.isEmpty || scratchBuffers.values.contains($0)
        }
        var placed: [Int] = []
        for index in used.sorted(by: { buffers[$0].count > buffers[$1].count }) {
            buffers[index].offset = freeOffset(for: buffers[index], among: placed)
            placed.append(index)
            arenaCount = max(
                arenaCount, buffers[index].offset + Self.aligned(buffers[index].count))
        }
        for (node, place) in bufferOfNode.enumerated() {
            guard let place else { continue }
            locations[node] = Location(
                slot: Location.arenaSlot, offset: buffers[place.buffer].offset + place.offset)
        }
        scratch = scratchBuffers.mapValues {
            Location(slot: Location.arenaSlot, offset: buffers[$0].offset)
        }
        buffers = used.map { buffers[$0] }
    }

    private func freeOffset(for buffer: LogicalBuffer, among placed: [Int]) -> Int {
        let neighbours = placed.map { buffers[$0] }.filter {
            !options.reusesDeadBuffers || ($0.first <= buffer.last && buffer.first <= $0.last)
        }
        var offset = 0
        for neighbour in neighbours.sorted(by: { $0.offset < $1.offset }) {
            if offset + buffer.count <= neighbour.offset { break }
            offset = max(offset, neighbour.offset + Self.aligned(neighbour.count))
        }
        return offset
    }
}
