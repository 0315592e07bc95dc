import NeuralNetwork
import OracleSupport
import Settings
import TensorGraph
import Testing

@Suite struct MultilayerPerceptronTests {
    @Test func theGeneratorOfDigits() throws {
        let network = try perceptron(
            "hidden = [128]", input: [10], output: [28, 28, 1], activation: .sigmoid)
        #expect(network.outputShape == [28, 28, 1])
        #expect(
            network.parameters.names
                == ["dense1.weight", "dense1.bias", "dense2.weight", "dense2.bias"])
        #expect(network.parameters.entries.map(\.shape) == [[10, 128], [128], [128, 784], [784]])
        #expect(network.parameters.entries.map(\.offset) == [0, 1280, 1408, 101_760])
        #expect(network.parameters.count == 102_544)
        #expect(network.statistics.count == 0)
        #expect(SinglePass(network, batch: 2).output.shape == [2, 28, 28, 1])
    }

    @Test func theDiscriminatorOfDigits() throws {
        let network = try perceptron("", input: [28, 28, 1], output: [1])
        #expect(network.parameters.count == 100_609)
        #expect(network.outputShape == [1])
        #expect(!network.usesBatchStatistics)
        #expect(SinglePass(network, batch: 3).output.shape == [3, 1])
    }

    @Test func normalizationFollowsEachHiddenLayer() throws {
        let network = try perceptron(
            "hidden = [5, 3]\nnormalization = \"batch\"", input: [4], output: [2])
        #expect(
            network.parameters.names == [
                "dense1.weight", "dense1.bias", "norm1.weight", "norm1.bias",
                "dense2.weight", "dense2.bias", "norm2.weight", "norm2.bias",
                "dense3.weight", "dense3.bias",
            ])
        #expect(
            network.statistics.names == [
                "norm1.running_mean", "norm1.running_var", "norm2.running_mean",
                "norm2.running_var",
            ])
        // 5*4 + 5 + 2*5, 3*5 + 3 + 2*3, 2*3 + 2
        #expect(network.parameters.count == 35 + 24 + 8)
        #expect(network.statistics.count == 2 * 5 + 2 * 3)
        #expect(network.usesBatchStatistics)
    }

    @Test func layerNormalizationKeepsExamplesApart() throws {
        let network = try perceptron(
            "hidden = [5]\nnormalization = \"layer\"", input: [4], output: [2])
        #expect(network.statistics.count == 0)
        #expect(!network.usesBatchStatistics)
    }

    @Test func maxoutHasAWeightPerPiece() throws {
        let network = try perceptron(
            "hidden = [6]\nactivation = \"maxout\"\nmaxout_pieces = 3", input: [4], output: [2])
        #expect(network.parameters["dense1.weight"].shape == [4, 18])
        #expect(network.parameters["dense2.weight"].shape == [6, 2])
    }

    @Test func noHiddenLayerIsALinearNetwork() throws {
        let network = try perceptron("hidden = []", input: [4], output: [2])
        #expect(network.parameters.names == ["dense1.weight", "dense1.bias"])
    }

    /// `relu(x W1^T + b1) W2^T + b2` and a sigmoid, by hand.
    @Test(arguments: Evaluator.allCases) func aSmallNetworkByHand(evaluator: Evaluator) throws {
        let network = try perceptron(
            "hidden = [2]", input: [2], output: [1], activation: .sigmoid)
        let pass = SinglePass(network, batch: 2)
        let inputs = pass.inputs(
            [1, 2, -1, 0.5],
            [
                "dense1.weight": [1, 0.5, -1, 0.25], "dense1.bias": [0.5, 0],
                "dense2.weight": [1, -2], "dense2.bias": [0.25],
            ])
        // Hidden: [2.5, 0] and [0, 1.125]; outputs 2.75 and -2.
        let expected = [0.93991334982599239, 0.11920292202211755]
        #expect(evaluator.difference(evaluator.values([pass.output], inputs)[0], expected) == nil)
    }

    @Test func dropoutFollowsEachActivation() throws {
        let network = try perceptron(
            "hidden = [5, 3]\ndropout = 0.5", input: [4], output: [2])
        #expect(SinglePass(network, batch: 2).bound.noiseInputs.map(\.count) == [10, 6])
        #expect(network.noiseCount == 8)
        #expect(SinglePass(network, batch: 2, mode: .sampling).bound.noiseInputs.isEmpty)
    }

    @Test func allPassesShareTheParameters() throws {
        let network = try perceptron("hidden = [3]", input: [2], output: [1])
        let pass = SinglePass(network, batch: 2)
        let twice = pass.output.sum() + pass.bound.apply(pass.input, mode: .training).sum()
        let tensors = [
            "dense1.weight": [1.0, 2, 3, 4, 5, 6], "dense1.bias": [1, -1, 0.5],
            "dense2.weight": [1, -1, 2], "dense2.bias": [0.5],
        ]
        let values = Evaluator.reference.values(
            [pass.bound.gradient(of: twice), pass.bound.gradient(of: pass.output.sum())],
            pass.inputs([1, -2, 0.5, 3], tensors))
        #expect(values[0] == values[1].map { 2 * $0 })
    }

    @Test(arguments: [
        ("hidden = [0]", "test.toml:1:11: key hidden"),
        ("hidden = [4, 70000]", "test.toml:1:14: key hidden"),
        ("hidden = 128", "test.toml:1:10: key hidden"),
        ("\nactivation = \"swish\"", "test.toml:2:14: key activation"),
        ("activation = \"relu\"\nslope = 0.2", "test.toml:2:1: key slope"),
        ("activation = \"leaky-relu\"\nslope = 0", "test.toml:2:9: key slope"),
        ("maxout_pieces = 3", "test.toml:1:1: key maxout_pieces"),
        ("activation = \"maxout\"\nmaxout_pieces = 1", "test.toml:2:17: key maxout_pieces"),
        ("normalization = \"group\"", "test.toml:1:17: key normalization"),
        ("normalization_momentum = 0.1", "test.toml:1:1: key normalization_momentum"),
        ("dropout = 1", "test.toml:1:11: key dropout"),
        ("initializer = \"zero\"", "test.toml:1:15: key initializer"),
        ("initializer_deviation = 0.1", "test.toml:1:1: key initializer_deviation"),
        ("hiden = [3]", "test.toml:1:1: key hiden"),
    ])
    func badSettingsAreRefusedWithTheirPlace(toml: String, place: String) {
        let error = #expect(throws: SettingsError.self) {
            try perceptron(toml, input: [2], output: [1])
        }
        #expect(error?.description.hasPrefix(place) == true, "\(error?.description ?? "")")
    }
}
