import Settings
import TensorGraph

/// The residual networks of SNGAN (Miyato et al. 2018, arXiv 1802.05957, appendix B.4).
///
/// A discriminator has residual blocks that halve the image until less than 14 pixels are left
/// along each axis (two for 32 pixels), then two that do not, ReLU, the sum over all pixels and a
/// dense layer; all of `width` channels. A generator has a dense layer to the smallest map, less
/// than 8 pixels, residual blocks that double it, normalisation, ReLU and a 3x3 convolution. For 32
/// pixels the paper has 256 channels, batch normalisation and ReLU in the generator, and 128
/// channels with spectral normalisation in the discriminator.
package struct ResidualNetwork: NetworkArchitecture {
    package static let identifier = "resnet"

    private let recipe: ResidualRecipe

    package init(settings: SettingsTable) throws {
        recipe = try ResidualRecipe(settings: settings, attends: false, default: .batch)
    }

    package func network(
        input: [Int], output: [Int], outputActivation: Activation
    ) throws(NetworkShapeError) -> Network {
        try recipe.network(input: input, output: output, outputActivation)
    }
}

/// Residual networks with self-attention where the map is half as large as the image, in the manner
/// of SAGAN (Zhang et al. 2018, arXiv 1805.08318), without its class labels. As there, spectral
/// normalisation comes with batch normalisation in generators.
package struct SelfAttentionNetwork: NetworkArchitecture {
    package static let identifier = "sagan"

    private let recipe: ResidualRecipe

    package init(settings: SettingsTable) throws {
        recipe = try ResidualRecipe(settings: settings, attends: true, default: .spectral)
    }

    package func network(
        input: [Int], output: [Int], outputActivation: Activation
    ) throws(NetworkShapeError) -> Network {
        try recipe.network(input: input, output: output, outputActivation)
    }
}

/// What both have in common.
private struct ResidualRecipe {
    private let attends: Bool
    private let width: Int
    private let normalization: HiddenNormalization
    private let momentum: Double
    private let initializer: any Initializer

    init(settings: SettingsTable, attends: Bool, default: HiddenNormalization) throws {
        self.attends = attends
        width = try settings.integer(
            "width", default: 128, in: 1...4096, unit: "channels", "Channels of every block.")
        normalization = try settings.choice(
            "normalization", default: `default`,
            "Normalisation in each block; spectral: of the weights of all layers.")
        momentum = try normalization.momentum(settings)
        initializer =
            try settings.chosen(
                "initializer", from: Initializers.catalog, default: GlorotInitializer.identifier,
                "How the weights begin; biases begin at 0.") as! any Initializer
    }

    func network(
        input: [Int], output: [Int], _ outputActivation: Activation
    ) throws(NetworkShapeError) -> Network {
        let image = output.count == 3 ? output : input
        guard image.count == 3, min(image[0], image[1]) >= 8 else {
            throw NetworkShapeError(
                "needs images [height, width, channels] of 8 pixels at least, not examples of "
                    + "\(image)")
        }
        let layers =
            output.count == 3
            ? try generator(image, outputActivation) : try discriminator(image, outputActivation)
        return Network(
            layers: layers + [ExampleReshape(shape: output)], inputShape: input,
            initializer: initializer)
    }

    /// Heights and widths from the image on, each half of the one before, the last of them the
    /// first whose larger axis is below `limit`.
    private func extents(_ image: [Int], below limit: Int) throws(NetworkShapeError) -> [[Int]] {
        var extents = [[image[0], image[1]]]
        while let last = extents.last, max(last[0], last[1]) >= limit {
            guard last[0].isMultiple(of: 2), last[1].isMultiple(of: 2), min(last[0], last[1]) >= 4
            else {
                throw NetworkShapeError(
                    "halves images until less than \(limit) pixels are left; "
                        + "\(last[0])x\(last[1]) of \(image[0])x\(image[1]) cannot be halved")
            }
            extents.append(last.map { $0 / 2 })
        }
        return extents
    }

    private func generator(
        _ image: [Int], _ outputActivation: Activation
    ) throws(NetworkShapeError) -> [any Layer] {
        let extents = try extents(image, below: 8)
        let shape = extents[extents.count - 1] + [width]
        var layers: [any Layer] = [
            Dense(name: "dense1", outputs: shape.reduce(1, *), isSpectral: isSpectral),
            ExampleReshape(shape: shape),
        ]
        for (index, extent) in extents.dropLast().reversed().enumerated() {
            let name = "block\(index + 1)"
            layers.append(
                ResidualBlock(
                    main: generatorActivated("\(name).norm1") + [Upsampling2D(factor: 2)]
                        + [convolution("\(name).convolution1")]
                        + generatorActivated("\(name).norm2") + [
                            convolution("\(name).convolution2")
                        ],
                    shortcut: [
                        Upsampling2D(factor: 2), convolution("\(name).shortcut", kernel: 1),
                    ]))
            if attends && extent[0] == image[0] / 2 { layers.append(attention) }
        }
        layers += generatorActivated("norm1")
        let last = Convolution2D(
            name: "convolution1", channels: image[2], kernel: ImageExtent(3, 3), padding: 1,
            isSpectral: isSpectral)
        return layers + [last, outputActivation]
    }

    private func discriminator(
        _ image: [Int], _ outputActivation: Activation
    ) throws(NetworkShapeError) -> [any Layer] {
        let halvings = try extents(image, below: 14).count - 1
        var layers: [any Layer] = []
        for index in 0..<(halvings + 2) {
            layers.append(block(index, halves: index < halvings))
            if attends && index == 0 { layers.append(attention) }
        }
        return layers + [
            Activation.relu, GlobalPooling2D(method: .sum),
            Dense(name: "dense1", outputs: 1, isSpectral: isSpectral), outputActivation,
        ]
    }

    /// Before the first block nothing is activated: the image itself enters.
    private func block(_ index: Int, halves: Bool) -> any Layer {
        let name = "block\(index + 1)"
        let pooling: [any Layer] =
            halves ? [Pooling2D(kernel: 2, stride: 2, method: .average)] : []
        let main =
            (index == 0 ? [] : activated("\(name).norm1"))
            + [convolution("\(name).convolution1")] + activated("\(name).norm2")
            + [convolution("\(name).convolution2")]
        let projection: [any Layer] = [convolution("\(name).shortcut", kernel: 1)]
        let shortcut =
            index == 0 ? pooling + projection : halves ? projection + pooling : []
        return ResidualBlock(main: main + pooling, shortcut: shortcut)
    }

    private var isSpectral: Bool { normalization == .spectral }

    private var attention: any Layer { SelfAttention(name: "attention", isSpectral: isSpectral) }

    private func convolution(_ name: String, kernel: Int = 3) -> any Layer {
        Convolution2D(
            name: name, channels: width, kernel: ImageExtent(kernel, kernel),
            padding: kernel / 2, isSpectral: isSpectral)
    }

    private func generatorActivated(_ name: String) -> [any Layer] {
        attends && isSpectral
            ? [BatchNormalization(name: name), Activation.relu] : activated(name)
    }

    private func activated(_ name: String) -> [any Layer] {
        (normalization.layer(name, momentum: momentum).map { [$0] } ?? []) + [Activation.relu]
    }
}
