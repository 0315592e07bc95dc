import NeuralNetwork
import Settings
import TensorGraph
import Testing

/// The shapes of networks on images, and what they refuse.
@Suite struct ImageNetworksTests {
    private static func discriminator(
        _ architecture: any NetworkArchitecture.Type, _ toml: String, image: [Int]
    ) throws -> Network {
        let table = try settings(toml)
        let network = try architecture.init(settings: table).network(
            input: image, output: [1], outputActivation: .none)
        try table.finish()
        return network
    }

    private static func generator(
        _ architecture: any NetworkArchitecture.Type, _ toml: String, image: [Int]
    ) throws -> Network {
        try architecture.init(settings: settings(toml)).network(
            input: [16], output: image, outputActivation: .tanh)
    }

    private static func bothPasses(_ network: Network, batch: Int) {
        for mode in [NetworkPass.Mode.training, .sampling] {
            let pass = SinglePass(network, batch: batch, mode: mode)
            #expect(pass.output.shape == Shape([batch] + network.outputShape))
        }
    }

    static let architectures: [any NetworkArchitecture.Type] = [
        DeepConvolutionalNetwork.self, ResidualNetwork.self, SelfAttentionNetwork.self,
    ]

    @Test(arguments: [28, 32, 64], 0..<3)
    func imagesGoInAndComeOut(extent: Int, architecture: Int) throws {
        let kind = Self.architectures[architecture]
        for normalization in ["batch", "layer", "none", "spectral"] {
            let toml = "width = 8\nnormalization = \"\(normalization)\""
            let judge = try Self.discriminator(kind, toml, image: [extent, extent, 3])
            #expect(judge.outputShape == [1])
            Self.bothPasses(judge, batch: 2)
            let maker = try Self.generator(kind, toml, image: [extent, extent, 3])
            #expect(maker.outputShape == [extent, extent, 3])
            Self.bothPasses(maker, batch: 2)
        }
    }

    /// Miyato et al. 2018, table 4: 256 channels in G, 128 in D, for 32 pixels. Counted by hand.
    @Test func residualNetworksHaveThePapersParameters() throws {
        let judge = try Self.discriminator(
            ResidualNetwork.self, "normalization = \"spectral\"", image: [32, 32, 3])
        let wide = 9 * 128 * 128 + 128
        let first = (9 * 3 * 128 + 128) + wide + (3 * 128 + 128)
        let second = 2 * wide + (128 * 128 + 128)
        #expect(judge.parameters.count == first + second + 4 * wide + 129)
        let maker = try ResidualNetwork(settings: settings("width = 256")).network(
            input: [128], output: [32, 32, 3], outputActivation: .tanh)
        let block = 2 * 512 + 2 * (9 * 256 * 256 + 256) + (256 * 256 + 256)
        #expect(
            maker.parameters.count
                == 129 * 4096 + 3 * block + 512 + (9 * 256 * 3 + 3))
    }

    @Test(arguments: [
        (0, [30, 30, 1]), (0, [4, 4, 1]), (0, [12]), (1, [30, 30, 1]), (1, [7, 9, 3]), (2, [12]),
        (2, [8, 38, 1]),
    ])
    func otherShapesAreRefused(architecture: Int, shape: [Int]) {
        #expect(throws: NetworkShapeError.self) {
            try Self.discriminator(Self.architectures[architecture], "", image: shape)
        }
    }
}

