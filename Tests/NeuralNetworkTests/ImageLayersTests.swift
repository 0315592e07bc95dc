import NeuralNetwork
import OracleSupport
import TensorGraph
import Testing

private let layers = OracleValue.imageLayers

/// Layers on images against PyTorch: outputs and derivatives.
@Suite struct ImageLayersTests {
    private static let plain: [(String, any Layer)] = [
        ("average_pooling", Pooling2D(kernel: 3, stride: 2, method: .average)),
        ("maximum_pooling", Pooling2D(kernel: 2, stride: 2, method: .maximum)),
        ("overlapping_maximum_pooling", Pooling2D(kernel: 3, stride: 1, method: .maximum)),
        ("sum_pooling", GlobalPooling2D(method: .sum)),
        ("nearest", Upsampling2D(factor: 3, method: .nearest)),
        ("bilinear", Upsampling2D(factor: 2, method: .bilinear)),
        ("bilinear_3", Upsampling2D(factor: 3, method: .bilinear)),
        ("pixel_shuffle", PixelShuffle(factor: 2)),
        ("minibatch_standard_deviation", MinibatchStandardDeviation()),
        ("minibatch_standard_deviation_of_6", MinibatchStandardDeviation()),
    ]

    @Test(arguments: Evaluator.allCases, plain.map(\.0))
    func layersWithoutParameters(evaluator: Evaluator, name: String) throws {
        let layer = Self.plain.first { $0.0 == name }!.1
        try check(layer, layers[name], [:], evaluator)
    }

    @Test(arguments: Evaluator.allCases)
    func instanceNormalization(evaluator: Evaluator) throws {
        try check(
            InstanceNormalization(name: "norm1"), layers["instance_normalization"],
            ["norm1.weight": "scale", "norm1.bias": "shift"], evaluator)
    }

    @Test(arguments: Evaluator.allCases)
    func selfAttention(evaluator: Evaluator) throws {
        var names = ["attention.scale": "scale", "attention.output.weight": "back"]
        for part in ["query", "key", "value"] {
            names["attention.\(part).weight"] = part
        }
        try check(
            SelfAttention(name: "attention", isSpectral: false), layers["self_attention"], names,
            evaluator)
    }

    @Test(arguments: Evaluator.allCases)
    func residualBlock(evaluator: Evaluator) throws {
        func convolution(_ name: String, _ channels: Int, kernel: Int) -> Convolution2D {
            Convolution2D(
                name: name, channels: channels, kernel: ImageExtent(kernel, kernel),
                padding: kernel / 2, hasBias: false)
        }
        let pooling = Pooling2D(kernel: 2, stride: 2, method: .average)
        let block = ResidualBlock(
            main: [
                convolution("first", 4, kernel: 3), Activation.relu,
                convolution("second", 5, kernel: 3), pooling,
            ], shortcut: [convolution("shortcut", 5, kernel: 1), pooling])
        try check(
            block, layers["residual"],
            ["first.weight": "first", "second.weight": "second", "shortcut.weight": "shortcut"],
            evaluator)
    }

    @Test func aBlockCountsAllOfItsLayers() {
        let block = ResidualBlock(
            main: [
                Dropout(rate: 0.5),
                Convolution2D(
                    name: "a", channels: 3, kernel: ImageExtent(1, 1)),
            ],
            shortcut: [Dropout(rate: 0.5), Upsampling2D(factor: 1), BatchNormalization(name: "b")])
        #expect(block.noiseCount([4, 5, 3]) == 120)
        #expect(block.unitCount([4, 5, 3]) == 300)
        #expect(block.usesBatchStatistics)
    }
}
