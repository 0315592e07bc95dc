import Settings
import TensorGraph

/// The networks of DCGAN (Radford, Metz and Chintala 2016, arXiv 1511.06434).
///
/// A discriminator halves the image, `convolution (stride 2) -> normalization -> leaky ReLU`, until
/// 7, 6, 5 or 4 elements are left along each axis, doubling the channels from `width` on, and ends
/// with one filter as large as what is left. A generator is its mirror with ReLU. The outermost
/// convolution of both, and the last of the discriminator, have no normalisation; spectral
/// normalisation is one of the weights of all of them.
package struct DeepConvolutionalNetwork: NetworkArchitecture {
    package static let identifier = "dcgan"

    private let width: Int
    private let kernel: Int
    private let normalization: HiddenNormalization
    private let momentum: Double
    private let slope: Double
    private let initializer: any Initializer

    package init(settings: SettingsTable) throws {
        width = try settings.integer(
            "width", default: 64, in: 1...4096, unit: "channels",
            "Channels beside the image; they double with each halving of the image.")
        kernel = try settings.integer(
            "kernel", default: 4, in: 2...16, unit: "pixels",
            "Height and width of the filters that halve or double the image; even.")
        guard kernel.isMultiple(of: 2) else {
            throw settings.error("kernel", "\(kernel) is odd: it cannot halve an image exactly")
        }
        normalization = try settings.choice(
            "normalization", default: HiddenNormalization.batch,
            "Normalisation of each hidden layer but the one at the image; spectral: of the weights "
                + "of all layers.")
        momentum = try normalization.momentum(settings)
        slope = try settings.number(
            "slope", default: 0.2, in: .closed(1e-6...1),
            "Slope of leaky ReLU below 0, in discriminators.")
        initializer =
            try settings.chosen(
                "initializer", from: Initializers.catalog, default: NormalInitializer.identifier,
                "How the weights begin; biases begin at 0.") as! any Initializer
    }

    package func network(
        input: [Int], output: [Int], outputActivation: Activation
    ) throws(NetworkShapeError) -> Network {
        let isGenerator = output.count == 3
        let image = isGenerator ? output : input
        let extents = try Self.extents(image)
        let layers =
            isGenerator
            ? generator(latent: input, image: image, extents, outputActivation)
            : discriminator(output: output, extents, outputActivation)
        return Network(layers: layers, inputShape: input, initializer: initializer)
    }

    /// Heights and widths from the image to the smallest map.
    private static func extents(_ image: [Int]) throws(NetworkShapeError) -> [ImageExtent] {
        guard image.count == 3 else {
            throw NetworkShapeError(
                "needs images [height, width, channels], not examples of \(image)")
        }
        var extents = [ImageExtent(image[0], image[1])]
        while true {
            let (height, width) = (extents.last!.height, extents.last!.width)
            guard height >= 8 || width >= 8 else { break }
            guard height.isMultiple(of: 2), width.isMultiple(of: 2), min(height, width) >= 4 else {
                throw NetworkShapeError(
                    "halves images until less than 8 pixels are left along each axis; "
                        + "\(height)x\(width) of \(image[0])x\(image[1]) cannot be halved")
            }
            extents.append(ImageExtent(height / 2, width / 2))
        }
        guard extents.count > 1 else {
            throw NetworkShapeError(
                "needs images of 8 pixels at least, not \(image[0])x\(image[1])")
        }
        return extents
    }

    private func discriminator(
        output: [Int], _ extents: [ImageExtent], _ outputActivation: Activation
    ) -> [any Layer] {
        var layers: [any Layer] = []
        for level in 1..<extents.count {
            let isNormalized = level > 1
            layers.append(
                Convolution2D(
                    name: "convolution\(level)", channels: width << (level - 1),
                    kernel: ImageExtent(kernel, kernel), stride: 2, padding: kernel / 2 - 1,
                    hasBias: hasBias(isNormalized), isSpectral: isSpectral))
            if isNormalized { layers += normalized("norm\(level)") }
            layers.append(Activation.leakyRelu(slope: slope))
        }
        layers.append(
            Convolution2D(
                name: "convolution\(extents.count)", channels: output.reduce(1, *),
                kernel: extents.last!, isSpectral: isSpectral))
        return layers + [outputActivation, ExampleReshape(shape: output)]
    }

    private func generator(
        latent: [Int], image: [Int], _ extents: [ImageExtent], _ outputActivation: Activation
    ) -> [any Layer] {
        let levels = extents.count - 1
        var layers: [any Layer] = [
            ExampleReshape(shape: [1, 1] + latent),
            TransposedConvolution2D(
                name: "convolution1", channels: width << (levels - 1), kernel: extents[levels],
                hasBias: hasBias(true), isSpectral: isSpectral),
        ]
        layers += normalized("norm1") + [Activation.relu]
        for level in 1...levels {
            let isLast = level == levels
            layers.append(
                TransposedConvolution2D(
                    name: "convolution\(level + 1)",
                    channels: isLast ? image[2] : width << (levels - 1 - level),
                    kernel: ImageExtent(kernel, kernel), stride: 2, padding: kernel / 2 - 1,
                    hasBias: isLast || hasBias(true), isSpectral: isSpectral))
            if !isLast { layers += normalized("norm\(level + 1)") + [Activation.relu] }
        }
        return layers + [outputActivation]
    }

    private var isSpectral: Bool { normalization == .spectral }

    /// A batch normalisation takes the mean away, and a bias with it.
    private func hasBias(_ isNormalized: Bool) -> Bool {
        !isNormalized || normalization != .batch
    }

    private func normalized(_ name: String) -> [any Layer] {
        normalization.layer(name, momentum: momentum).map { [$0] } ?? []
    }
}
