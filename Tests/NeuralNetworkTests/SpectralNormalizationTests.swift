import GraphExecution
import NeuralNetwork
import OracleSupport
import TensorGraph
import Testing

private let layers: [String: any Layer] = [
    "dense": Dense(name: "layer", outputs: 4, isSpectral: true),
    "convolution": Convolution2D(
        name: "layer", channels: 3, kernel: ImageExtent(2, 3), stride: 2, padding: 1,
        isSpectral: true),
    "transposed_convolution": TransposedConvolution2D(
        name: "layer", channels: 3, kernel: ImageExtent(4, 4), stride: 2, padding: 1,
        isSpectral: true),
]

@Suite struct SpectralNormalizationTests {
    /// A layer with what the oracle says about it.
    private struct Subject {
        let expected: OracleValue
        let network: Network
        let inputs: [String: [Double]]

        init(_ name: String) throws {
            expected = OracleValue.pytorch["spectral_normalization"][name]
            let input = expected["input"].shape
            network = try NeuralNetworkTests.network(
                [try #require(layers[name])], input: Array(input.dropFirst()))
            inputs = [
                "x": expected["input"].data,
                "network.parameters": network.parameters.vector([
                    "layer.weight": expected["weight"].data, "layer.bias": expected["bias"].data,
                ]),
                "network.estimates": expected["weight_u"].data,
            ]
        }

        func pass(_ mode: NetworkPass.Mode) -> SinglePass {
            SinglePass(network, batch: expected["input"].shape[0], mode: mode)
        }

        /// A derivative of the weight, as files have it.
        func weight(_ gradient: [Double]) -> [Double] {
            let entry = network.parameters["layer.weight"]
            return entry.transposed(gradient.prefix(entry.count), toFile: true)
        }
    }

    @Test(arguments: layers.keys.sorted(), Evaluator.allCases)
    func agreesWithPyTorch(name: String, evaluator: Evaluator) throws {
        let subject = try Subject(name)
        let (expected, pass) = (subject.expected, subject.pass(.training))
        let weights = pass.input.graph.input("weights", pass.output.shape)
        let scalar = (pass.output * weights).sum()
        let slope = pass.output.sum().gradient(withRespectTo: [pass.input])[0]
        let squared = (slope * slope).sum()
        let outputs = [
            pass.output, try #require(pass.bound.estimatesVector),
            scalar.gradient(withRespectTo: [pass.input])[0], pass.bound.gradient(of: scalar),
            squared, pass.bound.gradient(of: squared),
        ]
        var values = evaluator.values(
            outputs, subject.inputs.merging(["weights": expected["output_weight"].data]) { $1 })
        for index in [3, 5] { values[index] = subject.weight(values[index]) }
        let wanted = [
            expected["output"].data, expected["weight_u_after"].data, expected["d_input"].data,
            expected["d_weight"].data, [expected["squared_norm"].number],
            expected["d_weight_of_squared_norm"].data,
        ]
        for (index, (actual, wanted)) in zip(values, wanted).enumerated() {
            let problem = evaluator.difference(actual, wanted, scale: 10)
            #expect(problem == nil, "\(name), output \(index): \(problem!)")
        }
    }

    /// Frozen passes see the sigma of training ones; only an update of the network moves u.
    @Test(arguments: layers.keys.sorted()) func frozenPassesKeepTheVector(name: String) throws {
        let subject = try Subject(name)
        let (training, frozen) = (subject.pass(.training), subject.pass(.frozenTraining))
        let outputs = [training, frozen].map { pass in
            ReferenceEvaluator.evaluate(
                [pass.output, pass.bound.estimatesVector!], inputs: subject.inputs)
        }
        #expect(outputs[0][0] == outputs[1][0])
        #expect(outputs[1][1] == subject.inputs["network.estimates"])
        #expect(outputs[0][1] != outputs[1][1])
    }

    @Test func allPassesOfAnUpdateShareOneIteration() throws {
        let subject = try Subject("dense")
        let pass = subject.pass(.training)
        let again = pass.bound.apply(pass.input, mode: .training)
        let values = ReferenceEvaluator.evaluate(
            [pass.output, again, pass.bound.estimatesVector!], inputs: subject.inputs)
        #expect(values[0] == values[1])
        let problem = difference(
            values[2], subject.expected["weight_u_after"].data, relative: 1e-9, absolute: 1e-12)
        #expect(problem == nil)
    }

    /// A matrix of rank 1 has the singular value |a| |b|, found from any u that is not at right
    /// angles to a; in sampling there is no iteration.
    @Test(arguments: [NetworkPass.Mode.training, .sampling]) func rankOneHasItsClosedForm(
        mode: NetworkPass.Mode
    ) throws {
        let network = try NeuralNetworkTests.network(
            [Dense(name: "layer", outputs: 2, isSpectral: true)], input: [3])
        let (a, b) = ([3.0, 4], [1.0, -2, 2])
        let pass = SinglePass(network, batch: 1, mode: mode)
        let x = [0.5, 1, 2]
        let values = ReferenceEvaluator.evaluate(
            [pass.output],
            inputs: [
                "x": x, "network.estimates": [0.6, 0.8],
                "network.parameters": network.parameters.vector([
                    "layer.weight": a.flatMap { row in b.map { row * $0 } },
                    "layer.bias": [0, 0],
                ]),
            ])
        let product = zip(b, x).map { $0 * $1 }.reduce(0, +)
        let problem = difference(
            values[0], a.map { $0 * product / 15 }, relative: 1e-12, absolute: 1e-12)
        #expect(problem == nil, "\(problem!)")
    }

    @Test(arguments: ["relu", "maxout"]) func everyLayerOfAPerceptronIsNormalized(
        activation: String
    ) throws {
        let network = try perceptron(
            "hidden = [4, 3]\nactivation = \"\(activation)\"\nnormalization = \"spectral\"",
            input: [2], output: [1])
        #expect(network.statistics.entries.isEmpty && !network.usesBatchStatistics)
        let pieces = activation == "maxout" ? 5 : 1
        #expect(network.estimates.entries.map(\.shape) == [[4 * pieces], [3 * pieces], [1]])
        #expect(
            network.estimates.names
                == ["dense1.weight_u", "dense2.weight_u", "dense3.weight_u"])
    }
}
