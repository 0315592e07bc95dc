import Settings
import TensorGraph

/// Images `factor` times as large along both axes.
package struct Upsampling2D: Layer {
    package enum Method: String, CaseIterable, Sendable {
        /// Each pixel `factor` times.
        case nearest
        /// Linear between the centres of pixels.
        case bilinear
    }

    package let factor: Int
    package let method: Method

    package init(factor: Int, method: Method = .nearest) {
        self.factor = factor
        self.method = method
    }

    package func refusal(of input: [Int]) -> String? { refusalUnlessImages(input) }

    package func outputShape(_ input: [Int]) -> [Int] {
        [input[0] * factor, input[1] * factor, input[2]]
    }

    package func apply(_ input: Value, _ pass: NetworkPass) -> Value {
        switch method {
        case .nearest: input.upsampledNearest(factor)
        case .bilinear: input.upsampledBilinear(factor)
        }
    }
}

extension Upsampling2D: ListedLayer {
    package static let identifier = "upsampling"

    package static func make(_ name: String, _ settings: SettingsTable) throws -> any Layer {
        Upsampling2D(
            factor: try settings.integer(
                "factor", default: 2, in: 2...16, "How many times as high and wide."),
            method: try settings.choice(
                "method", default: Method.nearest, "How new pixels come from old ones."))
    }
}
