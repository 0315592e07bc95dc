import Adversarial
import Datasets
import NeuralNetwork
import Randomness
import Settings

/// The table that `toml` spells, from a file that errors call `test.toml`.
func settings(_ toml: String) throws -> SettingsTable {
    try SettingsDocument(text: toml, file: "test.toml", overrides: []).root
}

/// A model in which every key of `toml` was used.
func model(
    _ toml: String, exampleShape: [Int] = [2], batchSize: Int = 8
) throws -> AdversarialModel {
    let root = try settings(toml)
    let model = try AdversarialModel(root: root, exampleShape: exampleShape, batchSize: batchSize)
    try root.finish()
    return model
}

/// Points given one by one.
struct FixedExamples: DataSource {
    let exampleShape: [Int]
    let count: Int
    let valueRange: ClosedRange<Float> = 0...1
    let labels: [UInt16]? = nil
    let fingerprint = "0000000000000000"
    var values: [Float]

    /// 24 points of the unit square, or as images of two pixels.
    init(exampleShape: [Int] = [2]) {
        self.exampleShape = exampleShape
        values = [Float](repeating: 0, count: 48)
        values.withUnsafeMutableBufferPointer {
            RandomStream(seed: 5, step: 0, member: 0, purpose: .data).fillUniform($0)
        }
        count = 24
    }

    func copyExamples(
        _ indices: UnsafeBufferPointer<Int32>, into target: UnsafeMutablePointer<Float>
    ) {
        for (place, index) in indices.enumerated() {
            target[2 * place] = values[2 * Int(index)]
            target[2 * place + 1] = values[2 * Int(index) + 1]
        }
    }
}

/// A pair with a trainer of its own.
struct TestPair {
    let model: AdversarialModel
    let data: FixedExamples
    let seat: PairSeat
    let trainer: PairTrainer
    let plans: TrainingPlans

    init(
        _ toml: String, data: FixedExamples = FixedExamples(), batchSize: Int = 8,
        steps: Int = 1000,
        warmupSteps: Int = 0, arrivalStep: Int? = nil
    ) throws {
        model = try AdversarialTests.model(
            toml, exampleShape: data.exampleShape, batchSize: batchSize)
        self.data = data
        let streams = MemberStreams(seed: 7, member: 3, shared: [])
        seat = PairSeat(
            streams: streams,
            generator: NetworkState(
                model.generator, role: .generator, streams: streams,
                isAveraged: model.generatorAverage != nil),
            generatorOptimizer: OptimizerState(
                rule: model.generatorRule, parameterCount: model.generator.parameters.count),
            generatorStatistics: FloatVector(statisticsOf: model.generator),
            discriminator: NetworkState(
                model.discriminator, role: .discriminator, streams: streams),
            discriminatorOptimizer: OptimizerState(
                rule: model.discriminatorRule,
                parameterCount: model.discriminator.parameters.count),
            discriminatorStatistics: FloatVector(statisticsOf: model.discriminator),
            arrivalStep: arrivalStep)
        plans = TrainingPlans(model)
        trainer = PairTrainer(
            model: model, plans: plans, data: data, steps: steps, warmupSteps: warmupSteps)
    }

    func train(
        _ steps: ClosedRange<Int>, observesGradients: Bool = false
    ) -> TrainingFailure? {
        trainer.train(
            seat, from: steps.lowerBound, through: steps.upperBound,
            observesGradients: observesGradients)
    }

    var vectors: [FloatVector] {
        [
            seat.generator.parameters, seat.generatorOptimizer.slots, seat.generatorStatistics,
            seat.discriminator.parameters, seat.discriminatorOptimizer.slots,
            seat.discriminatorStatistics, seat.generator.estimates, seat.discriminator.estimates,
            seat.generator.average,
        ]
    }

    /// Every bit that training may change.
    var bits: [[UInt32]] { vectors.map(\.bits) }

    /// The examples of the real batch of one discriminator update, counted from 0 over the run.
    func realBatch(_ batch: Int) -> [Double] {
        var indices = [Int32](repeating: 0, count: model.training.batchSize)
        let order = BatchOrder(
            seed: seat.streams.seed, member: seat.streams.member, count: data.count,
            batchSize: indices.count)
        indices.withUnsafeMutableBufferPointer { order.fill($0, batch: batch) }
        return indices.flatMap { [data.values[2 * Int($0)], data.values[2 * Int($0) + 1]] }
            .map(Double.init)
    }

    /// The latents of one update of a step.
    func latents(step: Int, update: Int) -> [Double] {
        var latents = [Float](
            repeating: 0, count: model.training.batchSize * model.latentSize)
        let stream = seat.streams.noise(.latent, step: step, update: update)
        latents.withUnsafeMutableBufferPointer {
            model.latentDistribution == .normal
                ? stream.fillNormal($0) : stream.fillOpenUniform($0)
        }
        let isNormal = model.latentDistribution == .normal
        return latents.map { isNormal ? Double($0) : 2 * Double($0) - 1 }
    }
}
