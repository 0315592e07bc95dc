/// Expressions over values. Shapes of the operands broadcast right-aligned, as in NumPy.
extension Value {
    private static func apply(_ function: ElementwiseFunction, _ operands: Value...) -> Value {
        var shape = operands[0].shape
        for operand in operands.dropFirst() {
            guard let common = shape.broadcast(with: operand.shape) else {
                preconditionFailure("\(function) of \(operands.map(\.shape))")
            }
            shape = common
        }
        let graph = operands[0].graph
        return graph.append(Elementwise(function), operands.map { $0.broadcasted(to: shape) })
    }

    package static func + (a: Value, b: Value) -> Value { apply(.add, a, b) }
    package static func - (a: Value, b: Value) -> Value { apply(.subtract, a, b) }
    package static func * (a: Value, b: Value) -> Value { apply(.multiply, a, b) }
    package static func / (a: Value, b: Value) -> Value { apply(.divide, a, b) }
    package static prefix func - (a: Value) -> Value { apply(.negate, a) }

    package static func + (a: Value, b: Double) -> Value { a + a.graph.constant(b) }
    package static func - (a: Value, b: Double) -> Value { a - a.graph.constant(b) }
    package static func - (a: Double, b: Value) -> Value { b.graph.constant(a) - b }
    package static func * (a: Value, b: Double) -> Value { a * a.graph.constant(b) }
    package static func * (a: Double, b: Value) -> Value { b.graph.constant(a) * b }
    package static func / (a: Value, b: Double) -> Value { a / a.graph.constant(b) }

    package func exponential() -> Value { Self.apply(.exponential, self) }
    package func logarithm() -> Value { Self.apply(.logarithm, self) }
    package func squareRoot() -> Value { Self.apply(.squareRoot, self) }
    package func reciprocal() -> Value { Self.apply(.reciprocal, self) }
    package func tanh() -> Value { Self.apply(.tanh, self) }
    package func sigmoid() -> Value { Self.apply(.sigmoid, self) }
    /// `ln(1 + exp(x))`
    package func softplus() -> Value { Self.apply(.softplus, self) }

    package func maximum(_ other: Value) -> Value { Self.apply(.maximum, self, other) }
    package func minimum(_ other: Value) -> Value { Self.apply(.minimum, self, other) }
    package func clamped(to limit: Double) -> Value {
        maximum(graph.constant(-limit)).minimum(graph.constant(limit))
    }

    /// `otherwise` where `condition <= 0`, else `positive`.
    package static func select(_ condition: Value, _ positive: Value, _ otherwise: Value) -> Value {
        apply(.select, condition, positive, otherwise)
    }

    package static func select(
        _ condition: Value, _ positive: Value, _ otherwise: Double
    ) -> Value {
        select(condition, positive, condition.graph.constant(otherwise))
    }

    /// `max(x, 0)`; the derivative at 0 is 0, a NaN passes through.
    package func relu() -> Value { Self.select(self, self, 0) }
    /// `x` where positive, else `slope * x`.
    package func leakyRelu(slope: Double) -> Value { Self.select(self, self, self * slope) }

    package func stoppingGradient() -> Value { graph.append(StopGradient(), [self]) }
}

/// Products, sums and layout.
extension Value {
    /// `op(self) op(right)`.
    package func matrixProduct(
        _ right: Value, transposed transposesLeft: Bool = false, _ transposesRight: Bool = false
    ) -> Value {
        graph.append(
            MatrixProduct(transposesLeft: transposesLeft, transposesRight: transposesRight),
            [self, right])
    }

    /// The sum over `axes`, which stay with extent 1.
    package func sum(axes: [Int]) -> Value {
        axes.isEmpty ? self : graph.append(Sum(axes: axes), [self])
    }

    /// The sum of all elements, a scalar.
    package func sum() -> Value { sum(axes: Array(0..<shape.rank)).reshaped(.scalar) }

    /// The mean over `axes`, which stay with extent 1.
    package func mean(axes: [Int]) -> Value {
        sum(axes: axes) * (1 / Double(axes.map { shape[$0] }.reduce(1, *)))
    }

    /// The mean of all elements, a scalar.
    package func mean() -> Value { sum() * (1 / Double(shape.elementCount)) }

    /// `(x - mean) / sqrt(variance + epsilon)`, mean and (biased) variance over `axes`.
    package func standardized(over axes: [Int], epsilon: Double) -> Value {
        let centred = self - mean(axes: axes)
        let variance = (centred * centred).mean(axes: axes)
        return centred / (variance + epsilon).squareRoot()
    }

    package func reshaped(_ shape: Shape) -> Value {
        shape == self.shape ? self : graph.append(Reshape(shape: shape), [self])
    }

    package func flattened() -> Value { reshaped([shape.elementCount]) }

    package func transposed(_ permutation: [Int]) -> Value {
        graph.append(Transpose(permutation: permutation), [self])
    }

    package func broadcasted(to shape: Shape) -> Value {
        shape == self.shape ? self : graph.append(Broadcast(shape: shape), [self])
    }

    /// The same elements in memory of their own.
    package func copied() -> Value { graph.append(Broadcast(shape: shape), [self]) }

    package func sliced(from starts: [Int], extents: [Int]) -> Value {
        extents == shape.extents
            ? self : graph.append(Slice(starts: starts, extents: extents), [self])
    }

    /// `count` positions of one axis, all of the others.
    package func sliced(axis: Int, from start: Int, count: Int) -> Value {
        var starts = [Int](repeating: 0, count: shape.rank)
        var extents = shape.extents
        (starts[axis], extents[axis]) = (start, count)
        return sliced(from: starts, extents: extents)
    }

    package func padded(to shape: Shape, at starts: [Int]) -> Value {
        shape == self.shape ? self : graph.append(Pad(shape: shape, starts: starts), [self])
    }

    package static func concatenated(_ values: [Value], axis: Int) -> Value {
        values.count == 1 ? values[0] : values[0].graph.append(Concatenate(axis: axis), values)
    }
}
