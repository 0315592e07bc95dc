import Datasets
import Evaluation
import Foundation
import Metrics
import Settings
import Testing

@Suite struct PopulationEvaluationTests {
    private let data = FixedExamples.corners(6)
    /// Five points each, on either side of what the discriminators part.
    private let points: [[Float]] = [
        [0, 0, 1, 0, 0, 1, 2, -1, -3, 4], [1, 1, 2, 2, -1, -1, 0.5, 3, 4, 0.25],
        [-2, 0, 0, -2, 1, -1, 3, 3, -0.5, 0.5],
    ]
    private let planes: [[Float]] = [[1, 0, 0.25], [0, -1, 0.5], [0.5, 0.5, -1]]
    private let pairing = [1, 2, 0]

    private func population(_ losses: [String]) throws -> LinearPopulation {
        try LinearPopulation(
            losses: losses, discriminators: planes, samples: points.map { [$0] }, pairing: pairing,
            data: data)
    }

    private func softplus(_ x: Double) -> Double { log1p(exp(-abs(x))) + max(x, 0) }
    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    /// Each loss of `[loss]` with the generator's objective for outputs on generated and on real
    /// examples, and what the outputs decide.
    private func check(
        _ loss: String, _ objective: ([Double], [Double]) -> Double,
        _ isReal: ((Double) -> Bool)?
    ) throws {
        let population = try population([loss, loss, loss])
        let settings = try #require(
            try readPopulation("population = [\"cross-play\"]\npopulation_samples = 5"))
        let values = population.evaluation(settings).values(population.snapshot(settings), step: 3)
        #expect(values.count == 2)
        for discriminator in 0..<3 {
            for generator in 0..<3 {
                let scores = population.scores(discriminator, points[generator])
                // Five of the six examples are taken; the last of the loop has not been.
                let place = discriminator * 3 + generator
                if let isReal {
                    #expect(values[0][place] == Double(scores.count(where: isReal)) / 5)
                } else {
                    #expect(values[0][place].isNaN)
                }
                let candidates = (0..<6).map { left in
                    objective(
                        scores,
                        population.scores(
                            discriminator,
                            data.values.enumerated()
                                .filter { $0.offset / 2 != left }.map(\.element)))
                }
                #expect(candidates.contains { agree([values[1][place]], [$0]) })
            }
        }
    }

    @Test func crossPlayIsTheNetworksOnTheSamples() throws {
        try check("name = \"bce\"", { made, _ in mean(made.map { softplus(-$0) }) }, { $0 > 0 })
        try check(
            "name = \"lsgan\"", { made, _ in mean(made.map { ($0 - 1) * ($0 - 1) / 2 }) },
            { $0 > 0.5 })
        try check("name = \"wgan\"", { made, _ in -mean(made) }, nil)
        try check(
            "name = \"relativistic\"",
            { made, real in
                mean(made.map { softplus(mean(real) - $0) })
                    + mean(real.map { softplus($0 - mean(made)) })
            }, nil)
    }

    /// The generator brings its objective, the seat where a discriminator sits says what it means.
    @Test func lossesStayWithTheirGenerators() throws {
        let population = try population([
            "name = \"bce\"", "name = \"lsgan\"", "name = \"wgan\"",
        ])
        let settings = try #require(
            try readPopulation("population = [\"cross-play\"]\npopulation_samples = 5"))
        let values = population.evaluation(settings).values(population.snapshot(settings), step: 3)
        for discriminator in 0..<3 {
            let scores = points.map { population.scores(discriminator, $0) }
            #expect(
                agree(
                    Array(values[1][(3 * discriminator)..<(3 * discriminator + 3)]),
                    [
                        mean(scores[0].map { softplus(-$0) }),
                        mean(scores[1].map { ($0 - 1) * ($0 - 1) / 2 }), -mean(scores[2]),
                    ]))
            let accuracy = values[0][(3 * discriminator)..<(3 * discriminator + 3)]
            switch pairing.firstIndex(of: discriminator)! {
            case 0:
                #expect(Array(accuracy) == scores.map { Double($0.count { $0 > 0 }) / 5 })
            case 1:
                #expect(Array(accuracy) == scores.map { Double($0.count { $0 > 0.5 }) / 5 })
            default: #expect(accuracy.allSatisfy { $0.isNaN })
            }
        }
    }

    /// All six examples are trained on; new ones are drawn from the mixture.
    @Test func discriminatorsAreHeldAgainstRealExamples() throws {
        let loss = "name = \"bce\""
        let population = try population([loss, loss, loss])
        let samples = try LinearPopulation(
            losses: [loss, loss, loss], discriminators: planes,
            samples: points.map { [$0 + [1, 1]] }, pairing: pairing, data: data)
        let settings = try #require(
            try readPopulation("population = [\"discriminator-gap\"]\npopulation_samples = 6"))
        let values = samples.evaluation(settings).values(samples.snapshot(settings), step: 3)
        let heldOut = data.heldOutExamples(count: 6, seed: 1)
        #expect(heldOut.count == 12 && values.map(\.count) == [3, 3, 3, 3, 3, 1])
        for (pair, discriminator) in pairing.enumerated() {
            let training = population.scores(discriminator, data.values)
            let new = population.scores(discriminator, heldOut)
            #expect(values[0][pair] == Double(training.count { $0 > 0 }) / 6)
            #expect(values[1][pair] == Double(new.count { $0 > 0 }) / 6)
            let losses = [training, new].map { mean($0.map { softplus(-$0) }) }
            #expect(
                agree(
                    [values[2][pair], values[3][pair], values[4][pair]],
                    losses + [losses[1] - losses[0]]))
        }
        #expect(agree(values[5], [mean(values[4])]))
    }

    /// Each by the examples of its own part: pairs 7 and 9 have the odd ones, 8 the even ones.
    @Test func discriminatorsAreHeldAgainstTheirOwnPart() throws {
        let loss = "name = \"bce\""
        let parted = try LinearPopulation(
            losses: [loss, loss, loss], discriminators: planes, samples: points.map { [$0] },
            pairing: pairing, data: FixedExamples.corners(6).parted())
        let settings = try #require(
            try readPopulation("population = [\"discriminator-gap\"]\npopulation_samples = 5"))
        let values = parted.values(settings)
        for (pair, discriminator) in pairing.enumerated() {
            let own = parted.data.trainingExamples(count: 5, member: UInt32(7 + pair), seed: 1)
            #expect(own.count == 6)
            let scores = parted.scores(discriminator, own)
            #expect(values["training_accuracy"]![pair] == Double(scores.count { $0 > 0 }) / 3)
            #expect(
                agree([values["training_loss"]![pair]], [mean(scores.map { softplus(-$0) })]))
        }
    }

    @Test func withoutHeldOutExamplesThereIsNoGap() throws {
        let unknown = try LinearPopulation(
            losses: ["name = \"bce\""], discriminators: [planes[0]], samples: [[points[0]]],
            pairing: [0], data: FixedExamples.unknown())
        let settings = try #require(
            try readPopulation(
                "population = [\"discriminator-gap\", \"gam\"]\npopulation_samples = 5"))
        let values = unknown.evaluation(settings).values(unknown.snapshot(settings), step: 3)
        #expect(values[0][0].isFinite && values[2][0].isFinite)
        #expect(values[1][0].isNaN && values[4][0].isNaN && values[5][0].isNaN)
        #expect(values[6][0].isNaN && values[7][0].isNaN)
    }

    @Test(arguments: PopulationMeasures.catalog.indices)
    func everyMeasureFillsItsColumns(index: Int) throws {
        let measure = PopulationMeasures.catalog[index]
        let population = try LinearPopulation(
            losses: Array(repeating: "name = \"bce\"", count: 3), discriminators: planes,
            samples: points.map { [$0, $0.map { $0 + 1 }] }, pairing: pairing, data: data)
        let lines = PopulationFixture.lines(measure) + "\npopulation_samples = 5"
        let settings = try #require(try readPopulation(lines, data: data))
        let metrics = try PopulationFixture.metrics(lines, data)
        let values = population.evaluation(settings, metrics: metrics)
            .values(population.snapshot(settings), step: 3)
        #expect(values.map(\.count) == settings.columns.map { $0.count(pairs: 3) })
        #expect(values.joined().allSatisfy { !$0.isNaN })
        let names = settings.columns.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil })
    }
}

