import NeuralNetwork
import OracleSupport
import TensorGraph
import Testing

/// Output of a network of one layer, and the derivatives of sum(output_weight * output), against
/// the oracle's. `names` maps the layer's tensors to those of the oracle.
func check(
    _ layer: any Layer, _ test: OracleValue, _ names: [String: String], _ evaluator: Evaluator,
    more: [String: [Double]] = [:]
) throws {
    let shape = test["input"].shape
    let pass = SinglePass(try network([layer], input: Array(shape.dropFirst())), batch: shape[0])
    let weight = pass.bound.graph.input("output_weight", pass.output.shape)
    let gradients = (pass.output * weight).sum()
        .gradient(withRespectTo: [pass.input] + pass.bound.parameters)
    #expect(pass.output.shape.extents == test["output"].shape)

    var inputs = pass.inputs(test["input"].data, names.mapValues { test[$0].data })
    inputs["output_weight"] = test["output_weight"].data
    inputs.merge(more) { $1 }
    let values = evaluator.values([pass.output] + gradients, inputs)
    let expected =
        [("output", test["output"].data), ("d_input", test["d_input"].data)]
        + pass.network.parameters.entries.map { entry in
            (entry.name, entry.transposed(test["d_" + names[entry.name]!].data, toFile: false))
        }
    #expect(values.count == expected.count)
    for (actual, (name, expected)) in zip(values, expected) {
        #expect(evaluator.difference(actual, expected, scale: 4) == nil, "\(name)")
    }
}

private let layers = OracleValue.pytorch["layers"]
private let normalizationNames = ["norm1.weight": "scale", "norm1.bias": "shift"]
private let denseNames = ["dense1.weight": "weight", "dense1.bias": "bias"]

@Suite struct LayersTests {
    @Test(arguments: Evaluator.allCases) func dense(evaluator: Evaluator) throws {
        try check(Dense(name: "dense1", outputs: 4), layers["dense"], denseNames, evaluator)
    }

    @Test func denseFlattensItsExamples() throws {
        let network = try network([Dense(name: "dense1", outputs: 4)], input: [2, 3, 5])
        #expect(network.parameters["dense1.weight"].shape == [30, 4])
        #expect(SinglePass(network, batch: 7).output.shape == [7, 4])
    }

    @Test(arguments: Evaluator.allCases) func maxout(evaluator: Evaluator) throws {
        let layer = Maxout(name: "dense1", outputs: 2, pieces: 3)
        try check(layer, layers["maxout"], denseNames, evaluator)
    }

    @Test(arguments: Evaluator.allCases) func layerNormalization(evaluator: Evaluator) throws {
        let layer = LayerNormalization(name: "norm1")
        try check(layer, layers["layer_normalization"], normalizationNames, evaluator)
    }

    @Test(arguments: Evaluator.allCases) func batchNormalization(evaluator: Evaluator) throws {
        let layer = BatchNormalization(name: "norm1")
        try check(layer, layers["batch_normalization"], normalizationNames, evaluator)
    }

    /// Two examples of three pixels are normalised as six examples of one: per channel.
    @Test(arguments: Evaluator.allCases)
    func batchNormalizationOfPixels(evaluator: Evaluator) throws {
        let test = layers["batch_normalization"]
        let network = try network([BatchNormalization(name: "norm1")], input: [1, 3, 3])
        #expect(network.parameters.count == 6)
        let pass = SinglePass(network, batch: 2)
        let inputs = pass.inputs(
            test["input"].data, normalizationNames.mapValues { test[$0].data },
            statistics: [
                "norm1.running_mean": test["running_mean"].data,
                "norm1.running_var": test["running_variance"].data,
            ])
        let values = evaluator.values([pass.output, pass.bound.statisticsVector!], inputs)
        #expect(evaluator.difference(values[0], test["output"].data, scale: 4) == nil)
        let after = test["running_mean_after"].data + test["running_variance_after"].data
        #expect(evaluator.difference(values[1], after) == nil)
    }

    /// The largest piece counts, and a NaN in any of them.
    @Test(arguments: Evaluator.allCases, 0..<3)
    func maxoutPassesNaN(evaluator: Evaluator, piece: Int) throws {
        let pass = SinglePass(
            try network([Maxout(name: "dense1", outputs: 1, pieces: 3)], input: [3]), batch: 2)
        let weight = [1.0, 0, 0, 0, 1, 0, 0, 0, 1]
        var bias = [0.0, 0, 0]
        let sound = evaluator.values(
            [pass.output],
            pass.inputs([1, 2, 3, 6, 5, 4], ["dense1.weight": weight, "dense1.bias": bias]))
        #expect(sound == [[3, 6]])
        bias[piece] = .nan
        let values = evaluator.values(
            [pass.output],
            pass.inputs([1, 2, 3, 6, 5, 4], ["dense1.weight": weight, "dense1.bias": bias]))
        #expect(values[0].allSatisfy { $0.isNaN })
    }

    /// One example cannot be normalised: its output is the shift, and nothing divides by zero.
    @Test(arguments: Evaluator.allCases) func aBatchOfOneStaysFinite(evaluator: Evaluator) throws {
        let pass = SinglePass(
            try network([BatchNormalization(name: "norm1")], input: [3]), batch: 1)
        let inputs = pass.inputs(
            [1, -2, 3], ["norm1.weight": [1, 1, 1], "norm1.bias": [0.5, 0, -1]],
            statistics: ["norm1.running_mean": [0, 0, 0], "norm1.running_var": [1, 1, 1]])
        let values = evaluator.values([pass.output, pass.bound.statisticsVector!], inputs)
        #expect(values[0] == [0.5, 0, -1])
        #expect(evaluator.difference(values[1], [0.1, -0.2, 0.3, 0.9, 0.9, 0.9]) == nil)
    }
}

