import Adversarial
import NeuralNetwork
import OracleSupport
import Testing

private let networks = """
    generator.latent_size = 3
    generator.hidden = [5]
    discriminator.hidden = [6]
    optimizer.generator.name = "momentum"
    optimizer.generator.learning_rate = 0.2
    optimizer.discriminator.name = "momentum"
    optimizer.discriminator.learning_rate = 0.5

    """

/// At these rates the usual weight of 10 diverges.
private let penalised = networks + "loss = { name = \"wgan-gp\", weight = 0.5 }\n"

/// The generator's updates have dropout masks for real examples as well.
private let relativistic =
    networks + "loss.name = \"relativistic\"\ndiscriminator.dropout = 0.2\n"

/// Images of two pixels, which may move by one.
private let augmented =
    networks + "augment.policy = [\"translation\", \"color\", \"cutout\"]\n"
    + "augment.translation.ratio = 0.5\n"

/// Settings of `[training]` and the rest, under which the trainer must do what the plainest loop
/// does in double precision.
private let arrangements: [(training: String, rest: String)] = [
    ("", networks),
    ("discriminator_updates = 3\ngenerator_updates = 2", networks),
    ("reuse_latent = true\ndiscriminator_updates = 2\ngenerator_updates = 2", networks),
    ("order = \"simultaneous\"", networks),
    ("order = \"simultaneous\"\ndiscriminator_updates = 2\ngenerator_updates = 2", networks),
    // Both gradients from one pass through the generator.
    ("order = \"simultaneous\"\nreuse_latent = true", penalised),
    (
        "order = \"simultaneous\"\nreuse_latent = true",
        networks + "generator.normalization = \"batch\"\ndiscriminator.normalization = \"batch\"\n"
            + "loss.name = \"relativistic\""
    ),
    (
        "order = \"simultaneous\"\nreuse_latent = true",
        networks + "generator.normalization = \"batch\"\ndiscriminator.packing = 2\n"
            + "discriminator.count = 2\nloss.aggregation = \"softmax\""
    ),
    ("microbatches = 4", networks),
    ("microbatches = 2\norder = \"simultaneous\"\nreuse_latent = true", networks),
    // Microbatches of one example: blocks of random numbers begin anywhere.
    ("microbatches = 8", penalised),
    ("microbatches = 4\ndiscriminator_updates = 2", networks + "loss.name = \"wgan\""),
    ("", penalised),
    ("", networks + "loss.name = \"lsgan\"\ngenerator.latent_distribution = \"uniform\""),
    ("microbatches = 4", networks + "generator.latent_distribution = \"uniform\""),
    ("", augmented), ("microbatches = 4\ndiscriminator_updates = 2", augmented),
    (
        "",
        augmented + "[loss]\nname = \"relativistic\"\nregularizers = [\"consistency\", \"r1\"]\n"
            + "consistency = { weight_real = 0.2, weight_generated = 0.1 }\nr1.weight = 0.1"
    ),
    ("microbatches = 2", networks + "discriminator.packing = 2\ndiscriminator.dropout = 0.4"),
    ("", penalised + "discriminator.packing = 4\ndiscriminator.dropout = 0.2"),
    (
        "microbatches = 2",
        augmented + "discriminator.packing = 2\n[loss]\nregularizers = [\"consistency\", \"r1\"]\n"
            + "consistency = { weight_real = 0.02, weight_generated = 0.01 }\nr1.weight = 0.02"
    ),
    (
        "microbatches = 2",
        networks + "discriminator.count = 2\ndiscriminator.packing = 2\n"
            + "discriminator.dropout = 0.4\nloss.aggregation = \"mean\""
    ),
    (
        "discriminator_updates = 2",
        networks + "discriminator.count = 2\ndiscriminator.normalization = \"spectral\"\n[loss]\n"
            + "regularizers = [\"lecam\", \"r2\"]\nr2.weight = 0.1\naggregation = \"softmax\""
    ),
    (
        "order = \"simultaneous\"",
        // Slowly: where generated examples come close to one another, slopes through the batch's
        // deviation make much of roundings.
        networks.replacing(/learning_rate = 0.\d+/, with: "learning_rate = 0.02")
            + "discriminator.count = 2\ndiscriminator.normalization = \"batch\"\n"
            + "loss.aggregation = \"max\""
    ),
    (
        "generator_updates = 2",
        networks + "discriminator.count = 2\ndiscriminator.dropout = 0.2\n"
            + "loss = { name = \"relativistic\", aggregation = \"mean\" }"
    ),
    ("", relativistic), ("discriminator_updates = 3\ngenerator_updates = 2", relativistic),
    ("order = \"simultaneous\"\ngenerator_updates = 2", relativistic),
    (
        "discriminator_updates = 2\ngenerator_updates = 2",
        networks + "generator.normalization = \"spectral\"\nloss.name = \"hinge\"\n"
            + "discriminator.normalization = \"spectral\"\n"
    ),
    ("", networks + "loss.regularizers = [\"lecam\"]\ndiscriminator.normalization = \"batch\""),
    (
        "discriminator_updates = 2",
        networks + "[loss]\nregularizers = [\"dragan\", \"r1\", \"r2\"]\n"
            + "dragan.weight = 0.5\nr1.weight = 0.1\nr2.weight = 0.2"
    ),
    ("", networks + "generator.dropout = 0.3\ndiscriminator.dropout = 0.4"),
    ("microbatches = 8", networks + "generator.dropout = 0.3\ndiscriminator.dropout = 0.4"),
    ("microbatches = 4", penalised + "discriminator.dropout = 0.4"),
    (
        "discriminator_updates = 2",
        networks + "generator.normalization = \"batch\"\ndiscriminator.normalization = \"batch\""
    ),
    (
        "order = \"simultaneous\"\ngenerator_updates = 2",
        networks + "generator.normalization = \"batch\"\ngenerator.dropout = 0.3\n"
            + "discriminator.normalization = \"batch\"\ndiscriminator.dropout = 0.2"
    ),
    ("", networks + "generator.normalization = \"layer\"\ndiscriminator.normalization = \"layer\""),
    (
        "",
        networks + "optimizer.generator.clip_norm = 0.01\n"
            + "optimizer.discriminator.clip_norm = 0.02\n"
            + "optimizer.generator.schedule = \"linear\"\n"
            + "optimizer.discriminator.schedule = \"cosine\""
    ),
]

