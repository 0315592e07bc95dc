/// `result[i] = function(operands[0][i], ...)` for operands of one shape.
package struct Elementwise: Primitive {
    package let function: ElementwiseFunction

    package init(_ function: ElementwiseFunction) { self.function = function }

    package var name: String { function.rawValue }

    package func resultShape(_ operands: [Shape]) -> Shape? {
        guard operands.count == function.arity else { return nil }
        return operands.allSatisfy { $0 == operands[0] } ? operands[0] : nil
    }

    package func pullback(_ cotangent: Value, operands: [Value], result: Value) -> [Value?] {
        function.pullback(cotangent, operands, result)
    }
}

/// The scalar functions of the elementwise primitive.
package enum ElementwiseFunction: String, CaseIterable, Sendable {
    case add, subtract, multiply, divide, maximum, minimum
    /// `select(x, a, b) = b where x <= 0, else a`; a NaN in `x` selects `a`.
    case select
    case negate, exponential, logarithm, reciprocal
    case squareRoot = "square-root"
    case tanh, sigmoid, softplus

    package var arity: Int {
        switch self {
        case .add, .subtract, .multiply, .divide, .maximum, .minimum: 2
        case .select: 3
        default: 1
        }
    }

    func pullback(_ g: Value, _ x: [Value], _ result: Value) -> [Value?] {
        switch self {
        case .add: [g, g]
        case .subtract: [g, -g]
        case .multiply: [g * x[1], g * x[0]]
        case .divide: [g / x[1], -(g * result) / x[1]]
        case .maximum: Self.choose(g, by: x[0] - x[1])
        case .minimum: Self.choose(g, by: x[1] - x[0])
        case .select: [nil] + Self.choose(g, by: Self.condition(x, result))
        case .negate: [-g]
        case .exponential: [g * result]
        case .logarithm: [g / x[0]]
        case .reciprocal: [-(g * result * result)]
        case .squareRoot: [g * 0.5 / result]
        case .tanh: [g * (1 - result * result)]
        case .sigmoid: [g * (result * (1 - result))]
        case .softplus: [g * x[0].sigmoid()]
        }
    }

    /// Splits a cotangent: all of it to the first where `condition > 0`, else to the second.
    private static func choose(_ g: Value, by condition: Value) -> [Value?] {
        [Value.select(condition, g, 0), Value.select(condition, g.graph.constant(0), g)]
    }

    /// A value with the sign of `select`'s condition.
    ///
    /// ReLU is `select(x, x, 0)` and leaky ReLU `select(x, x, slope * x)` with a positive slope:
    /// the result has the sign of `x`, so that `x` need not be kept for the derivative.
    private static func condition(_ x: [Value], _ result: Value) -> Value {
        guard x[0] == x[1] else { return x[0] }
        if x[2].constantValue == 0 { return result }
        let other = x[2].node
        guard (other.primitive as? Elementwise)?.function == .multiply else { return x[0] }
        let factors = x[2].operands
        for (factor, slope) in [(factors[0], factors[1]), (factors[1], factors[0])]
        where factor == x[0] && (slope.constantValue ?? 0) > 0 {
            return result
        }
        return x[0]
    }
}
