import Adversarial
import GraphExecution
import NeuralNetwork
import OracleSupport
import Randomness
import Testing

@Suite struct DiscriminatorScorerTests {
    private func scores(_ pair: TestPair, of examples: [Float]) -> [Float] {
        let scorer = DiscriminatorScorer(pair.model)
        let scratch = FloatVector(count: scorer.plan.arenaCount)
        return examples.withUnsafeBufferPointer {
            scorer.scores(
                pair.seat.discriminator, statistics: pair.seat.discriminatorStatistics, of: $0,
                scratch: scratch.base)
        }
    }

    /// Points of the plane.
    private func points(_ count: Int) -> [Float] {
        var points = [Float](repeating: 0, count: 2 * count)
        points.withUnsafeMutableBufferPointer {
            RandomStream(seed: 1, step: 0, member: 0, purpose: .data).fillNormal($0)
        }
        return points
    }

    @Test func anExampleDoesNotDependOnTheOthers() throws {
        let pair = try TestPair("discriminator = { hidden = [7], normalization = \"batch\" }")
        let examples = points(250)
        let all = scores(pair, of: examples)
        #expect(all.count == 250 && Set(all).count > 200)
        for count in [0, 1, 99, 100, 101] {
            #expect(scores(pair, of: Array(examples.prefix(2 * count))) == Array(all.prefix(count)))
        }
    }

    /// A discriminator without hidden layers is `weight x + bias`.
    @Test func outputsAreRaw() throws {
        let pair = try TestPair("discriminator.hidden = []")
        let layout = pair.model.discriminator.parameters
        let parameters = pair.seat.discriminator.parameters
        parameters.set([Double](repeating: 0, count: layout.count))
        for (index, weight) in ([3, -2] as [Float]).enumerated() {
            parameters.elements[layout["dense1.weight"].offset + index] = weight
        }
        parameters.elements[layout["dense1.bias"].offset] = 0.5
        #expect(scores(pair, of: [1, 0, 0, 1, 2, 4]) == [3.5, -1.5, -1.5])
    }

    /// A pack is judged as one; the last one is filled up with the first examples.
    @Test func examplesOfAPackHaveOneOutput() throws {
        let pair = try TestPair("discriminator = { hidden = [], packing = 2 }")
        let layout = pair.model.discriminator.parameters
        let parameters = pair.seat.discriminator.parameters
        parameters.set([Double](repeating: 0, count: layout.count))
        for (index, weight) in ([1, 10, 100, 1000] as [Float]).enumerated() {
            parameters.elements[layout["dense1.weight"].offset + index] = weight
        }
        #expect(scores(pair, of: [1, 2, 3, 4, 5, 6]) == [4321, 4321, 2165])
        #expect(scores(pair, of: []) == [])
    }

    @Test func severalDiscriminatorsAnswerWithTheirMean() throws {
        let pair = try TestPair("discriminator = { hidden = [], count = 2 }")
        let parameters = pair.seat.discriminator.parameters
        let entries = pair.model.discriminator.parameters.entries
        parameters.set([Double](repeating: 0, count: pair.model.discriminator.parameters.count))
        let weights = entries.filter { $0.name.hasSuffix("dense1.weight") }
        #expect(weights.count == 2)
        for (entry, values) in zip(weights, [[1, 0], [0, 3]] as [[Float]]) {
            for (index, value) in values.enumerated() {
                parameters.elements[entry.offset + index] = value
            }
        }
        #expect(scores(pair, of: [2, 4]) == [7])
    }

    @Test func nothingIsAtRandomAndNothingMoves() throws {
        let (with, without) = (
            try TestPair("discriminator = { dropout = 0.5, normalization = \"batch\" }"),
            try TestPair("discriminator = { dropout = 0.0, normalization = \"batch\" }")
        )
        let before = with.bits
        #expect(scores(with, of: points(20)) == scores(without, of: points(20)))
        #expect(with.bits == before)
    }
}

@Suite struct ScoreLossTests {
    private let oracle = OracleValue.pytorch["losses"]

    /// The same numbers that training minimises.
    @Test func agreesWithPyTorch() throws {
        let (real, generated) = (
            oracle["real_scores"].data.map(Float.init),
            oracle["generated_scores"].data.map(Float.init)
        )
        for expected in oracle["cases"].elements {
            let name = expected["name"].text
            let table = try settings("name = \"\(name)\"\n" + expected.settingsTOML)
            let loss =
                try table.chosen("name", from: Losses.catalog, default: nil, "Loss under test.")
                as! any AdversarialLoss
            let scored = ScoreLoss(loss, generated: generated.count, real: real.count)
            let scratch = FloatVector(count: scored.plan.arenaCount)
            let values = scored.values(generated: generated, real: real, scratch: scratch.base)
            let problem = difference(
                [values.generator, values.realTerm],
                [expected["generator_loss"].number, expected["discriminator_loss_real"].number],
                relative: 1e-5, absolute: 1e-6)
            #expect(problem == nil, "\(name): \(problem!)")
        }
    }
}

@Suite struct RealDecisionTests {
    private func decision(_ name: String, _ keys: String = "") throws -> RealDecision? {
        let table = try settings("name = \"\(name)\"\n" + keys)
        let loss = try table.chosen("name", from: Losses.catalog, default: nil, "Loss under test.")
        return (loss as! any AdversarialLoss).decision
    }

    @Test(arguments: ["bce", "bce-saturating", "hinge"]) func logitsAreParted(
        name: String
    ) throws {
        let decision = try #require(try decision(name))
        #expect(decision.isReal(0.001) && !decision.isReal(0) && !decision.isReal(-1))
        #expect(!decision.isReal(.nan))
    }

    @Test(arguments: ["wgan", "wgan-gp", "relativistic"]) func criticsDecideNothing(
        name: String
    ) throws {
        #expect(try decision(name) == nil)
    }

    @Test func leastSquaresHaveTheMidpointOfTheirLabels() throws {
        #expect(try decision("lsgan") == RealDecision(threshold: 0.5, realIsAbove: true))
        let turned = try #require(
            try decision("lsgan", "real_label = -1.0\nfake_label = 2.0"))
        #expect(turned == RealDecision(threshold: 0.5, realIsAbove: false))
        #expect(turned.isReal(0) && !turned.isReal(0.5) && !turned.isReal(1))
        #expect(try decision("lsgan", "real_label = 0.5\nfake_label = 0.5") == nil)
    }
}
