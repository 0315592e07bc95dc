import Settings
import TensorGraph

/// Self-attention over the pixels of an image (Zhang et al. 2018, arXiv 1805.08318): with 1x1
/// convolutions f, g and h to an eighth of the channels and v back, all without bias,
/// `y = x + scale * v(sum over pixels i of b[j, i] h(x_i))` at pixel j, where
/// `b[j, :] = softmax over i of f(x_i) . g(x_j)`. `scale` begins at 0.
package struct SelfAttention: Layer {
    package let name: String
    private let isSpectral: Bool

    package init(name: String, isSpectral: Bool) {
        self.name = name
        self.isSpectral = isSpectral
    }

    private func projections(_ channels: Int) -> [Convolution2D] {
        let inner = max(1, channels / 8)
        return [("query", inner), ("key", inner), ("value", inner), ("output", channels)].map {
            Convolution2D(
                name: "\(name).\($0)", channels: $1, kernel: ImageExtent(1, 1), hasBias: false,
                isSpectral: isSpectral)
        }
    }

    package func refusal(of input: [Int]) -> String? { refusalUnlessImages(input) }

    package func declare(
        input: [Int], parameters: inout StateLayout, statistics: inout StateLayout
    ) {
        let projections = projections(input[2])
        let inner = [input[0], input[1], projections[0].channels]
        for (projection, shape) in zip(projections, [input, input, input, inner]) {
            projection.declare(input: shape, parameters: &parameters, statistics: &statistics)
        }
        parameters.append("\(name).scale", [1], .constant(0))
    }

    /// The weights of all pairs of pixels count most.
    package func unitCount(_ input: [Int]) -> Int {
        let pixels = input[0] * input[1]
        return pixels * (pixels + 2 * input[2])
    }

    package func apply(_ input: Value, _ pass: NetworkPass) -> Value {
        let (batch, pixels) = (input.shape[0], input.shape[1] * input.shape[2])
        let projections = projections(input.shape[3])
        func rows(_ index: Int) -> Value {
            let projected = projections[index].apply(input, pass)
            return projected.reshaped([batch, pixels, projections[index].channels])
        }
        let weights = rows(0).matrixProduct(rows(1), transposed: false, true).softmax()
        let inner = projections[2].channels
        let attended = weights.matrixProduct(rows(2))
            .reshaped([batch, input.shape[1], input.shape[2], inner])
        return input + projections[3].apply(attended, pass) * pass.parameter("\(name).scale")
    }
}

extension SelfAttention: ListedLayer {
    package static let identifier = "self-attention"

    package static func make(_ name: String, _ settings: SettingsTable) throws -> any Layer {
        SelfAttention(name: name, isSpectral: try settings.isSpectral())
    }
}
