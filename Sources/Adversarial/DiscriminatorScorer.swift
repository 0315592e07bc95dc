import GraphExecution
import NeuralNetwork
import TensorGraph

/// Asks a discriminator for its raw outputs (logits or scores) on examples, in sampling mode:
/// running statistics, no dropout, no augmentation. The output of several discriminators of one
/// generator is their mean; of a pack of examples, each of them has the output.
///
/// A batch of fixed size goes through at a time, because the bits of a matrix product depend on
/// its size.
package struct DiscriminatorScorer: Sendable {
    /// At most 100: a whole number of packs.
    private let batchSize: Int
    package let plan: ExecutionPlan
    private let exampleCount: Int
    private let packing: Int

    package init(_ model: AdversarialModel) {
        exampleCount = model.exampleShape.reduce(1, *)
        let graph = Graph()
        let role = Role.discriminator
        let discriminator = BoundNetwork(model.discriminator, role: role.rawValue, graph: graph)
        packing = model.input.packing
        batchSize = max(100 / packing, 1) * packing
        let examples = graph.input("examples", Shape([batchSize] + model.exampleShape))
        var request = PlanRequest()
        request.inputs["examples"] = .arena
        request.inputs["discriminator.parameters"] = .external(slot: role.parameters, offset: 0)
        request.inputs["discriminator.statistics"] = .external(slot: role.statistics, offset: 0)
        request.inputs["discriminator.estimates"] = .external(slot: role.estimates, offset: 0)
        let packs = model.input.packs(examples)
        let scores = (0..<model.input.discriminators).map {
            discriminator.apply(packs, mode: .sampling, copy: $0)
        }
        request.output("scores", scores.mean)
        plan = PlanCompiler.compile(request)
    }

    /// One output for each of the examples, which stand one behind the other; with packs, each m of
    /// them in sequence are one, and the last one is filled up from the first examples.
    ///
    /// - Parameter scratch: room for `plan.arenaCount` floats.
    package func scores(
        _ discriminator: NetworkState, statistics: FloatVector,
        of examples: UnsafeBufferPointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) -> [Float] {
        let count = examples.count / exampleCount
        var scores: [Float] = []
        scores.reserveCapacity(count)
        withUnsafeTemporaryAllocation(
            of: UnsafeMutablePointer<Float>.self, capacity: MemorySlot.count
        ) { bases in
            bases.initialize(repeating: scratch)
            bases[MemorySlot.discriminatorParameters] = discriminator.parameters.base
            bases[MemorySlot.discriminatorStatistics] = statistics.base
            bases[MemorySlot.discriminatorEstimates] = discriminator.estimates.base
            for start in stride(from: 0, to: count, by: batchSize) {
                let size = min(batchSize, count - start)
                if let (location, room) = plan.input("examples") {
                    let batch = UnsafeMutableBufferPointer(
                        start: scratch + Int(location.offset), count: room)
                    // The rows of an incomplete batch that nobody reads are no chance memory.
                    batch.initialize(repeating: 0)
                    batch.baseAddress!.update(
                        from: examples.baseAddress! + start * exampleCount,
                        count: size * exampleCount)
                    for place in size..<(size + packing - 1) / packing * packing {
                        (batch.baseAddress! + place * exampleCount).update(
                            from: examples.baseAddress! + (place - size) % count * exampleCount,
                            count: exampleCount)
                    }
                }
                PlanInterpreter.run(plan, bases.baseAddress!)
                let made = scratch + Int(plan.output("scores").location.offset)
                for place in 0..<size { scores.append(made[place / packing]) }
            }
        }
        return scores
    }
}
