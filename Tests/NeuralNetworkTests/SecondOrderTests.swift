import NeuralNetwork
import OracleSupport
import TensorGraph
import Testing

private let cases = OracleValue.pytorch["second_order"].elements

/// The network that an oracle case ran, from settings.
private func network(_ test: OracleValue) throws -> Network {
    let toml =
        switch test["name"].text {
        case "leaky_relu":
            "hidden = [4, 4]\nactivation = \"leaky-relu\"\n" + test.settingsTOML
        case "tanh", "softplus": "hidden = [4, 4]\nactivation = \"\(test["name"].text)\""
        case "batch_normalization":
            "hidden = [4]\nactivation = \"tanh\"\nnormalization = \"batch\""
        case "layer_normalization":
            "hidden = [4]\nactivation = \"tanh\"\nnormalization = \"layer\""
        default: throw UnknownChoice(name: test["name"].text)
        }
    return try perceptron(toml, input: [3], output: [1])
}

/// The oracle's name of a parameter.
private func oracleName(_ parameter: String) -> String {
    ["norm1.weight": "scale", "norm1.bias": "shift"][parameter] ?? parameter
}

/// Whole networks: the squared norm of the input gradient, differentiated once more.
@Suite struct SecondOrderTests {
    @Test(arguments: cases.indices, Evaluator.allCases)
    func squaredInputGradient(test index: Int, evaluator: Evaluator) throws {
        let test = cases[index]
        let pass = SinglePass(try network(test), batch: test["input"].shape[0])
        let layout = pass.network.parameters
        let names = layout.names
        let gradient = pass.output.sum().gradient(withRespectTo: [pass.input])[0]
        let squared = (gradient * gradient).sum()
        let second = squared.gradient(withRespectTo: [pass.input] + pass.bound.parameters)

        let tensors = Dictionary(
            uniqueKeysWithValues: names.map { ($0, test["parameters"][oracleName($0)].data) })
        let values = evaluator.values(
            [pass.output, gradient, squared] + second, pass.inputs(test["input"].data, tensors))
        let expected =
            [test["output"].data, test["input_gradient"].data, [test["squared_norm"].number]]
            + [test["derivatives"]["d_input"].data]
            + layout.entries.map { entry in
                let derivative = test["derivatives"]["d_" + oracleName(entry.name)].data
                return entry.transposed(derivative, toFile: false)
            }
        #expect(values.count == expected.count)
        #expect(test["parameters"].members.count == names.count)
        let labels = ["output", "gradient", "squared", "d_input"] + names
        for (index, label) in labels.enumerated() {
            let scale = max(1, expected[index].map(abs).max()!)
            #expect(
                evaluator.difference(values[index], expected[index], scale: scale) == nil,
                "\(label)")
        }
    }

    @Test(arguments: Evaluator.allCases)
    func theGradientVectorFollowsTheLayout(evaluator: Evaluator) throws {
        let test = cases[0]
        let pass = SinglePass(try network(test), batch: test["input"].shape[0])
        let names = pass.network.parameters.names
        let gradient = pass.output.sum().gradient(withRespectTo: [pass.input])[0]
        let vector = pass.bound.gradient(of: (gradient * gradient).sum())
        #expect(vector.shape == [pass.network.parameters.count])

        let tensors = Dictionary(
            uniqueKeysWithValues: names.map { ($0, test["parameters"][$0].data) })
        let values = evaluator.values([vector], pass.inputs(test["input"].data, tensors))
        let expected = pass.network.parameters.vector(
            Dictionary(
                uniqueKeysWithValues: names.map { ($0, test["derivatives"]["d_" + $0].data) }))
        let scale = max(1, expected.map(abs).max()!)
        #expect(evaluator.difference(values[0], expected, scale: scale) == nil)
    }
}
