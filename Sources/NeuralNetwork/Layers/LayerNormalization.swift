import Settings
import TensorGraph

/// `y = scale * (x - mean) / sqrt(variance + epsilon) + shift`, mean and (biased) variance over
/// the features of each example (Ba, Kiros and Hinton 2016, arXiv 1607.06450).
package struct LayerNormalization: Layer {
    package let name: String
    package let epsilon: Double

    package init(name: String, epsilon: Double = 1e-5) {
        self.name = name
        self.epsilon = epsilon
    }

    package func declare(
        input: [Int], parameters: inout StateLayout, statistics: inout StateLayout
    ) {
        parameters.append("\(name).weight", input, .constant(1))
        parameters.append("\(name).bias", input, .constant(0))
    }

    package func apply(_ input: Value, _ pass: NetworkPass) -> Value {
        let axes = Array(1..<input.shape.rank)
        let normalized = input.standardized(over: axes, epsilon: epsilon)
        return normalized * pass.parameter("\(name).weight") + pass.parameter("\(name).bias")
    }
}

extension LayerNormalization: ListedLayer {
    package static let identifier = "layer-normalization"

    package static func make(_ name: String, _ settings: SettingsTable) throws -> any Layer {
        LayerNormalization(name: name)
    }
}
