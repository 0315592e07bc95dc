import Adversarial
import NeuralNetwork
import Testing

/// A number that is not finite ends training at its step, with the name of a tensor that has it.
@Suite struct TrainingFailureTests {
    private let losses = Losses.catalog.map { $0.identifier }

    /// What a failure claims must be there to see.
    private func check(
        _ failure: TrainingFailure?, _ pair: TestPair, step: Int
    ) throws {
        let failure = try #require(failure)
        #expect(failure.step == step)
        #expect(!failure.value.isFinite)
        if failure.tensor == "d_loss" || failure.tensor == "g_loss" { return }
        let parts = failure.tensor.split(separator: ".", maxSplits: 1).map(String.init)
        let isGenerator = parts[0] == "generator"
        let network = isGenerator ? pair.model.generator : pair.model.discriminator
        let state = isGenerator ? pair.seat.generator : pair.seat.discriminator
        let entry = try #require(network.parameters.entries.first { $0.name == parts[1] })
        let values = state.parameters.elements[entry.offset..<(entry.offset + entry.count)]
        #expect(values.contains { !$0.isFinite })
    }

    @Test func aParameterThatIsNotANumber() throws {
        for loss in losses {
            for isGenerator in [true, false] {
                let pair = try TestPair("loss.name = \"\(loss)\"")
                #expect(pair.train(1...4) == nil)
                let state = isGenerator ? pair.seat.generator : pair.seat.discriminator
                let layout =
                    isGenerator
                    ? pair.model.generator.parameters : pair.model.discriminator.parameters
                state.parameters.elements[layout["dense2.bias"].offset] = .nan
                try check(pair.train(5...20), pair, step: 5)
            }
        }
    }

    @Test func theTensorIsNamedAsCheckpointsNameIt() throws {
        let pair = try TestPair("")
        let entry = pair.model.discriminator.parameters["dense1.weight"]
        pair.seat.discriminator.parameters.elements[entry.offset + 3] = .infinity
        let failure = try #require(pair.train(1...1))
        #expect(failure.tensor == "discriminator.dense1.weight")
    }

    @Test func aDatumThatIsNotANumber() throws {
        for loss in losses {
            var data = FixedExamples()
            data.values[2 * 11 + 1] = .nan
            let pair = try TestPair("loss.name = \"\(loss)\"", data: data)
            // The example comes up once in the three batches of the first epoch.
            let step = try #require(
                (1...3).first { pair.realBatch($0 - 1).contains { $0.isNaN } })
            try check(pair.train(1...20), pair, step: step)
        }
    }

    @Test(arguments: ["alternating", "simultaneous"]) func aLearningRateOutOfAllProportion(
        order: String
    ) throws {
        for role in ["generator", "discriminator"] {
            let pair = try TestPair(
                """
                optimizer.\(role).learning_rate = 1e30
                generator.output = "none"
                training.order = "\(order)"
                """)
            let failure = try #require(pair.train(1...20))
            try check(failure, pair, step: failure.step)
            #expect(failure.step <= 3)
        }
    }

    /// Parameters are looked at on their own before the pair is left to others.
    @Test func theLastStepOfACallLooksAtParameters() throws {
        let toml = "generator = { hidden = [], output = \"none\" }\ndiscriminator.hidden = []"
        let pair = try TestPair(toml)
        #expect(pair.train(1...4) == nil)
        // The losses come before the update that carries this over to the parameters.
        pair.seat.generatorOptimizer.slot(0)[0] = .infinity
        let failure = try #require(pair.train(5...5))
        #expect(failure.step == 5)
        #expect(failure.tensor == "generator.dense1.weight")
    }

    /// An infinite mean square makes an update zero for good, and nothing else.
    @Test(arguments: ["generator", "discriminator"]) func aSlotThatNoLossShows(
        role: String
    ) throws {
        let pair = try TestPair("")
        #expect(pair.train(1...4) == nil)
        let optimizer =
            role == "generator" ? pair.seat.generatorOptimizer : pair.seat.discriminatorOptimizer
        let slot = optimizer.slotCount - 1
        optimizer.slot(optimizer.slotNames.count - 1)[slot] = .infinity
        let failure = try #require(pair.train(5...7))
        #expect(failure.step == 7 && failure.value == .infinity)
        #expect(failure.tensor == "\(role).optimizer.\(optimizer.slotNames.last!)")
    }

    /// Training does not use running statistics.
    @Test(arguments: ["generator", "discriminator"]) func aStatisticThatNoLossShows(
        role: String
    ) throws {
        let pair = try TestPair(
            "generator.normalization = \"batch\"\ndiscriminator.normalization = \"batch\"")
        #expect(pair.train(1...4) == nil)
        let (statistics, layout) =
            role == "generator"
            ? (pair.seat.generatorStatistics, pair.model.generator.statistics)
            : (pair.seat.discriminatorStatistics, pair.model.discriminator.statistics)
        let entry = try #require(layout.entries.last)
        statistics.elements[entry.offset] = .infinity
        let failure = try #require(pair.train(5...7))
        #expect(failure.step == 7 && !failure.value.isFinite)
        #expect(failure.tensor == "\(role).\(entry.name)")
    }

    @Test func whatIsFiniteDoesNotFail() throws {
        let pair = try TestPair("")
        #expect(pair.train(1...100) == nil)
    }
}