@Suite struct RunningStatisticsTests {
    private let test = layers["batch_normalization"]

    private func pass(mode: NetworkPass.Mode) throws -> SinglePass {
        let batch = mode == .sampling ? test["evaluation_input"].shape[0] : test["input"].shape[0]
        let network = try network([BatchNormalization(name: "norm1")], input: [3])
        return SinglePass(network, batch: batch, mode: mode)
    }

    private func inputs(_ pass: SinglePass, x: String, after: Bool = false) -> [String: [Double]] {
        let suffix = after ? "_after" : ""
        return pass.inputs(
            test[x].data, normalizationNames.mapValues { test[$0].data },
            statistics: [
                "norm1.running_mean": test["running_mean" + suffix].data,
                "norm1.running_var": test["running_variance" + suffix].data,
            ])
    }

    private var expectedAfter: [Double] {
        test["running_mean_after"].data + test["running_variance_after"].data
    }

    @Test(arguments: Evaluator.allCases) func trainingMovesThem(evaluator: Evaluator) throws {
        let pass = try pass(mode: .training)
        #expect(pass.network.usesBatchStatistics)
        let vector = try #require(pass.bound.statisticsVector)
        let values = evaluator.values([vector], inputs(pass, x: "input"))
        #expect(evaluator.difference(values[0], expectedAfter) == nil)
    }

    /// `after = (1 - momentum) before + momentum batch`, once more for a second pass.
    @Test(arguments: Evaluator.allCases) func twoPassesMoveThemTwice(evaluator: Evaluator) throws {
        let pass = try pass(mode: .training)
        _ = pass.bound.apply(pass.input, mode: .training)
        let values = evaluator.values([pass.bound.statisticsVector!], inputs(pass, x: "input"))
        let before = test["running_mean"].data + test["running_variance"].data
        let twice = zip(before, expectedAfter).map { before, once in
            0.9 * once + (once - 0.9 * before)
        }
        #expect(evaluator.difference(values[0], twice) == nil)
    }

    @Test(arguments: Evaluator.allCases) func samplingUsesThem(evaluator: Evaluator) throws {
        let pass = try pass(mode: .sampling)
        let inputs = inputs(pass, x: "evaluation_input", after: true)
        let values = evaluator.values([pass.output, pass.bound.statisticsVector!], inputs)
        #expect(evaluator.difference(values[0], test["evaluation_output"].data, scale: 4) == nil)
        #expect(evaluator.difference(values[1], expectedAfter) == nil)
    }

    @Test(arguments: Evaluator.allCases)
    func frozenTrainingLeavesThem(evaluator: Evaluator) throws {
        let pass = try pass(mode: .frozenTraining)
        let outputs = [pass.output, pass.bound.statisticsVector!]
        let values = evaluator.values(outputs, inputs(pass, x: "input"))
        let before = test["running_mean"].data + test["running_variance"].data
        #expect(evaluator.difference(values[0], test["output"].data, scale: 4) == nil)
        #expect(values[1] == (evaluator == .reference ? before : before.map { Double(Float($0)) }))
    }

    /// The running statistics are no path for gradients.
    @Test func gradientsDoNotFlowIntoThem() throws {
        let pass = try pass(mode: .training)
        let gradient = pass.bound.statisticsVector!.sum()
            .gradient(withRespectTo: [pass.input])[0]
        let values = Evaluator.reference.values([gradient], inputs(pass, x: "input"))
        #expect(values[0].allSatisfy { $0 == 0 })
    }
}

@Suite struct DropoutTests {
    private let test = layers["dropout"]
    private var layer: Dropout { Dropout(rate: test["settings"]["rate"].number) }

    /// Uniform numbers that lead to the oracle's mask, also right at the edge.
    private var noise: [Double] {
        let (dropped, kept) = ([0, 0.125, layer.rate], [layer.rate + 0x1p-24, 0.5, 1 - 0x1p-24])
        return test["mask"].data.enumerated().map { index, mask in
            mask == 0 ? dropped[index % 3] : kept[index % 3]
        }
    }

    @Test(arguments: Evaluator.allCases) func aGivenMask(evaluator: Evaluator) throws {
        try check(layer, test, [:], evaluator, more: ["network.noise.0": noise])
    }

    @Test func noiseIsDeclaredOncePerPass() throws {
        let two = try network([Dropout(rate: 0.5), Dropout(rate: 0.25)], input: [6])
        let pass = SinglePass(two, batch: 4)
        _ = pass.bound.apply(pass.input, mode: .frozenTraining)
        #expect(pass.bound.noiseInputs.map(\.name) == (0..<4).map { "network.noise.\($0)" })
        #expect(pass.bound.noiseInputs.allSatisfy { $0.count == 24 })
    }

    @Test func samplingIsTheIdentity() throws {
        let pass = SinglePass(try network([layer], input: [6]), batch: 4, mode: .sampling)
        #expect(pass.output == pass.input)
        #expect(pass.bound.noiseInputs.isEmpty)
    }
}
