import Adversarial
import Datasets
import GraphExecution
import NeuralNetwork
import Randomness

/// An independent judge: a discriminator that has met nobody learns from nothing, for a fixed
/// number of steps, to tell the samples of one generator at rest from real examples. How well it
/// then tells fresh samples from examples that nobody trained on is what it says.
///
/// Network, batch and optimiser are those of the experiment, but it judges single examples, and the
/// real ones have no `data.input_noise`; it minimises cross-entropy. The generator is the one that
/// is evaluated: with these weights and this normalisation. Its random numbers are the streams of a
/// run whose seed is `seed XOR 0x6a75646765` ("judge"), with the generator's member; fresh samples
/// come from the purpose `sampleLatent`.
package final class Judge {
    private let model: AdversarialModel
    private let seed: UInt64
    private let steps: Int
    private let weights: GeneratorWeights
    private let trainer: PairTrainer
    private let sampler: GeneratorSampler
    private let scorer: DiscriminatorScorer
    private let heldOut: [Float]
    private let scratch: FloatVector

    package static let mostSteps = 1_000_000

    /// - Parameters:
    ///   - model: of the run; it can be judged.
    ///   - data: what its members train on; examples are held out of it, or can be drawn.
    ///   - steps: updates of the judge.
    ///   - weights: of the generators.
    ///   - normalization: of the generators; batches are those of the training.
    ///   - samples: real examples and generated samples that it is asked about, each, at most.
    ///   - seed: of the experiment.
    package init(
        _ model: AdversarialModel, data: any DataSource, steps: Int, weights: GeneratorWeights,
        normalization: SamplingNormalization, samples: Int, seed: UInt64
    ) {
        let model = model.judging(normalization)
        self.model = model
        self.steps = steps
        self.weights = weights
        self.seed = seed ^ 0x6a_7564_6765
        trainer = PairTrainer(
            model: model, plans: TrainingPlans(model), data: data.withoutNoise, steps: steps,
            warmupSteps: 0)
        sampler = GeneratorSampler(model, normalization: normalization)
        scorer = DiscriminatorScorer(model)
        heldOut = data.heldOutExamples(count: samples, seed: self.seed)
        scratch = FloatVector(count: max(sampler.plan.arenaCount, scorer.plan.arenaCount))
    }

    /// Real examples that it is asked about, and generated ones.
    package var sampleCount: Int { heldOut.count / sampler.exampleCount }

    /// - Parameter member: the generator's global index.
    /// - Returns: nil where a number in its training was not finite, or no example is held out.
    package func verdict(
        on generator: NetworkState, statistics: FloatVector, member: UInt32
    ) -> JudgeVerdict? {
        let generator = judged(generator)
        let streams = MemberStreams(seed: seed, member: member, shared: [])
        let discriminator = NetworkState(
            model.discriminator, role: .discriminator, streams: streams, isAveraged: false)
        let discriminatorStatistics = FloatVector(statisticsOf: model.discriminator)
        let seat = PairSeat(
            streams: streams, generator: generator,
            generatorOptimizer: OptimizerState(rule: model.generatorRule, parameterCount: 0),
            generatorStatistics: statistics, discriminator: discriminator,
            discriminatorOptimizer: OptimizerState(
                rule: model.discriminatorRule,
                parameterCount: model.discriminator.parameters.count),
            discriminatorStatistics: discriminatorStatistics, arrivalStep: nil)
        for first in stride(from: 1, through: steps, by: PairTrainer.maximumSteps) {
            let last = min(first + PairTrainer.maximumSteps - 1, steps)
            let failure = trainer.train(seat, from: first, through: last, observesGradients: false)
            guard failure == nil else { return nil }
        }
        let count = sampleCount
        guard count > 0 else { return nil }
        let generated = [Float](unsafeUninitializedCapacity: heldOut.count) { examples, filled in
            sampler.sample(
                generator, statistics: statistics,
                from: RandomStream(seed: seed, step: 0, member: member, purpose: .sampleLatent),
                count: count, scratch: scratch.base, into: examples.baseAddress!)
            filled = heldOut.count
        }
        func scores(_ examples: [Float]) -> [Float] {
            examples.withUnsafeBufferPointer {
                scorer.scores(
                    discriminator, statistics: discriminatorStatistics, of: $0,
                    scratch: scratch.base)
            }
        }
        return JudgeVerdict(real: scores(heldOut), generated: scores(generated))
    }

    /// The generator with the weights that are judged as its own.
    private func judged(_ generator: NetworkState) -> NetworkState {
        guard weights == .average else { return generator }
        let state = NetworkState(model.generator)
        state.parameters.copy(generator.average)
        state.estimates.copy(generator.estimates)
        return state
    }
}
