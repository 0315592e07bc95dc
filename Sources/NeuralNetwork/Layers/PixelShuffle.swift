import Settings
import TensorGraph

/// `factor * factor` channels become the pixels of one (Shi et al. 2016, arXiv 1609.05158).
package struct PixelShuffle: Layer {
    package let factor: Int

    package init(factor: Int) { self.factor = factor }

    package func refusal(of input: [Int]) -> String? {
        if let refusal = refusalUnlessImages(input) { return refusal }
        let pixels = factor * factor
        return input[2].isMultiple(of: pixels)
            ? nil : "\(input[2]) channels are no multiple of \(pixels), the pixels of one"
    }

    package func outputShape(_ input: [Int]) -> [Int] {
        [input[0] * factor, input[1] * factor, input[2] / (factor * factor)]
    }

    package func apply(_ input: Value, _ pass: NetworkPass) -> Value { input.pixelShuffled(factor) }
}

extension PixelShuffle: ListedLayer {
    package static let identifier = "pixel-shuffle"

    package static func make(_ name: String, _ settings: SettingsTable) throws -> any Layer {
        PixelShuffle(
            factor: try settings.integer(
                "factor", default: 2, in: 2...16, "How many times as high and wide."))
    }
}
