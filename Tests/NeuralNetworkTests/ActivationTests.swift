import NeuralNetwork
import OracleSupport
import TensorGraph
import Testing

private let oracle = OracleValue.pytorch["activations"]
private let everyActivation: [Activation] = [
    .none, .relu, .leakyRelu(slope: 0.2), .tanh, .sigmoid, .softplus,
]

private func activation(_ test: OracleValue) throws -> Activation {
    switch test["name"].text {
    case "relu": .relu
    case "leaky_relu": .leakyRelu(slope: test["settings"]["slope"].number)
    case "tanh": .tanh
    case "sigmoid": .sigmoid
    case "softplus": .softplus
    default: throw UnknownChoice(name: test["name"].text)
    }
}

/// The activation's limits at minus and plus infinity.
private func limits(_ activation: Activation) -> [Double] {
    switch activation {
    case .none, .leakyRelu: [-.infinity, .infinity]
    case .relu, .softplus: [0, .infinity]
    case .tanh: [-1, 1]
    case .sigmoid: [0, 1]
    }
}

/// The activation of a batch of one example of `count` numbers.
private func pass(_ activation: Activation, count: Int) throws -> SinglePass {
    SinglePass(try network([activation], input: [count]), batch: 1)
}

@Suite struct ActivationTests {
    @Test(arguments: oracle["cases"].elements.indices, Evaluator.allCases)
    func valueAndTwoDerivatives(test index: Int, evaluator: Evaluator) throws {
        let test = oracle["cases"].elements[index]
        let inputs = oracle["inputs"].data
        let pass = try pass(try activation(test), count: inputs.count)
        let first = pass.output.sum().gradient(withRespectTo: [pass.input])[0]
        let second = first.sum().gradient(withRespectTo: [pass.input])[0]
        let values = evaluator.values([pass.output, first, second], ["x": inputs])
        let names = ["value", "first_derivative", "second_derivative"]
        for (actual, name) in zip(values, names) {
            #expect(evaluator.difference(actual, test[name].data) == nil, "\(name)")
        }
    }

    @Test func everyActivationHasAnOracle() throws {
        for activation in everyActivation where activation != .none {
            #expect(
                try oracle["cases"].elements.contains {
                    try NeuralNetworkTests.activation($0) == activation
                })
        }
    }

    /// 37 numbers are no multiple of any vector width: the tail of a loop is seen as well.
    @Test(arguments: everyActivation, Evaluator.allCases)
    func aNaNPassesThrough(activation: Activation, evaluator: Evaluator) throws {
        let pass = try pass(activation, count: 37)
        for nan in 0..<37 {
            var inputs = [Double](repeating: 0.5, count: 37)
            inputs[nan] = .nan
            let values = evaluator.values([pass.output], ["x": inputs])[0]
            #expect(values.indices.filter { values[$0].isNaN } == [nan])
        }
    }

    @Test(arguments: everyActivation, Evaluator.allCases)
    func infinitiesReachTheLimits(activation: Activation, evaluator: Evaluator) throws {
        let pass = try pass(activation, count: 2)
        let values = evaluator.values([pass.output], ["x": [-.infinity, .infinity]])
        #expect(values[0] == limits(activation))
    }

    @Test(arguments: everyActivation) func theRangeHoldsAllValues(activation: Activation) throws {
        let inputs = stride(from: -120.0, through: 120, by: 0.37).map { $0 }
        let pass = try pass(activation, count: inputs.count)
        let values = Evaluator.plan.values([pass.output], ["x": inputs])[0]
        #expect(values.allSatisfy { activation.range.contains(Float($0)) })
        let ends = limits(activation).map { Float($0) }
        #expect(activation.range == ends[0]...ends[1])
    }
}
