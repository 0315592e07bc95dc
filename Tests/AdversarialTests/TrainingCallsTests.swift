import Adversarial
import NeuralNetwork
import Testing

/// How steps are grouped into calls, and what is observed, changes no bit.
@Suite struct TrainingCallsTests {
    private static let arrangements = [
        "", "generator.ema_decay = 0.75\ngenerator.ema_start = 51",
        "training = { microbatches = 2, discriminator_updates = 2 }",
        "training.order = \"simultaneous\"",
        "generator.normalization = \"batch\"\ngenerator.dropout = 0.25",
        "optimizer.generator = { name = \"adamw\", schedule = \"cosine\", clip_norm = 0.1 }",
    ]

    private func pair(_ toml: String, _ rest: String = "") throws -> TestPair {
        try TestPair("generator.hidden = [5]\ndiscriminator.hidden = [6]\n" + toml + rest)
    }

    @Test(arguments: arrangements) func oneCallIsTheSameAsSeveral(toml: String) throws {
        let (once, twice, often) = (try pair(toml), try pair(toml), try pair(toml))
        #expect(once.train(1...100) == nil)
        #expect(twice.train(1...50) == nil)
        #expect(twice.train(51...100) == nil)
        for step in 1...100 { #expect(often.train(step...step) == nil) }
        #expect(once.bits == twice.bits)
        #expect(once.bits == often.bits)
        #expect(once.trainer.values.discriminatorLoss == often.trainer.values.discriminatorLoss)
    }

    @Test(arguments: arrangements) func observingChangesNoBit(toml: String) throws {
        let (observed, unobserved) = (try pair(toml), try pair(toml))
        for start in stride(from: 1, through: 41, by: 10) {
            #expect(observed.train(start...(start + 9), observesGradients: true) == nil)
            #expect(unobserved.train(start...(start + 9)) == nil)
        }
        #expect(observed.bits == unobserved.bits)
        #expect(observed.trainer.values.generatorGradientNorm > 0)
        #expect(unobserved.trainer.values.generatorGradientNorm == 0)
    }

    @Test func oneTrainerServesPairsInTurn() throws {
        let (first, second) = (try pair(""), try pair(""))
        second.seat.generator.parameters.elements[0] = 0.5
        let alone = try pair("")
        #expect(alone.train(1...6) == nil)
        for step in 1...6 {
            for seat in [first.seat, second.seat] {
                let failure = first.trainer.train(
                    seat, from: step, through: step, observesGradients: false)
                #expect(failure == nil)
            }
        }
        #expect(first.bits == alone.bits)
        #expect(second.bits != alone.bits)
    }

    @Test func learningRatesFollowTheirSchedules() throws {
        let pair = try TestPair(
            """
            [optimizer.generator]
            learning_rate = 0.5
            schedule = "linear"
            schedule_end = 0.0
            [optimizer.discriminator]
            learning_rate = 0.25
            schedule = "step"
            schedule_every = 3
            schedule_factor = 0.5
            """, steps: 8)
        let expected: [(Float, Float)] = [
            (0.5, 0.25), (0.4375, 0.25), (0.375, 0.25), (0.3125, 0.125), (0.25, 0.125),
        ]
        for (index, (generator, discriminator)) in expected.enumerated() {
            #expect(pair.train((index + 1)...(index + 1)) == nil)
            #expect(pair.trainer.values.generatorLearningRate == generator)
            #expect(pair.trainer.values.discriminatorLearningRate == discriminator)
        }
    }

    @Test func warmUpRisesAfterAnArrival() throws {
        let pair = try TestPair(
            """
            optimizer.generator.learning_rate = 0.5
            optimizer.discriminator.learning_rate = 0.25
            """, warmupSteps: 3, arrivalStep: 10)
        let expected: [Float] = [0.25, 0.5, 0.75, 1, 1, 1]
        for (index, factor) in expected.enumerated() {
            #expect(pair.train((index + 11)...(index + 11)) == nil)
            #expect(pair.trainer.values.generatorLearningRate == 0.5 * factor)
            #expect(pair.trainer.values.discriminatorLearningRate == 0.25 * factor)
        }
    }

    /// Plain gradient descent: half the rate moves the parameters half as far.
    @Test func warmUpReachesTheUpdate() throws {
        let toml = "optimizer.generator.name = \"sgd\"\noptimizer.discriminator.name = \"sgd\""
        let full = try pair(toml)
        let warm = try TestPair(
            "generator.hidden = [5]\ndiscriminator.hidden = [6]\n" + toml, warmupSteps: 1,
            arrivalStep: 0)
        let start = full.seat.discriminator.parameters.values
        #expect(full.train(1...1) == nil)
        #expect(warm.train(1...1) == nil)
        let end = zip(
            full.seat.discriminator.parameters.values, warm.seat.discriminator.parameters.values)
        for (before, after) in zip(start, end) {
            #expect(abs((after.0 - before) - 2 * (after.1 - before)) < 1e-6)
        }
        #expect(full.bits != warm.bits)
    }

    @Test func withoutWarmUpAnArrivalChangesNothing() throws {
        let (arrived, always) = (try TestPair("", arrivalStep: 0), try TestPair(""))
        #expect(arrived.train(1...3) == nil)
        #expect(always.train(1...3) == nil)
        #expect(arrived.bits == always.bits)
    }

    private static let choices = Losses.catalog.flatMap { loss in
        Optimizers.catalog.map { (loss.identifier, $0.identifier) }
    }

    @Test(arguments: choices) func everyLossTrainsWithEveryOptimizer(
        loss: String, optimizer: String
    ) throws {
        let pair = try TestPair(
            """
            loss.name = "\(loss)"
            optimizer.generator.name = "\(optimizer)"
            optimizer.discriminator.name = "\(optimizer)"
            """)
        let before = pair.bits
        #expect(pair.train(1...5, observesGradients: true) == nil)
        #expect(pair.vectors.allSatisfy { $0.elements.allSatisfy { $0.isFinite } })
        #expect(pair.bits[0] != before[0])
        #expect(pair.bits[3] != before[3])
        #expect(pair.trainer.values.generatorGradientNorm > 0)
        #expect(pair.trainer.values.discriminatorGradientNorm > 0)
    }
}