@Suite struct PairTrainerTests {
    @Test(arguments: arrangements.indices) func doesWhatThePlainLoopDoes(index: Int) throws {
        let (training, rest) = arrangements[index]
        let data = FixedExamples(exampleShape: rest.contains("policy") ? [2, 1, 1] : [2])
        let pair = try TestPair(rest + "\n[training]\n" + training, data: data, steps: 12)
        let whole = training.split(separator: "\n")
            .filter { !$0.hasPrefix("microbatches") && !$0.hasPrefix("order") }
            .joined(separator: "\n")
        var reference = ReferenceTraining(
            pair,
            wholeBatch: try model(
                rest + "\n[training]\n" + whole, exampleShape: data.exampleShape),
            steps: 12)
        reference.train(1...6)
        #expect(pair.train(1...6, observesGradients: true) == nil)
        for (name, vector) in [
            ("generator.parameters", pair.seat.generator.parameters),
            ("generator.statistics", pair.seat.generatorStatistics),
            ("discriminator.parameters", pair.seat.discriminator.parameters),
            ("discriminator.statistics", pair.seat.discriminatorStatistics),
            ("generator.estimates", pair.seat.generator.estimates),
            ("discriminator.estimates", pair.seat.discriminator.estimates),
        ] {
            check(vector.values, reference.state.values[name]!, "\(name) with \(training)")
        }
        try checkValues(pair.trainer.values, reference.last)
    }

