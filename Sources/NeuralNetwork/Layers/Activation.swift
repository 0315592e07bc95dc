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
