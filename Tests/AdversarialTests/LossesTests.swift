import Adversarial
import GraphExecution
import NeuralNetwork
import OracleSupport
import Settings
import TensorGraph
import Testing

/// A loss on scores of six real and six generated examples.
private struct ScoredLoss {
    let loss: any AdversarialLoss
    let real: Value
    let generated: Value
    let discriminatorObjective: Value
    let terms: (real: Value, generated: Value)
    let generatorObjective: Value

    init(_ name: String, _ keys: String) throws {
        let table = try settings("name = \"\(name)\"\n" + keys)
        loss =
            try table.chosen("name", from: Losses.catalog, default: nil, "Loss under test.")
            as! any AdversarialLoss
        try table.finish()
        let graph = Graph()
        real = graph.input("real", [6, 1])
        generated = graph.input("generated", [6, 1])
        terms = loss.discriminatorTerms(real: real, generated: generated)
        discriminatorObjective = terms.real + terms.generated
        let scores = real
        generatorObjective = loss.generatorObjective(generated: generated) { scores }
    }

    var outputs: [Value] {
        [discriminatorObjective, terms.real, terms.generated, generatorObjective]
            + discriminatorObjective.gradient(withRespectTo: [real, generated])
            + generatorObjective.gradient(withRespectTo: [generated])
    }
}

@Suite struct LossesTests {
    private let oracle = OracleValue.pytorch["losses"]

    @Test(arguments: Evaluator.allCases) func agreesWithPyTorch(evaluator: Evaluator) throws {
        let inputs = [
            "real": oracle["real_scores"].data, "generated": oracle["generated_scores"].data,
        ]
        for expected in oracle["cases"].elements {
            let scored = try ScoredLoss(expected["name"].text, expected.settingsTOML)
            let values = evaluator.values(scored.outputs, inputs)
            let numbers = [
                "discriminator_loss", "discriminator_loss_real", "discriminator_loss_generated",
                "generator_loss",
            ].map { [expected[$0].number] }
            let derivatives = [
                expected["discriminator"]["d_real_scores"].data,
                expected["discriminator"]["d_generated_scores"].data,
                expected["generator"]["d_generated_scores"].data,
            ]
            for (index, (actual, wanted)) in zip(values, numbers + derivatives).enumerated() {
                let problem = evaluator.difference(actual, wanted)
                #expect(problem == nil, "\(expected["name"].text), output \(index): \(problem!)")
            }
        }
    }

    @Test func theOracleCoversTheCatalog() {
        let covered = Set(oracle["cases"].elements.map { $0["name"].text })
        // wgan-gp is covered by the cases of the gradient penalty.
        #expect(Set(Losses.catalog.map { $0.identifier }) == covered.union(["wgan-gp"]))
    }

    @Test func labelsOfLeastSquaresAreThoseNamed() throws {
        let scored = try ScoredLoss(
            "lsgan", "real_label = 0.5\nfake_label = -1.0\ngenerator_label = 0.25")
        let (real, generated) = ([0.0, 1, 2, 3, 4, 5], [-3.0, -2, -1, 0, 1, 2])
        let values = ReferenceEvaluator.evaluate(
            scored.outputs, inputs: ["real": real, "generated": generated])
        #expect(difference(values[4], real.map { ($0 - 0.5) / 6 }) == nil)
        #expect(difference(values[5], generated.map { ($0 + 1) / 6 }) == nil)
        #expect(difference(values[6], generated.map { ($0 - 0.25) / 6 }) == nil)
    }

    @Test(arguments: [("wgan", "real_label"), ("wgan-gp", "fake_label"), ("hinge", "real_label")])
    func labelsOfALossWithoutLabelsAreRefused(name: String, key: String) {
        #expect(throws: SettingsError.self) { try ScoredLoss(name, "\(key) = 0.9") }
    }

    @Test func onlyWassersteinLimitsParameters() throws {
        for loss in Losses.catalog {
            let made = try ScoredLoss(loss.identifier, "").loss
            #expect(made.parameterLimit == (loss.identifier == "wgan" ? 0.01 : nil))
            #expect((made.regularizer != nil) == (loss.identifier == "wgan-gp"))
        }
    }

    private func difference(_ actual: [Double], _ expected: [Double]) -> String? {
        OracleSupport.difference(actual, expected, relative: 1e-12, absolute: 1e-12)
    }
}