    private func checkValues(
        _ values: TrainingValues, _ last: [Role: [String: [Double]]]
    ) throws {
        let discriminator = try #require(last[.discriminator])
        let generator = try #require(last[.generator])
        for (name, value) in [
            ("loss", values.discriminatorLoss), ("loss_real", values.discriminatorLossReal),
            ("loss_generated", values.discriminatorLossGenerated),
            ("score_real", values.scoreReal), ("score_generated", values.scoreGenerated),
            ("penalty", values.penalty),
        ] {
            check([Double(value)], discriminator[name] ?? [0], name)
        }
        check([Double(values.generatorLoss)], generator["loss"]!, "generator loss")
        check(
            [Double(values.discriminatorGradientNorm)], [norm(discriminator["gradient"]!)],
            "norm of the discriminator's gradient")
        check(
            [Double(values.generatorGradientNorm)], [norm(generator["gradient"]!)],
            "norm of the generator's gradient")
    }

    private func norm(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    private func check(_ actual: [Double], _ expected: [Double], _ what: String) {
        let problem = difference(actual, expected, relative: 2e-5, absolute: 5e-6)
        #expect(problem == nil, "\(what): \(problem!)")
    }

    /// Against a discriminator that (all but) stands still, the alternating generator sees what
    /// the simultaneous one sees.
    @Test func simultaneousTakesBothGradientsAtTheSameParameters() throws {
        let simultaneous = try TestPair(networks + "training.order = \"simultaneous\"")
        let alternating = try TestPair(networks)
        let still = try TestPair(
            networks.replacing("learning_rate = 0.5", with: "learning_rate = 1e-30"))
        for pair in [simultaneous, alternating, still] { #expect(pair.train(1...1) == nil) }
        func generator(_ pair: TestPair) -> [Double] { pair.seat.generator.parameters.values }
        check(generator(simultaneous), generator(still), "generator")
        check(
            simultaneous.seat.discriminator.parameters.values,
            alternating.seat.discriminator.parameters.values, "discriminator")
        let moved = zip(generator(simultaneous), generator(alternating)).map { abs($0 - $1) }
        #expect(moved.max()! > 1e-5)
    }

    /// With nothing moving, `-mean D(G(z))` is the discriminator's term if z is the same.
    @Test(arguments: [true, false]) func reusedLatentsAreThoseOfTheLastUpdate(
        reuses: Bool
    ) throws {
        let pair = try TestPair(
            networks.replacing(/learning_rate = 0.\d+/, with: "learning_rate = 1e-30")
                + """
                loss.name = "wgan-gp"
                [training]
                reuse_latent = \(reuses)
                discriminator_updates = 3
                """)
        #expect(pair.train(1...2) == nil)
        let values = pair.trainer.values
        #expect((abs(values.generatorLoss + values.scoreGenerated) < 1e-6) == reuses)
    }

    @Test(arguments: ["alternating", "simultaneous"]) func updatesAreCountedByRole(
        order: String
    ) throws {
        let pair = try TestPair(
            networks
                + """
                [training]
                order = "\(order)"
                discriminator_updates = 5
                generator_updates = 2
                """)
        #expect(pair.train(1...3) == nil)
        #expect(pair.train(4...4) == nil)
        #expect(pair.seat.discriminatorOptimizer.updateCount == 20)
        #expect(pair.seat.generatorOptimizer.updateCount == 8)
        // 24 examples are three batches: the twentieth batch belongs to the seventh epoch.
        #expect(pair.trainer.values.epoch == 6)
    }

    @Test func wassersteinClipsEveryParameterAfterEveryUpdate() throws {
        let pair = try TestPair(
            networks
                + """
                loss.name = "wgan"
                loss.clip = 0.125
                discriminator.normalization = "layer"
                """)
        let parameters = pair.seat.discriminator.parameters
        #expect(parameters.elements.contains { $0 == 1 })
        for step in 1...4 {
            #expect(pair.train(step...step) == nil)
            #expect(parameters.elements.allSatisfy { abs($0) <= 0.125 })
        }
        #expect(parameters.elements.contains { abs($0) == 0.125 })
        #expect(parameters.elements.contains { abs($0) < 0.125 })
        #expect(pair.seat.generator.parameters.elements.contains { abs($0) > 0.125 })
    }
}
