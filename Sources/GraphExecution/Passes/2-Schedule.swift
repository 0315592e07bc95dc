import TensorGraph

/// Orders operations so that operands come first and a caller's memory is overwritten only
/// after its last reader.
struct Schedule {
    /// `count` floats, `offset` after the start of a stored node, that end up at `target`.
    struct FinalCopy {
        let node: Int
        let offset: Int
        let count: Int
        let target: Location
    }

    /// Operation indices in running order.
    let order: [Int]
    /// Outputs that are computed straight into the caller's memory: node to location.
    let directStores: [Int: Location]
    /// Outputs that a copy puts into the caller's memory at the end.
    let finalCopies: [FinalCopy]

    init(_ list: OperationList, request: PlanRequest, loops: [Int: FusedLoop]) {
        var dependencies = Self.dataDependencies(list)
        var stores: [Int: Location] = [:]
        var copies: [FinalCopy] = []
        for (output, value) in zip(request.outputs, list.program.outputs) {
            guard case .external(let slot, let offset) = output.placement else { continue }
            let target = Location(slot: slot, offset: offset)
            let source = list.storage(of: value.index)
            let isWhole =
                source.offset == 0
                && list.nodes[source.node].shape.elementCount == value.shape.elementCount
            if isWhole, stores[source.node] == nil, let owner = list.operationOfNode[source.node],
                let readers = Self.readers(
                    of: target, count: value.shape.elementCount, list, request, loops,
                    storing: source.node),
                !readers.contains(where: { Self.reaches($0, owner, dependencies) })
            {
                for reader in readers { dependencies[owner].append(reader) }
                stores[source.node] = target
            } else {
                copies.append(
                    FinalCopy(
                        node: source.node, offset: source.offset,
                        count: value.shape.elementCount, target: target))
            }
        }
        directStores = stores
        finalCopies = copies
        order = Self.sorted(dependencies, list)
    }

    private static func dataDependencies(_ list: OperationList) -> [[Int]] {
        list.operations.map { operation in
            list.reads(of: operation).compactMap { list.operationOfNode[$0] }
        }
    }

    /// The other operations that read the caller's memory which `storing` is to overwrite, or
    /// nil where its own operation reads it in a way that forbids storing in place.
    private static func readers(
        of target: Location, count: Int, _ list: OperationList, _ request: PlanRequest,
        _ loops: [Int: FusedLoop], storing: Int
    ) -> [Int]? {
        let owner = list.operationOfNode[storing]!
        var readers: [Int] = []
        for (index, node) in list.nodes.enumerated() {
            guard let input = list.input(node),
                case .external(let slot, let offset)? = request.inputs[input.inputName],
                slot == Int(target.slot), offset < Int(target.offset) + count,
                Int(target.offset) < offset + node.shape.elementCount
            else { continue }
            for (reader, operation) in list.operations.enumerated()
            where list.reads(of: operation).contains(index) {
                guard reader == owner else {
                    readers.append(reader)
                    continue
                }
                let isSamePlace = offset == Int(target.offset) && node.shape.elementCount == count
                guard isSamePlace, let loop = loops[owner],
                    loop.canStore(storing, over: index, list)
                else { return nil }
            }
        }
        return readers
    }

    /// Whether `start` depends on `goal`.
    private static func reaches(_ start: Int, _ goal: Int, _ dependencies: [[Int]]) -> Bool {
        var visited = [Bool](repeating: false, count: dependencies.count)
        var pending = [start]
        while let current = pending.popLast() {
            if current == goal { return true }
            for next in dependencies[current] where !visited[next] {
                visited[next] = true
                pending.append(next)
            }
        }
        return false
    }

    /// Topological order; among the ready operations the one whose last member was built first,
    /// which keeps a value close to its consumers.
    private static func sorted(_ dependencies: [[Int]], _ list: OperationList) -> [Int] {
        var missing = dependencies.map { Set($0).count }
        var dependants = [[Int]](repeating: [], count: dependencies.count)
        for (index, all) in dependencies.enumerated() {
            for dependency in Set(all) { dependants[dependency].append(index) }
        }
        func age(_ operation: Int) -> Int { list.operations[operation].members.last! }
        var ready = missing.indices.filter { missing[$0] == 0 }
        var order: [Int] = []
        while let next = ready.min(by: { age($0) < age($1) }) {
            ready.removeAll { $0 == next }
            order.append(next)
            for dependant in dependants[next] {
                missing[dependant] -= 1
                if missing[dependant] == 0 { ready.append(dependant) }
            }
        }
        precondition(order.count == dependencies.count, "operations depend on each other")
        return order
    }
}
