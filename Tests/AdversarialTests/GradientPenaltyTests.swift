import Adversarial
import GraphExecution
import NeuralNetwork
import OracleSupport
import TensorGraph
import Testing

/// The whole critic objective of `wgan-gp` for four examples of three numbers.
private struct PenalisedCritic {
    let network: Network
    let outputs: [Value]

    /// Outputs: objective, penalty, and their gradients.
    init(_ discriminator: String, exampleShape: [Int] = [3]) throws {
        let model = try model(
            "loss.name = \"wgan-gp\"\n[discriminator]\n" + discriminator,
            exampleShape: exampleShape, batchSize: 4)
        network = model.discriminator
        let graph = Graph()
        let critic = BoundNetwork(network, role: "critic", graph: graph)
        let real = graph.input("real", Shape([4] + exampleShape))
        let generated = graph.input("generated", Shape([4] + exampleShape))
        let scores = (
            real: critic.apply(real, mode: .training),
            generated: critic.apply(generated, mode: .training)
        )
        let terms = model.loss.discriminatorTerms(real: scores.real, generated: scores.generated)
        let penalty = model.regularizers[0].term(
            RegularizerContext(
                real: real, generated: generated, scores: scores, discriminator: critic
            ) { graph.input("epsilon", $0) })
        let objective = terms.real + terms.generated + penalty
        outputs = [
            objective, penalty, critic.gradient(of: objective), critic.gradient(of: penalty),
        ]
    }
}

@Suite struct GradientPenaltyTests {
    private let oracle = OracleValue.pytorch["gradient_penalty"]
    private static let critics = [
        "leaky_relu": "hidden = [5, 4]\nactivation = \"leaky-relu\"\nslope = 0.2",
        "tanh": "hidden = [5, 4]\nactivation = \"tanh\"",
        "linear": "hidden = []",
    ]

    private func inputs(_ parameters: [Double]) -> [String: [Double]] {
        [
            "real": oracle["real"].data, "generated": oracle["generated"].data,
            "epsilon": oracle["epsilon"].data, "critic.parameters": parameters,
        ]
    }

    @Test(arguments: Evaluator.allCases) func agreesWithPyTorch(evaluator: Evaluator) throws {
        for expected in oracle["cases"].elements {
            let name = expected["name"].text
            let critic = try PenalisedCritic(#require(Self.critics[name]))
            let layout = critic.network.parameters
            let values = evaluator.values(
                critic.outputs, inputs(layout.vector(expected["parameters"])))
            let wanted = [
                [expected["objective"].number], [expected["penalty"].number],
                layout.vector(expected["objective_derivatives"], prefix: "d_"),
                layout.vector(expected["penalty_derivatives"], prefix: "d_"),
            ]
            for (index, (actual, wanted)) in zip(values, wanted).enumerated() {
                let problem = evaluator.difference(actual, wanted, scale: 10)
                #expect(problem == nil, "\(name), output \(index): \(problem!)")
            }
        }
    }

    /// For D(x) = w x + b the penalty is 10 (|w| - 1)^2, its slope 20 (|w| - 1) w / |w|.
    @Test(arguments: Evaluator.allCases) func linearCriticHasItsClosedForm(
        evaluator: Evaluator
    ) throws {
        let critic = try PenalisedCritic("hidden = []")
        let values = evaluator.values(critic.outputs, inputs([2, -1, 2, 0.5]))
        #expect(evaluator.difference(values[1], [40], scale: 10) == nil)
        let slope = [80 / 3.0, -40 / 3.0, 80 / 3.0, 0]
        #expect(evaluator.difference(values[3], slope, scale: 10) == nil)
    }

    /// Where the critic is flat the norm has no derivative: the penalty is 10, its slope finite.
    @Test(arguments: Evaluator.allCases) func flatCriticStaysFinite(evaluator: Evaluator) throws {
        for discriminator in Self.critics.values {
            let critic = try PenalisedCritic(discriminator)
            let zeros = [Double](repeating: 0, count: critic.network.parameters.count)
            let values = evaluator.values(critic.outputs, inputs(zeros))
            let problem = OracleSupport.difference(
                values[1], [10], relative: 1e-5, absolute: 0)
            #expect(problem == nil)
            #expect(values.joined().allSatisfy { $0.isFinite })
        }
    }

    /// One dead unit: some samples have slope zero, the others the slope of the first layer.
    @Test(arguments: Evaluator.allCases) func aSampleWithoutSlopeStaysFinite(
        evaluator: Evaluator
    ) throws {
        let critic = try PenalisedCritic("hidden = [1]")
        // D(x) = relu(3 x_0 + 0 x_1 + 4 x_2 - 1) with x_0 = x_2 = c and x_1 = 0.
        var inputs = inputs([3, 0, 4, -1, 1, 0])
        inputs["real"] = [1, 0, 1, -1, 0, -1, 1, 0, 1, -1, 0, -1]
        inputs["generated"] = inputs["real"]
        let values = evaluator.values(critic.outputs, inputs)
        // Norms 5, 0, 5, 0: 10 (16 + 1 + 16 + 1) / 4.
        #expect(OracleSupport.difference(values[1], [85], relative: 1e-5, absolute: 0) == nil)
        #expect(values.joined().allSatisfy { $0.isFinite })
        // d/dw_1 of half the samples: 10 * 2 (5 - 1) 3 / 5 / 2, and 4 / 5 in place of 3 / 5.
        let layout = critic.network.parameters
        let slope = layout.tensor("dense1.weight", of: values[3])
        #expect(
            OracleSupport.difference(slope, [24, 0, 32], relative: 1e-5, absolute: 1e-4) == nil)
    }

    /// The norm is that of all numbers of an example, however they are arranged.
    @Test func imagesArePenalisedAsTheirNumbersAre() throws {
        let flat = try PenalisedCritic("hidden = [5]")
        let image = try PenalisedCritic("hidden = [5]", exampleShape: [1, 3, 1])
        let parameters = (0..<flat.network.parameters.count).map { Double($0 % 7) / 5 - 0.4 }
        let expected = ReferenceEvaluator.evaluate(flat.outputs, inputs: inputs(parameters))
        let values = ReferenceEvaluator.evaluate(image.outputs, inputs: inputs(parameters))
        #expect(values == expected)
        #expect(expected[1][0] > 0)
    }

    @Test func batchStatisticsAreRefusedUnlessAllowed() throws {
        let toml = """
            discriminator.normalization = "batch"
            loss.name = "wgan-gp"

            """
        #expect(throws: (any Error).self) { try model(toml) }
        _ = try model(toml + "loss.allow_batch_coupling = true")
    }
}
