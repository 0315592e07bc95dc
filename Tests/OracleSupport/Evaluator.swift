import GraphExecution
import TensorGraph

/// The two ways to run a graph: in double precision as written, in single precision as planned.
package enum Evaluator: CaseIterable, Sendable {
    case reference, plan

    /// The row-major values of `outputs`, for inputs by name.
    package func values(_ outputs: [Value], _ inputs: [String: [Double]]) -> [[Double]] {
        switch self {
        case .reference: ReferenceEvaluator.evaluate(outputs, inputs: inputs)
        case .plan: Self.run(Self.compile(outputs), outputs: outputs.count, inputs)
        }
    }

    /// As `difference`, at the tolerance of the precision: 1e-9 in double precision, and in
    /// single precision some roundings of the largest number that takes part.
    package func difference(
        _ actual: [Double], _ expected: [Double], scale: Double = 1
    ) -> String? {
        switch self {
        case .reference:
            OracleSupport.difference(actual, expected, relative: 1e-9, absolute: 1e-12 * scale)
        case .plan:
            OracleSupport.difference(actual, expected, relative: 5e-6, absolute: 2e-6 * scale)
        }
    }

    private static func compile(_ outputs: [Value]) -> ExecutionPlan {
        var options = PlanOptions()
        options.verifies = true
        var request = PlanRequest()
        for (index, value) in outputs.enumerated() { request.output("\(index)", value) }
        for case let input as Input in outputs[0].graph.nodes.map(\.primitive) {
            request.inputs[input.inputName] = .arena
        }
        return PlanCompiler.compile(request, options: options)
    }

    private static func run(
        _ plan: ExecutionPlan, outputs: Int, _ inputs: [String: [Double]]
    ) -> [[Double]] {
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: max(plan.arenaCount, 1) * MemoryLayout<Float>.stride, alignment: 64)
        defer { memory.deallocate() }
        let arena = memory.bindMemory(to: Float.self, capacity: max(plan.arenaCount, 1))
        // What a plan does not write before it reads shows as NaN.
        arena.initialize(repeating: .nan, count: max(plan.arenaCount, 1))
        for (name, values) in inputs {
            guard let input = plan.input(name) else { continue }
            precondition(input.count == values.count, "\(values.count) values for \(name)")
            let start = arena + Int(input.location.offset)
            for (index, value) in values.enumerated() { start[index] = Float(value) }
        }
        var bases = [arena, arena]
        bases.withUnsafeMutableBufferPointer { PlanInterpreter.run(plan, $0.baseAddress!) }
        return (0..<outputs).map { index in
            let output = plan.output("\(index)")
            precondition(Int(output.location.slot) < bases.count, "output \(index) has no place")
            let start = bases[Int(output.location.slot)] + Int(output.location.offset)
            return (0..<output.count).map { Double(start[$0]) }
        }
    }
}
