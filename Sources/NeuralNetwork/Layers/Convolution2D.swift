import Settings
import TensorGraph

/// A convolution of `[height, width, channels]` examples, with zeros around them.
///
/// `weight` is `[kernel, kernel, channels in, channels out]` in memory and `[channels out, channels
/// in, kernel, kernel]` in files, as PyTorch's `Conv2d` has it; `bias` is `[channels out]`. With
/// `isSpectral` the weight that is used is W / sigma, by `SpectralNormalization`.
package struct Convolution2D: Layer {
    package let name: String
    package let channels: Int
    package let geometry: ConvolutionGeometry
    package let hasBias: Bool
    package let isSpectral: Bool

    /// - Parameter channels: of the output.
    package init(
        name: String, channels: Int, kernel: ImageExtent, stride: Int = 1, padding: Int = 0,
        hasBias: Bool = true, isSpectral: Bool = false
    ) {
        self.name = name
        self.channels = channels
        self.hasBias = hasBias
        self.isSpectral = isSpectral
        geometry = ConvolutionGeometry(kernel: kernel, stride: stride, padding: padding)
    }

    package func refusal(of input: [Int]) -> String? {
        if let refusal = refusalUnlessImages(input) { return refusal }
        let fits = geometry.resultExtent(of: ImageExtent(input[0], input[1])) != nil
        return fits ? nil : "filters of \(geometry.kernel) do not fit into images of \(input)"
    }

    package func outputShape(_ input: [Int]) -> [Int] {
        guard let extent = geometry.resultExtent(of: ImageExtent(input[0], input[1])) else {
            preconditionFailure("\(name): a filter larger than its image of \(input)")
        }
        return [extent.height, extent.width, channels]
    }

    package func declare(
        input: [Int], parameters: inout StateLayout, statistics: inout StateLayout
    ) {
        let kernel = geometry.kernel
        parameters.append(
            "\(name).weight", [kernel.height, kernel.width, input[2], channels], .weight)
        if hasBias { parameters.append("\(name).bias", [channels], .constant(0)) }
        if isSpectral {
            SpectralNormalization(layer: name).declare(outputs: channels, &statistics)
        }
    }

    package func apply(_ input: Value, _ pass: NetworkPass) -> Value {
        let weight = pass.weight(of: name, isSpectral: isSpectral, outputAxis: 3)
        let result = input.convolution(weight, geometry)
        return hasBias ? result + pass.parameter("\(name).bias") : result
    }
}

extension Convolution2D: ListedLayer {
    package static let identifier = "convolution"

    package static func make(_ name: String, _ settings: SettingsTable) throws -> any Layer {
        Convolution2D(
            name: name, channels: try settings.channelCount(),
            kernel: try settings.kernelExtent(), stride: try settings.filterStride(),
            padding: try settings.padding(), hasBias: try settings.hasBias(),
            isSpectral: try settings.isSpectral())
    }
}

/// The transposed convolution: the derivative of a convolution of larger images, used forwards.
///
/// `weight` is `[kernel, kernel, channels out, channels in]` in memory and `[channels in, channels
/// out, kernel, kernel]` in files, as PyTorch's `ConvTranspose2d` has it. With `isSpectral` the
/// weight that is used is W / sigma, by `SpectralNormalization`.
package struct TransposedConvolution2D: Layer {
    package let name: String
    package let channels: Int
    package let geometry: ConvolutionGeometry
    package let hasBias: Bool
    package let isSpectral: Bool

    /// - Parameter channels: of the output.
    package init(
        name: String, channels: Int, kernel: ImageExtent, stride: Int = 1, padding: Int = 0,
        hasBias: Bool = true, isSpectral: Bool = false
    ) {
        self.name = name
        self.channels = channels
        self.hasBias = hasBias
        self.isSpectral = isSpectral
        geometry = ConvolutionGeometry(kernel: kernel, stride: stride, padding: padding)
    }

    /// `(extent - 1) stride + kernel - 2 padding` along each axis.
    private func extent(_ input: [Int]) -> ImageExtent {
        func along(_ axis: KeyPath<ImageExtent, Int>, _ extent: Int) -> Int {
            (extent - 1) * geometry.stride[keyPath: axis] + geometry.kernel[keyPath: axis]
                - geometry.paddingBefore[keyPath: axis] - geometry.paddingAfter[keyPath: axis]
        }
        return ImageExtent(along(\.height, input[0]), along(\.width, input[1]))
    }

    package func refusal(of input: [Int]) -> String? {
        if let refusal = refusalUnlessImages(input) { return refusal }
        let extent = extent(input)
        return extent.height > 0 && extent.width > 0
            ? nil : "nothing is left of images of \(input) but the padding"
    }

    package func outputShape(_ input: [Int]) -> [Int] {
        let extent = extent(input)
        precondition(extent.height > 0 && extent.width > 0, "\(name): no image is left")
        return [extent.height, extent.width, channels]
    }

    package func declare(
        input: [Int], parameters: inout StateLayout, statistics: inout StateLayout
    ) {
        let kernel = geometry.kernel
        parameters.append(
            "\(name).weight", [kernel.height, kernel.width, channels, input[2]], .weight)
        if hasBias { parameters.append("\(name).bias", [channels], .constant(0)) }
        if isSpectral {
            SpectralNormalization(layer: name).declare(outputs: channels, &statistics)
        }
    }

    package func apply(_ input: Value, _ pass: NetworkPass) -> Value {
        let weight = pass.weight(of: name, isSpectral: isSpectral, outputAxis: 2)
        let result = input.convolutionInputGradient(
            weight, geometry,
            image: extent(Array(input.shape.extents.dropFirst())))
        return hasBias ? result + pass.parameter("\(name).bias") : result
    }
}

extension TransposedConvolution2D: ListedLayer {
    package static let identifier = "transposed-convolution"

    package static func make(_ name: String, _ settings: SettingsTable) throws -> any Layer {
        TransposedConvolution2D(
            name: name, channels: try settings.channelCount(),
            kernel: try settings.kernelExtent(), stride: try settings.filterStride(),
            padding: try settings.padding(), hasBias: try settings.hasBias(),
            isSpectral: try settings.isSpectral())
    }
}

extension ConvolutionGeometry {
    /// The same stride along both axes, and padding on all four sides.
    init(kernel: ImageExtent, stride: Int, padding: Int) {
        let padding = ImageExtent(padding, padding)
        self.init(
            kernel: kernel, stride: ImageExtent(stride, stride), paddingBefore: padding,
            paddingAfter: padding)
    }
}

/// The keys that both kinds of convolution have.
extension SettingsTable {
    fileprivate func channelCount() throws -> Int {
        try integer("channels", default: 64, in: 1...65_536, "Channels of the layer's images.")
    }

    fileprivate func kernelExtent() throws -> ImageExtent {
        let kernel = try integer(
            "kernel", default: 3, in: 1...256, unit: "pixels",
            "Height and width of a filter or window.")
        return ImageExtent(kernel, kernel)
    }

    fileprivate func filterStride() throws -> Int {
        try integer(
            "stride", default: 1, in: 1...256, unit: "pixels",
            "From one place of a filter or window to the next.")
    }

    fileprivate func padding() throws -> Int {
        try integer(
            "padding", default: 0, in: 0...256, unit: "pixels", "Zeros around the image.")
    }

    fileprivate func hasBias() throws -> Bool {
        try flag("bias", default: true, "Add a number per channel; none before a normalisation.")
    }
}
