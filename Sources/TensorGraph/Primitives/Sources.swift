/// A named tensor given from outside at every execution.
package struct Input: Primitive {
    package let inputName: String
    package let shape: Shape

    package var name: String { "input \(inputName)" }
    package func resultShape(_ operands: [Shape]) -> Shape? { operands.isEmpty ? shape : nil }
    package func pullback(_ cotangent: Value, operands: [Value], result: Value) -> [Value?] { [] }
}

/// A scalar known while planning.
package struct Constant: Primitive {
    package let value: Double

    package var name: String { "constant \(value)" }
    package func resultShape(_ operands: [Shape]) -> Shape? { operands.isEmpty ? .scalar : nil }
    package func pullback(_ cotangent: Value, operands: [Value], result: Value) -> [Value?] { [] }
}

/// The operand itself; its derivative counts as zero.
package struct StopGradient: Primitive {
    package init() {}
    package var name: String { "stop-gradient" }
    package func resultShape(_ operands: [Shape]) -> Shape? {
        operands.count == 1 ? operands[0] : nil
    }
    package func pullback(_ cotangent: Value, operands: [Value], result: Value) -> [Value?] {
        [nil]
    }
}
