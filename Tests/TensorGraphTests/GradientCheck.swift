import GraphExecution
import TensorGraph
import Testing

/// Compares gradient rules with central differences of the reference evaluator, in `Double`.
struct GradientCheck {
    let variables: [Value]
    var inputs: [String: [Double]]

    /// `f(x + h) - f(x - h)` over `2 h` has an error of about `h^2` and one of `1e-16 / h`.
    private static let step = 1e-5

    /// The scalar's gradient, checked element by element.
    func verify(_ scalar: Value, _ label: String) {
        let gradients = scalar.gradient(withRespectTo: variables)
        for (variable, gradient) in zip(variables, gradients) {
            #expect(gradient.shape == variable.shape, "\(label)")
        }
        let analytic = ReferenceEvaluator.evaluate(gradients, inputs: inputs)
        for (variable, values) in zip(variables, analytic) {
            let name = (variable.node.primitive as! Input).inputName
            for (index, value) in values.enumerated() {
                let difference = centralDifference(scalar, name, index)
                #expect(
                    abs(value - difference) <= 1e-8 + 1e-6 * abs(difference),
                    "\(label): \(value) but \(difference) along \(name)[\(index)]")
            }
        }
    }

    /// Also the second order: the gradient of a weighted sum of the first gradient.
    func verifyTwice(_ scalar: Value, _ label: String, using generator: inout SeededGenerator) {
        verify(scalar, label)
        let gradients = scalar.gradient(withRespectTo: variables)
        var check = self
        let terms = gradients.enumerated().map { index, gradient in
            let weight = scalar.graph.input("weight\(index)", gradient.shape)
            check.inputs["weight\(index)"] = generator.doubles(gradient.shape.elementCount)
            return (gradient * weight).sum()
        }
        check.verify(terms.dropFirst().reduce(terms[0], +), "\(label), second order")
    }

    private func centralDifference(_ scalar: Value, _ name: String, _ index: Int) -> Double {
        var moved = inputs
        let middle = inputs[name]![index]
        moved[name]![index] = middle + Self.step
        let above = ReferenceEvaluator.evaluate([scalar], inputs: moved)[0][0]
        moved[name]![index] = middle - Self.step
        let below = ReferenceEvaluator.evaluate([scalar], inputs: moved)[0][0]
        return (above - below) / (2 * Self.step)
    }
}

/// SplitMix64: small, fast and the same everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func doubles(_ count: Int, in range: ClosedRange<Double> = -1...1) -> [Double] {
        (0..<count).map { _ in Double.random(in: range, using: &self) }
    }
}
