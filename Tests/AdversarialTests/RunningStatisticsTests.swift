import Adversarial
import NeuralNetwork
import OracleSupport
import Testing

/// With momentum 1 running statistics are those of the last batch that moved them: computed here
/// by hand, from networks of which only the part before the normalisation matters.
@Suite struct RunningStatisticsTests {
    /// `rows x + bias` of every example.
    private func affine(
        _ layout: StateLayout, _ parameters: [Double], _ layer: String, _ examples: [Double],
        inputs: Int, outputs: Int
    ) -> [[Double]] {
        let weight = layout.tensor("\(layer).weight", of: parameters)
        let bias = layout.tensor("\(layer).bias", of: parameters)
        var results: [[Double]] = []
        for start in stride(from: 0, to: examples.count, by: inputs) {
            var result = bias
            for row in 0..<outputs {
                for column in 0..<inputs {
                    result[row] += weight[row * inputs + column] * examples[start + column]
                }
            }
            results.append(result)
        }
        return results
    }

    /// Means, then unbiased variances, of the columns.
    private func moments(_ rows: [[Double]]) -> [Double] {
        let columns = rows[0].indices.map { column in rows.map { $0[column] } }
        let means = columns.map { $0.reduce(0, +) / Double(rows.count) }
        let variances = zip(columns, means).map { column, mean -> Double in
            let squares = column.map { ($0 - mean) * ($0 - mean) }
            return squares.reduce(0, +) / Double(rows.count - 1)
        }
        return means + variances
    }

    private func check(_ actual: [Double], _ expected: [Double]) {
        let problem = difference(actual, expected, relative: 1e-4, absolute: 1e-5)
        #expect(problem == nil, "\(problem!)")
    }

    /// Rates this small change no weight but zeros, so that one network serves all steps.
    private let still = """
        optimizer.generator = { name = "sgd", learning_rate = 1e-30 }
        optimizer.discriminator = { name = "sgd", learning_rate = 1e-30 }

        """

    @Test func theGeneratorsMoveInItsOwnUpdatesAlone() throws {
        let pair = try TestPair(
            still
                + """
                training = { discriminator_updates = 3, generator_updates = 2 }
                generator.latent_size = 3
                generator.hidden = [4]
                generator.normalization = "batch"
                generator.normalization_momentum = 1.0
                """)
        let parameters = pair.seat.generator.parameters.values
        #expect(pair.train(1...2) == nil)
        // Updates 0, 1, 2 of a step are the discriminator's, 3 and 4 the generator's.
        let hidden = affine(
            pair.model.generator.parameters, parameters, "dense1",
            pair.latents(step: 2, update: 4), inputs: 3, outputs: 4)
        check(pair.seat.generatorStatistics.values, moments(hidden))
        #expect(pair.seat.discriminatorStatistics.elements.isEmpty)
    }

    @Test func theDiscriminatorsMoveInItsOwnUpdatesRealThenGenerated() throws {
        let toml =
            still + """
                generator = { latent_size = 3, hidden = [], output = "none" }
                discriminator.hidden = [4]
                discriminator.normalization = "batch"
                discriminator.normalization_momentum =
                """
        let (all, half) = (try TestPair(toml + " 1.0"), try TestPair(toml + " 0.5"))
        let generator = all.seat.generator.parameters.values
        let discriminator = all.seat.discriminator.parameters.values
        #expect(all.train(1...1) == nil)
        #expect(half.train(1...1) == nil)
        let generated = affine(
            all.model.generator.parameters, generator, "dense1", all.latents(step: 1, update: 0),
            inputs: 3, outputs: 2)
        func hidden(_ examples: [Double]) -> [Double] {
            moments(
                affine(
                    all.model.discriminator.parameters, discriminator, "dense1", examples,
                    inputs: 2, outputs: 4))
        }
        let (ofReal, ofGenerated) = (hidden(all.realBatch(0)), hidden(generated.flatMap(\.self)))
        check(all.seat.discriminatorStatistics.values, ofGenerated)
        let start = [0.0, 0, 0, 0, 1, 1, 1, 1]
        check(
            half.seat.discriminatorStatistics.values,
            start.indices.map { start[$0] / 4 + ofReal[$0] / 4 + ofGenerated[$0] / 2 })
    }

    @Test func microbatchesHaveStatisticsOfTheirOwn() throws {
        let pair = try TestPair(
            still
                + """
                training.microbatches = 2
                generator.latent_size = 3
                generator.hidden = [4]
                generator.normalization = "batch"
                generator.normalization_momentum = 1.0
                """)
        let parameters = pair.seat.generator.parameters.values
        #expect(pair.train(1...1) == nil)
        let hidden = affine(
            pair.model.generator.parameters, parameters, "dense1",
            Array(pair.latents(step: 1, update: 1).suffix(12)), inputs: 3, outputs: 4)
        check(pair.seat.generatorStatistics.values, moments(hidden))
    }

    @Test func networksWithBatchNormalizationLearn() throws {
        let pair = try TestPair(
            """
            generator.normalization = "batch"
            discriminator.normalization = "batch"
            """)
        let before = pair.bits
        #expect(pair.train(1...50) == nil)
        for (index, (start, end)) in zip(before, pair.bits).enumerated() where !start.isEmpty {
            #expect(start != end, "vector \(index)")
        }
        #expect(pair.vectors.allSatisfy { $0.elements.allSatisfy { $0.isFinite } })
    }
}
