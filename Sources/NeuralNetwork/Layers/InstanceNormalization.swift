import Settings
import TensorGraph

/// `y = scale * (x - mean) / sqrt(variance + epsilon) + shift` per channel, mean and (biased)
/// variance over the pixels of each channel of each image (Ulyanov, Vedaldi and Lempitsky 2016,
/// arXiv 1607.08022). The same in training and in sampling.
package struct InstanceNormalization: Layer {
    package let name: String
    package let epsilon: Double

    package init(name: String, epsilon: Double = 1e-5) {
        self.name = name
        self.epsilon = epsilon
    }

    package func refusal(of input: [Int]) -> String? { refusalUnlessImages(input) }

    package func declare(
        input: [Int], parameters: inout StateLayout, statistics: inout StateLayout
    ) {
        parameters.append("\(name).weight", [input.last!], .constant(1))
        parameters.append("\(name).bias", [input.last!], .constant(0))
    }

    package func apply(_ input: Value, _ pass: NetworkPass) -> Value {
        let axes = Array(1..<(input.shape.rank - 1))
        let normalized = input.standardized(over: axes, epsilon: epsilon)
        return normalized * pass.parameter("\(name).weight") + pass.parameter("\(name).bias")
    }
}

extension InstanceNormalization: ListedLayer {
    package static let identifier = "instance-normalization"

    package static func make(_ name: String, _ settings: SettingsTable) throws -> any Layer {
        InstanceNormalization(name: name)
    }
}
