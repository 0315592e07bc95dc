import Adversarial
import Datasets
import Evaluation
import NeuralNetwork
import Randomness
import Settings
import Testing

/// Judges of generators whose distributions are known.
@Suite struct JudgeTests {
    private func model(
        _ lines: String = "", hidden: String = "[]", input: String = ""
    ) throws -> AdversarialModel {
        let document = try SettingsDocument(
            text: """
                [generator]
                latent_size = 2
                hidden = \(hidden)
                output = "none"
                \(lines)
                [discriminator]
                hidden = [16]
                \(input)
                [optimizer.discriminator]
                learning_rate = 1e-2
                """, file: "test.toml", overrides: [])
        return try AdversarialModel(root: document.root, exampleShape: [2], batchSize: 16)
    }

    /// `z` moved by a number, with z the latent: standard normal.
    private func generator(_ model: AdversarialModel, moved: Float, averaged: Bool = false)
        -> NetworkState
    {
        let state = NetworkState(model.generator, isAveraged: averaged)
        let entries = model.generator.parameters
        for (weight, value) in zip(entries["dense1.weight"].offset..., [1, 0, 0, 1] as [Float]) {
            state.parameters.elements[weight] = value
        }
        for bias in 0..<2 {
            state.parameters.elements[entries["dense1.bias"].offset + bias] = moved
        }
        return state
    }

    private func verdict(
        _ model: AdversarialModel, _ generator: NetworkState, weights: GeneratorWeights = .current,
        normalization: SamplingNormalization = .running
    ) throws -> JudgeVerdict {
        let judge = Judge(
            model, data: NormalPoints(), steps: 400, weights: weights,
            normalization: normalization, samples: 2000, seed: 3)
        #expect(judge.sampleCount == 2000)
        return try #require(
            judge.verdict(
                on: generator, statistics: FloatVector(statisticsOf: model.generator), member: 0))
    }

    /// The accuracy of `n` answers at random has the deviation `1 / sqrt(4 n)`.
    @Test func samplesLikeTheDataAreNotTold() throws {
        let model = try model()
        let verdict = try verdict(model, generator(model, moved: 0))
        #expect(abs(verdict.accuracy - 0.5) < 4 / (4.0 * 4000).squareRoot())
        #expect(verdict.pValue > 1e-4 && abs(verdict.loss - 1.386_294) < 0.03)
    }

    /// The best that can be done between `N(0, I)` and `N((1, 1), I)` is the normal distribution
    /// function at half their distance: 0.7602.
    @Test func movedSamplesAreToldAsWellAsTheyCanBe() throws {
        let model = try model()
        let verdict = try verdict(model, generator(model, moved: 1))
        #expect(abs(verdict.accuracy - 0.7602) < 4 / (4.0 * 4000).squareRoot())
        #expect(verdict.pValue < 1e-12)
    }

    @Test func theWeightsThatAreEvaluatedAreJudged() throws {
        let model = try model("ema_decay = 0.9")
        let averaged = generator(model, moved: 9, averaged: true)
        averaged.average.copy(generator(model, moved: 0).parameters)
        let plain = try verdict(model, generator(model, moved: 0))
        #expect(try verdict(model, averaged, weights: .average) == plain)
        #expect(try verdict(model, averaged).accuracy > 0.99)
    }

    /// Statistics of each batch take away what a factor before them does; running ones of a
    /// generator that never learned do not.
    @Test func theNormalizationOfEvaluationsIsJudged() throws {
        let model = try model("normalization = \"batch\"", hidden: "[2]")
        let entries = model.generator.parameters
        func generator(_ factor: Float) -> NetworkState {
            let state = NetworkState(model.generator)
            for (name, values) in [
                ("dense1.weight", [factor, 0, 0, factor]), ("norm1.weight", [1, 1]),
                ("dense2.weight", [1, 0, 0, 1]),
            ] {
                for (index, value) in values.enumerated() {
                    state.parameters.elements[entries[name].offset + index] = value
                }
            }
            return state
        }
        func outputs(_ factor: Float, _ normalization: SamplingNormalization) throws -> [Float] {
            try verdict(model, generator(factor), normalization: normalization).generated
        }
        func distance(_ left: [Float], _ right: [Float]) -> Float {
            zip(left, right).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(left.count)
        }
        let (running, batch) = (try outputs(8, .running), try outputs(8, .batch))
        #expect(try distance(batch, outputs(16, .batch)) < 0.05)
        #expect(try distance(running, outputs(16, .running)) > 0.5)
        #expect(distance(running, batch) > 0.5)
    }

    /// Packs and copies are the experiment's; its judges see one example at a time.
    @Test(arguments: ["packing = 4", "count = 2"])
    func judgesSeeSingleExamples(line: String) throws {
        let packed = try model(input: line)
        let plain = try model()
        let expected = try verdict(plain, generator(plain, moved: 1))
        #expect(try verdict(packed, generator(packed, moved: 1)) == expected)
        #expect(packed.canBeJudged)
    }
}

/// Standard normal points, of which the later ones are held out.
private struct NormalPoints: DataSource {
    let exampleShape = [2]
    let count = 4000
    let valueRange: ClosedRange<Float> = -10...10
    let labels: [UInt16]? = nil
    let fingerprint = "0000000000000000"
    private let values: [Float]

    init() {
        var values = [Float](repeating: 0, count: 2 * 8000)
        values.withUnsafeMutableBufferPointer {
            RandomStream(seed: 77, step: 0, member: 0, purpose: .data).fillNormal($0)
        }
        self.values = values
    }

    func copyExamples(
        _ indices: UnsafeBufferPointer<Int32>, into target: UnsafeMutablePointer<Float>
    ) {
        for (place, index) in indices.enumerated() {
            target[2 * place] = values[2 * Int(index)]
            target[2 * place + 1] = values[2 * Int(index) + 1]
        }
    }

    func heldOutExamples(count: Int, seed: UInt64) -> [Float] {
        Array(values[(2 * self.count)..<(2 * (self.count + min(count, self.count)))])
    }
}