@Suite struct ListedNetworkTests {
    private static let layers = """
        layers = [
            { kind = "convolution", channels = 6, kernel = 3, stride = 2, padding = 1 },
            { kind = "batch-normalization", momentum = 0.2 },
            { kind = "activation", function = "leaky-relu", slope = 0.1 },
            { kind = "upsampling", method = "bilinear" },
            { kind = "self-attention" },
            { kind = "pooling", method = "maximum" },
            { kind = "instance-normalization" },
            { kind = "transposed-convolution", channels = 8, kernel = 2, stride = 2, bias = false },
            { kind = "pixel-shuffle" },
            { kind = "minibatch-standard-deviation" },
            { kind = "reshape", shape = [24, 12, 3] },
            { kind = "layer-normalization" },
            { kind = "dropout", rate = 0.25 },
            { kind = "global-pooling", method = "sum" },
            { kind = "maxout", units = 5, pieces = 2 },
            { kind = "dense", units = 7, spectral = true },
        ]
        """

    private func network(_ toml: String, input: [Int], output: [Int]) throws -> Network {
        let table = try settings(toml)
        let network = try ListedNetwork(settings: table).network(
            input: input, output: output, outputActivation: .none)
        try table.finish()
        return network
    }

    @Test func everyKindCanBeListed() throws {
        let network = try network(Self.layers, input: [12, 6, 2], output: [7])
        let kinds = ListedLayers.catalog.map { $0.identifier }
        #expect(kinds.allSatisfy { Self.layers.contains("\"\($0)\"") })
        #expect(network.layers.count == kinds.count + 2)
        #expect(network.estimates.entries.map(\.name) == ["layer15.weight_u"])
        let pass = SinglePass(network, batch: 4)
        #expect(pass.output.shape == [4, 7])
    }

    @Test func bothFormsOfAListSayTheSame() throws {
        let one = try settings("layers = [{ units = 3 }, { kind = \"activation\" }, { units = 2 }]")
        let other = try settings(
            "[[layers]]\nunits = 3\n[[layers]]\nkind = \"activation\"\n[[layers]]\nunits = 2")
        for table in [one, other] {
            let network = try ListedNetwork(settings: table).network(
                input: [5], output: [2], outputActivation: .none)
            try table.finish()
            #expect(network.parameters.count == 6 * 3 + 4 * 2)
        }
        #expect(one.resolved == other.resolved)
    }

    @Test(arguments: [
        ("", "needs a list of layers"),
        ("layers = [{ units = 3 }]", "end with examples of [3]"),
        ("layers = [{ kind = \"convolution\" }]", "number 0 (convolution): needs images"),
        (
            "layers = [{ kind = \"reshape\", shape = [2, 2, 3] }, "
                + "{ kind = \"convolution\", kernel = 3 }]",
            "number 1 (convolution): filters of 3x3 do not fit"
        ),
        ("layers = [{ kind = \"reshape\", shape = [5, 2] }]", "different numbers of elements"),
        (
            "layers = [{ kind = \"reshape\", shape = [2, 2, 3] }, "
                + String(repeating: "{ kind = \"upsampling\", factor = 16 },", count: 40) + "]",
            "more than 67108864 numbers"
        ),
    ])
    func whatDoesNotFitIsRefused(toml: String, message: String) throws {
        let table = try settings(toml)
        let listed = try ListedNetwork(settings: table)
        do {
            _ = try listed.network(input: [12], output: [2], outputActivation: .none)
            Issue.record("accepted: \(toml)")
        } catch {
            #expect(error.description.contains(message), "\(error)")
        }
    }

    @Test(arguments: [
        ("layers = [{ unit = 3 }]", "layers.0.unit"),
        ("layers = [{ kind = \"dens\" }]", "layers.0.kind"),
        ("layers = [{ kind = \"dropout\", units = 3 }]", "layers.0.units"),
        ("layers = 3", "layers"),
        ("layers = [1, { units = 3 }]", "layers"),
        ("layers = []", "layers"),
        ("layers = [{ kind = \"reshape\", shape = [] }]", "layers.0.shape"),
    ])
    func mistakesNameTheirKey(toml: String, key: String) throws {
        let table = try settings(toml)
        let error = #expect(throws: SettingsError.self) {
            _ = try ListedNetwork(settings: table)
            try table.finish()
        }
        #expect(error?.key == key)
    }
}
