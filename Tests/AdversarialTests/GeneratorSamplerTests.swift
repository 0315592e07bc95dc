import Adversarial
import GraphExecution
import NeuralNetwork
import OracleSupport
import Randomness
import Testing

@Suite struct GeneratorSamplerTests {
    private let stream = RandomStream(seed: 7, step: 4, member: 3, purpose: .sampleLatent)

    private func sample(
        _ pair: TestPair, count: Int, from stream: RandomStream? = nil,
        _ normalization: SamplingNormalization = .running
    ) -> [Float] {
        let sampler = GeneratorSampler(pair.model, normalization: normalization)
        let scratch = FloatVector(count: sampler.plan.arenaCount)
        // What the sampler does not write shows, also past the end.
        var examples = [Float](repeating: .nan, count: count * sampler.exampleCount + 1)
        examples.withUnsafeMutableBufferPointer {
            sampler.sample(
                pair.seat.generator, statistics: pair.seat.generatorStatistics,
                from: stream ?? self.stream, count: count, scratch: scratch.base,
                into: $0.baseAddress!)
        }
        #expect(examples.removeLast().isNaN)
        return examples
    }

    @Test(arguments: ["normal", "uniform"]) func theFirstSamplesDoNotDependOnHowManyFollow(
        distribution: String
    ) throws {
        // Latents of 3 numbers: a batch of 100 ends on a whole block all the same.
        let pair = try TestPair(
            "generator = { latent_size = 3, latent_distribution = \"\(distribution)\" }")
        let all = sample(pair, count: 310)
        #expect(all.allSatisfy { $0.isFinite })
        for count in [0, 1, 7, 99, 100, 101, 250] {
            #expect(sample(pair, count: count) == Array(all.prefix(2 * count)))
        }
        let examples = Set(stride(from: 0, to: all.count, by: 2).map { all[$0] })
        #expect(examples.count > 300)
    }

    /// Blocks of four words are counted in 32 bits.
    @Test(arguments: [1, 3, 10, 65_536]) func theLargestCountFitsTheStream(latentSize: Int) {
        let count = GeneratorSampler.largestCount(latentSize: latentSize)
        #expect(count * latentSize < RandomStream.wordCount)
        #expect((count + GeneratorSampler.batchSize) * latentSize >= RandomStream.wordCount)
        let lastBatch = count / GeneratorSampler.batchSize - 1
        #expect(lastBatch * GeneratorSampler.batchSize * latentSize / 4 <= Int(UInt32.max))
    }

    /// A generator without hidden layers is `weight z + bias`.
    @Test(arguments: ["normal", "uniform"]) func latentsAreThoseOfTheStream(
        distribution: String
    ) throws {
        let pair = try TestPair(
            """
            [generator]
            latent_size = 3
            hidden = []
            output = "none"
            latent_distribution = "\(distribution)"
            """)
        var latents = [Float](repeating: 0, count: 360)
        latents.withUnsafeMutableBufferPointer {
            distribution == "normal" ? stream.fillNormal($0) : stream.fillOpenUniform($0)
        }
        if distribution == "uniform" { latents = latents.map { $0 * 2 - 1 } }
        let weight = pair.model.generator.parameters.tensor(
            "dense1.weight", of: pair.seat.generator.parameters.values)
        var expected = [Double](repeating: 0, count: 240)
        for index in expected.indices {
            for input in 0..<3 {
                let latent = Double(latents[index / 2 * 3 + input])
                expected[index] += weight[index % 2 * 3 + input] * latent
            }
        }
        let problem = difference(
            sample(pair, count: 120).map(Double.init), expected, relative: 1e-5, absolute: 1e-6)
        #expect(problem == nil, "\(problem!)")
    }

    @Test func otherStreamsGiveOtherSamples() throws {
        let pair = try TestPair("")
        let other = RandomStream(seed: 7, step: 5, member: 3, purpose: .sampleLatent)
        #expect(sample(pair, count: 10) != sample(pair, count: 10, from: other))
    }

    /// Mean m, variance v: relu((x - m) / sqrt(v + 1e-5)), of the training or of 100 samples.
    @Test(arguments: SamplingNormalization.allCases)
    func batchNormalizationUsesTheChosenStatistics(normalization: SamplingNormalization) throws {
        let pair = try TestPair(
            """
            [generator]
            latent_size = 1
            hidden = [1]
            output = "none"
            normalization = "batch"
            """)
        let layout = pair.model.generator.parameters
        let parameters = pair.seat.generator.parameters
        parameters.set([Double](repeating: 0, count: layout.count))
        for (name, value) in [
            ("dense1.weight", 2), ("norm1.weight", 3), ("norm1.bias", 0.5),
        ] as [(String, Float)] {
            parameters.elements[layout[name].offset] = value
        }
        for row in 0...1 {
            parameters.elements[layout["dense2.weight"].offset + row] = row == 0 ? 1 : -1
        }
        pair.seat.generatorStatistics.set([0.25, 4])
        var latents = [Float](repeating: 0, count: 100)
        latents.withUnsafeMutableBufferPointer { stream.fillNormal($0) }
        let inputs = latents.map { 2 * Double($0) }
        var (mean, variance) = (0.25, 4.0)
        if normalization == .batch {
            mean = inputs.reduce(0, +) / 100
            variance = inputs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100
        }
        let expected = inputs.flatMap { input -> [Double] in
            let normalized = (input - mean) / (variance + 1e-5).squareRoot()
            let hidden = max(0, 3 * normalized + 0.5)
            return [hidden, -hidden]
        }
        let problem = difference(
            sample(pair, count: 100, normalization).map(Double.init), expected, relative: 1e-5,
            absolute: 2e-6)
        #expect(problem == nil, "\(problem!)")
        // A part of a batch has the statistics of all of it.
        let some = sample(pair, count: 30, normalization)
        #expect(some == Array(sample(pair, count: 100, normalization).prefix(60)))
        #expect(pair.seat.generatorStatistics.values == [0.25, 4])
    }

    @Test func dropoutIsForTrainingAlone() throws {
        let (with, without) = (
            try TestPair("generator.dropout = 0.5"), try TestPair("generator.dropout = 0.0")
        )
        for normalization in SamplingNormalization.allCases {
            #expect(
                sample(with, count: 20, normalization)
                    == sample(without, count: 20, normalization))
        }
    }
}
