import GraphExecution
import NeuralNetwork
import Randomness
import TensorGraph

/// Whose statistics normalise the batches of a generator when it is evaluated.
package enum SamplingNormalization: String, CaseIterable, Sendable {
    /// The running ones of its training.
    case running
    /// Those of each batch of `GeneratorSampler.batchSize` examples.
    case batch
}

/// Makes examples with a generator in sampling mode: running statistics (or those of the batch), no
/// dropout.
///
/// A batch of fixed size goes through at a time, because the bits of a matrix product depend on
/// its size.
package struct GeneratorSampler: Sendable {
    package static let batchSize = 100

    /// As many examples, in whole batches, as one stream has latents for.
    package static func largestCount(latentSize: Int) -> Int {
        (RandomStream.wordCount - 1) / (batchSize * latentSize) * batchSize
    }

    /// As many examples of a model as one array holds: 1 GiB of numbers, of as many latents as
    /// there are.
    package static func largestArrayCount(_ model: AdversarialModel) -> Int {
        min(
            (1 << 28) / model.exampleShape.reduce(1, *),
            largestCount(latentSize: model.latentSize))
    }

    package let plan: ExecutionPlan
    package let exampleCount: Int
    private let latentSize: Int
    private let distribution: LatentDistribution

    package init(
        _ model: AdversarialModel, normalization: SamplingNormalization = .running
    ) {
        latentSize = model.latentSize
        distribution = model.latentDistribution
        exampleCount = model.exampleShape.reduce(1, *)
        let graph = Graph()
        let role = Role.generator
        let generator = BoundNetwork(model.generator, role: role.rawValue, graph: graph)
        let latent = graph.input("latent", [Self.batchSize, latentSize])
        var request = PlanRequest()
        request.inputs["latent"] = .arena
        request.inputs["generator.parameters"] = .external(slot: role.parameters, offset: 0)
        request.inputs["generator.statistics"] = .external(slot: role.statistics, offset: 0)
        request.inputs["generator.estimates"] = .external(slot: role.estimates, offset: 0)
        let mode: NetworkPass.Mode = normalization == .batch ? .batchSampling : .sampling
        request.output("examples", generator.apply(latent, mode: mode))
        plan = PlanCompiler.compile(request)
    }

    /// Writes `count` examples, at most `largestCount`; example i has the latent words
    /// `i * latentSize...` of `stream`.
    package func sample(
        _ generator: NetworkState, _ weights: GeneratorWeights = .current,
        statistics: FloatVector, from stream: RandomStream, count: Int,
        scratch: UnsafeMutablePointer<Float>, into examples: UnsafeMutablePointer<Float>
    ) {
        withUnsafeTemporaryAllocation(
            of: UnsafeMutablePointer<Float>.self, capacity: MemorySlot.count
        ) { bases in
            bases.initialize(repeating: scratch)
            bases[MemorySlot.generatorParameters] = generator.weights(weights).base
            bases[MemorySlot.generatorStatistics] = statistics.base
            bases[MemorySlot.generatorEstimates] = generator.estimates.base
            let blocksPerBatch = (Self.batchSize * latentSize) / 4
            for (batch, start) in stride(from: 0, to: count, by: Self.batchSize).enumerated() {
                if let (location, size) = plan.input("latent") {
                    let latent = UnsafeMutableBufferPointer(
                        start: scratch + Int(location.offset), count: size)
                    fill(latent, stream, firstBlock: UInt32(batch * blocksPerBatch))
                }
                PlanInterpreter.run(plan, bases.baseAddress!)
                let made = scratch + Int(plan.output("examples").location.offset)
                (examples + start * exampleCount).update(
                    from: made, count: min(Self.batchSize, count - start) * exampleCount)
            }
        }
    }

    private func fill(
        _ latent: UnsafeMutableBufferPointer<Float>, _ stream: RandomStream, firstBlock: UInt32
    ) {
        guard distribution == .uniform else {
            stream.fillNormal(latent, firstBlock: firstBlock)
            return
        }
        stream.fillOpenUniform(latent, firstBlock: firstBlock)
        for index in latent.indices { latent[index] = latent[index] * 2 - 1 }
    }
}
