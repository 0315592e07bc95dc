import Adversarial
import GraphExecution
import NeuralNetwork
import OracleSupport
import Settings
import TensorGraph
import Testing

@Suite struct DiscriminatorInputTests {
    /// Every number of every pack, by its place in the batch.
    @Test(arguments: [[3], [2, 3, 2]], [1, 2, 3])
    func packsHoldTheirExamplesOneAfterAnother(example: [Int], packing: Int) {
        for discriminators in [1, 2] {
            let input = DiscriminatorInput(packing: packing, discriminators: discriminators)
            let (count, channels) = (6 * discriminators, example[example.count - 1])
            let size = example.reduce(1, *)
            let graph = Graph()
            let batch = graph.input("batch", Shape([count] + example))
            for discriminator in 0..<discriminators {
                let packs = input.packs(batch, for: discriminator)
                #expect(packs.shape == Shape([6 / packing] + input.shape(example)))
                let numbers = (0..<(count * size)).map(Double.init)
                let values = Evaluator.reference.values([packs], ["batch": numbers])[0]
                var expected: [Double] = []
                for pack in 0..<(6 / packing) {
                    for place in 0..<(size / channels) {
                        for member in 0..<packing {
                            let index = (pack * packing + member) * discriminators + discriminator
                            expected += (0..<channels).map {
                                Double(index * size + place * channels + $0)
                            }
                        }
                    }
                }
                #expect(values == expected)
            }
        }
    }

    @Test func aloneItIsTheBatchItself() {
        let batch = Graph().input("batch", [4, 3])
        #expect(DiscriminatorInput().packs(batch, for: 0) == batch)
        #expect(DiscriminatorInput().examplesPerJudgement == 1)
    }

    @Test func filtersSeeAllImagesOfAPack() throws {
        let made = try model(
            """
            generator = { network = "dcgan", width = 2, output = "tanh" }
            discriminator = { network = "dcgan", width = 2, packing = 4 }
            """, exampleShape: [16, 16, 3])
        #expect(made.generator.outputShape == [16, 16, 3])
        #expect(made.discriminator.inputShape == [16, 16, 12])
        #expect(made.discriminator.parameters["convolution1.weight"].fileShape == [2, 12, 4, 4])
        let graph = UpdateGraph(made, .discriminator, .whole)
        #expect(graph.request.outputs.contains { $0.name == "penalty" } == false)
    }

    /// One of each is what experiments had before there were these keys.
    @Test func oneOfEachChangesNothing() throws {
        let plain = try TestPair("loss.name = \"wgan-gp\"")
        let same = try TestPair(
            "loss.name = \"wgan-gp\"\ndiscriminator = { packing = 1, count = 1 }")
        #expect(plain.train(1...5) == nil && same.train(1...5) == nil)
        #expect(plain.bits == same.bits)
    }

    /// Copies have names, weights and streams of their own; the first begins as the only one would.
    @Test func copiesBeginApart() throws {
        let toml = "discriminator = { hidden = [5], normalization = \"spectral\""
        let one = try TestPair(toml + " }")
        let three = try TestPair(toml + ", count = 3 }", data: FixedExamples(), batchSize: 9)
        let (network, single) = (three.model.discriminator, one.model.discriminator)
        #expect(network.copies == 3)
        #expect(network.parameters.count == 3 * single.parameters.count)
        #expect(network.estimates.count == 3 * single.estimates.count)
        #expect(network.parameters.entries[0].name == "0.\(single.parameters.entries[0].name)")
        let all = three.seat.discriminator.parameters.bits
        let parts = (0..<3).map { Array(all[($0 * single.parameters.count)...].prefix(10)) }
        #expect(parts[0] == Array(one.seat.discriminator.parameters.bits.prefix(10)))
        #expect(Set(parts).count == 3)
        #expect(three.train(1...3) == nil)
    }

    @Test(arguments: [
        ("discriminator.packing = 3", "discriminator.packing"),
        ("discriminator.packing = 0", "discriminator.packing"),
        ("discriminator.packing = 65", "discriminator.packing"),
        ("discriminator.count = 3", "discriminator.count"),
        ("discriminator.count = 17", "discriminator.count"),
        ("discriminator = { packing = 4, count = 4 }", "discriminator.packing"),
        (
            "discriminator.packing = 4\ntraining.microbatches = 4",
            "discriminator.packing"
        ),
        (
            "discriminator = { packing = 8, normalization = \"batch\" }",
            "discriminator.normalization"
        ),
        ("loss.aggregation = \"max\"", "loss.aggregation"),
        ("loss.aggregation_lambda = 2", "loss.aggregation_lambda"),
        (
            "discriminator.count = 2\nloss.aggregation_lambda = 2", "loss.aggregation_lambda"
        ),
        ("discriminator.count = 2\nloss.aggregation = \"min\"", "loss.aggregation"),
    ]) func faultsNameTheirKey(toml: String, key: String) throws {
        let error = #expect(throws: SettingsError.self) { try model(toml) }
        #expect(error?.key == key)
    }

    /// Another group's discriminator brings along how it judges.
    @Test func meetingsKeepWhatTheDiscriminatorIs() throws {
        let generators = try settings("")
        let discriminators = try settings(
            "discriminator = { packing = 2, count = 2 }\nloss.regularizers = [\"lecam\"]")
        func made(_ root: SettingsTable, _ batch: Int) throws -> AdversarialModel {
            try AdversarialModel(root: root, exampleShape: [2], batchSize: batch)
        }
        let meeting = try made(generators, 8).meeting(
            made(discriminators, 8), root: generators, otherRoot: discriminators)
        #expect(meeting.input.packing == 2 && meeting.discriminator.copies == 2)
        let error = #expect(throws: SettingsError.self) {
            try made(generators, 6).meeting(
                made(discriminators, 8), root: generators, otherRoot: discriminators)
        }
        #expect(error?.key == "discriminator.packing")
    }
}
