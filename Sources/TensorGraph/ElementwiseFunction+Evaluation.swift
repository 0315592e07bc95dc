#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension ElementwiseFunction {
    /// The function on numbers in double precision: the definition that every kernel is held to.
    package func evaluate(_ x: [Double]) -> Double {
        switch self {
        case .add: x[0] + x[1]
        case .subtract: x[0] - x[1]
        case .multiply: x[0] * x[1]
        case .divide: x[0] / x[1]
        case .maximum: x[0].isNaN || x[1].isNaN ? .nan : Swift.max(x[0], x[1])
        case .minimum: x[0].isNaN || x[1].isNaN ? .nan : Swift.min(x[0], x[1])
        case .select: x[0] <= 0 ? x[2] : x[1]
        case .negate: -x[0]
        case .reciprocal: 1 / x[0]
        case .squareRoot: x[0].squareRoot()
        case .exponential: exp(x[0])
        case .logarithm: log(x[0])
        case .tanh: _tanh(x[0])
        case .sigmoid: 1 / (1 + exp(-x[0]))
        case .softplus: Swift.max(x[0], 0) + log1p(exp(-abs(x[0])))
        }
    }
}

/// Inside the enumeration `tanh` is a case; here it is the library's function.
private func _tanh(_ x: Double) -> Double { tanh(x) }
