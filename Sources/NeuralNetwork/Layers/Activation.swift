import Settings
import TensorGraph

/// An elementwise non-linearity.
package enum Activation: Layer, Equatable {
    /// `x`
    case none
    /// `max(x, 0)`
    case relu
    /// `x` where positive, else `slope * x`
    case leakyRelu(slope: Double)
    case tanh
    /// `1 / (1 + exp(-x))`
    case sigmoid
    /// `ln(1 + exp(x))`
    case softplus

    package func apply(_ input: Value, _ pass: NetworkPass) -> Value {
        switch self {
        case .none: input
        case .relu: input.relu()
        case .leakyRelu(let slope): input.leakyRelu(slope: slope)
        case .tanh: input.tanh()
        case .sigmoid: input.sigmoid()
        case .softplus: input.softplus()
        }
    }

    /// The values that the activation can take.
    package var range: ClosedRange<Float> {
        switch self {
        case .none, .leakyRelu: -Float.infinity...Float.infinity
        case .relu, .softplus: 0...Float.infinity
        case .tanh: -1...1
        case .sigmoid: 0...1
        }
    }
}

extension Activation: ListedLayer {
    package static let identifier = "activation"

    package static func make(_ name: String, _ settings: SettingsTable) throws -> any Layer {
        let function = try settings.choice(
            "function", of: ["relu", "leaky-relu", "tanh", "sigmoid", "softplus"],
            default: "relu", "Non-linearity.")
        let slope =
            function == "leaky-relu" || settings.isDescribing
            ? try settings.number(
                "slope", default: 0.2, in: .closed(1e-6...1), "Slope of leaky ReLU below 0.")
            : 0
        switch function {
        case "leaky-relu": return Activation.leakyRelu(slope: slope)
        case "tanh": return Activation.tanh
        case "sigmoid": return Activation.sigmoid
        case "softplus": return Activation.softplus
        default: return Activation.relu
        }
    }
}