@Suite struct PopulationEvaluationSettingsTests {
    @Test func whatIsNotSaidIsThatOfTheEvaluation() throws {
        let settings = try #require(
            try readPopulation("population = [\"gam-2\", \"cross-play\"]\nsamples = 70", every: 9))
        #expect(settings.every == 9 && settings.sampleCount == 70)
        #expect(settings.columns.map(\.name).suffix(2) == ["accuracy", "loss"])
        let own = try #require(
            try readPopulation(
                "population = [\"gam\"]\npopulation_every = 4\npopulation_samples = 8"))
        #expect(own.every == 4 && own.sampleCount == 8)
    }

    @Test func withoutMeasuresOrIntervalThereIsNone() throws {
        #expect(try readPopulation("") == nil)
        #expect(try readPopulation("population = []") == nil)
        #expect(throws: SettingsError.self) {
            try readPopulation("population = [\"gam\"]", every: 0)
        }
        #expect(try readPopulation("population = [\"gam\"]\npopulation_every = 0") == nil)
        #expect(try readPopulation("population = [\"gam\"]\npopulation_every = 5", every: 0) != nil)
    }

    @Test(arguments: [
        ("population = [\"gam\", \"gam\"]", "population"),
        ("population = [\"gan\"]", "population"),
        ("population = [\"gam\"]\npopulation_samples = 0", "population_samples"),
        ("population_every = 5", "population_every"),
        ("population = [\"mixture\"]", "population"),
        ("population = [\"best-member\"]", "criterion"),
        ("population = [\"best-member\"]\ncriterion = \"modes_left\"", "criterion"),
        ("population = [\"mixture-weights\"]\ncriterion = \"modes\"", "population"),
        ("population = [\"gam\"]\ncriterion = \"modes\"", "criterion"),
    ]) func whatCannotBeIsRefused(lines: String, key: String) {
        let error = #expect(throws: SettingsError.self) { try readPopulation(lines) }
        #expect(error?.key == key)
    }
}
