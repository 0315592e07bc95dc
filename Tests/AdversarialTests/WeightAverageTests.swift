import Adversarial
import GraphExecution
import NeuralNetwork
import OracleSupport
import Randomness
import Testing

@Suite struct WeightAverageTests {
    /// `a' = 0.75 a + 0.25 w`, from the weights after each step.
    @Test(arguments: [0, 1, 4]) func averagesTheWeightsAfterEachStep(start: Int) throws {
        let pair = try TestPair(
            """
            generator.ema_decay = 0.75
            generator.ema_start = \(start)
            training.generator_updates = 2
            """)
        let generator = pair.seat.generator
        var expected = generator.parameters.values
        #expect(generator.average.values == expected)
        for step in 1...6 {
            #expect(pair.train(step...step) == nil)
            let weights = generator.parameters.values
            expected =
                step < start
                ? weights : zip(expected, weights).map { $0 * 0.75 + $1 * 0.25 }
            let problem = difference(
                generator.average.values, expected, relative: 1e-6, absolute: 1e-7)
            #expect(problem == nil, "\(problem!)")
            if step < start { #expect(generator.average.bits == generator.parameters.bits) }
        }
        #expect(generator.average.values != generator.parameters.values)
    }

    /// The average looks on: weights train to the same bits with it.
    @Test func theAverageChangesNoWeight() throws {
        let (with, without) = (try TestPair("generator.ema_decay = 0.9"), try TestPair(""))
        #expect(with.train(1...20) == nil)
        #expect(without.train(1...20) == nil)
        #expect(Array(with.bits.dropLast()) == Array(without.bits.dropLast()))
        #expect(without.seat.generator.average.elements.isEmpty)
        #expect(without.plans.average == nil)
    }

    /// Samples of the average are those of a generator with these weights and the running
    /// statistics and spectral vectors of the one that is averaged.
    @Test(arguments: ["batch", "spectral"]) func samplesAreThoseOfTheAveragedWeights(
        normalization: String
    ) throws {
        let toml = "generator = { ema_decay = 0.75, normalization = \"\(normalization)\" }"
        let (pair, other) = (try TestPair(toml), try TestPair(toml))
        #expect(pair.train(1...10) == nil)
        #expect(other.train(1...10) == nil)
        other.seat.generator.parameters.set(pair.seat.generator.average.values)
        #expect(sample(pair, .average) == sample(other, .current))
        #expect(sample(pair, .average) != sample(pair, .current))
    }

    private func sample(_ pair: TestPair, _ weights: GeneratorWeights) -> [Float] {
        let sampler = GeneratorSampler(pair.model)
        let scratch = FloatVector(count: sampler.plan.arenaCount)
        var examples = [Float](repeating: .nan, count: 20 * sampler.exampleCount)
        examples.withUnsafeMutableBufferPointer {
            sampler.sample(
                pair.seat.generator, weights, statistics: pair.seat.generatorStatistics,
                from: RandomStream(seed: 7, step: 4, member: 3, purpose: .sampleLatent),
                count: 20, scratch: scratch.base, into: $0.baseAddress!)
        }
        return examples
    }
}
