import CKernels
import TensorGraph

/// The program of one elementwise loop: inputs, then steps in order, some of which are stored.
struct FusedLoop {
    enum Register: Equatable {
        case input(Int)
        case step(Int)
    }

    struct Input: Equatable {
        /// The graph's value that is read, and the stored value that it shows.
        let node: Int
        let stored: Int
        let mode: OperandMode
    }

    struct Step {
        let node: Int
        let opcode: qk_opcode
        let operands: [Register]
    }

    private(set) var inputs: [Input] = []
    private(set) var steps: [Step] = []
    /// The nodes that are stored, in step order.
    let results: [Int]
    let rows: Int
    let columns: Int

    init(_ operation: Operation, _ list: OperationList, combining: Bool) {
        let shape = list.nodes[operation.members[0]].shape
        columns = operation.columns ?? shape.elementCount
        rows = shape.elementCount / columns
        results = list.results(of: operation)
        let composites = CompositeSteps(operation, list, results: results)
        var expressions: [(node: Int, StepExpression)] = []
        var hidden = Set<Int>()
        for member in operation.members.reversed() where !hidden.contains(member) {
            let expression =
                combining ? composites.expression(of: member) : composites.single(member)
            hidden.formUnion(expression.absorbed)
            expressions.append((member, expression))
        }
        var stepOfNode: [Int: Int] = [:]
        for (node, expression) in expressions.reversed() {
            let registers = expression.operands.map { register($0, shape, list, stepOfNode) }
            stepOfNode[node] = steps.count
            steps.append(Step(node: node, opcode: expression.opcode, operands: registers))
        }
    }

    /// The loop of an operation that fits without combining: a combined step reads later what
    /// its parts read early, which may take more scratch than there is.
    static func fitting(
        _ operation: Operation, _ list: OperationList, combining: Bool
    ) -> FusedLoop {
        let loop = FusedLoop(operation, list, combining: combining)
        if loop.scratchTiles().count <= Int(QK_MAX_SCRATCH) { return loop }
        return FusedLoop(operation, list, combining: false)
    }

    /// Whether the operation is within what one loop can hold.
    static func fits(_ operation: Operation, _ list: OperationList) -> Bool {
        guard operation.members.count <= Int(QK_MAX_STEPS) else { return false }
        let loop = FusedLoop(operation, list, combining: false)
        return loop.inputs.count <= Int(QK_MAX_INPUTS)
            && loop.results.count <= Int(QK_MAX_OUTPUTS)
            && loop.scratchTiles().count <= Int(QK_MAX_SCRATCH)
    }

    /// Whether `result` may be written to the memory of a stored value: each input that shows
    /// it is walked like the result, from its first element, and no later step reads it.
    func canStore(_ result: Int, over stored: Int, _ list: OperationList) -> Bool {
        let step = steps.firstIndex { $0.node == result }!
        return inputs.indices.filter { inputs[$0].stored == stored }.allSatisfy {
            inputs[$0].mode == .full && list.storage(of: inputs[$0].node).offset == 0
                && lastUse(ofInput: $0) <= step
        }
    }

    private func lastUse(ofInput input: Int) -> Int {
        steps.lastIndex { $0.operands.contains(.input(input)) } ?? -1
    }

    /// The scratch tile of each step that is not stored, and how many tiles that takes.
    func scratchTiles() -> (tileOfStep: [Int?], count: Int) {
        var lastUse = Array(steps.indices)
        for (index, step) in steps.enumerated() {
            for case .step(let operand) in step.operands { lastUse[operand] = index }
        }
        var tileOfStep = [Int?](repeating: nil, count: steps.count)
        var freeAfter: [Int] = []
        for (index, step) in steps.enumerated() where !results.contains(step.node) {
            if let tile = freeAfter.firstIndex(where: { $0 < index }) {
                tileOfStep[index] = tile
                freeAfter[tile] = lastUse[index]
            } else {
                tileOfStep[index] = freeAfter.count
                freeAfter.append(lastUse[index])
            }
        }
        return (tileOfStep, freeAfter.count)
    }

    private mutating func register(
        _ operand: Int, _ loop: Shape, _ list: OperationList, _ stepOfNode: [Int: Int]
    ) -> Register {
        if let step = stepOfNode[operand] { return .step(step) }
        let (node, mode, _) = list.access(operand: operand, loop: loop)!
        let input = Input(node: node, stored: list.storage(of: node).node, mode: mode)
        if let known = inputs.firstIndex(of: input) { return .input(known) }
        inputs.append(input)
        return .input(inputs.count - 1)
    }
}

extension FusedLoop {
    /// The loop in the form that the kernel runs.
    var kernelProgram: qk_fused_program {
        var program = qk_fused_program()
        program.rows = Int32(rows)
        program.columns = Int32(columns)
        program.input_count = UInt8(inputs.count)
        program.output_count = UInt8(results.count)
        program.step_count = UInt16(steps.count)
        withUnsafeMutableBytes(of: &program.input_modes) { modes in
            for (index, input) in inputs.enumerated() { modes[index] = input.mode.rawValue }
        }
        let tiles = scratchTiles().tileOfStep
        withUnsafeMutableBytes(of: &program.steps) { bytes in
            let kernelSteps = bytes.bindMemory(to: qk_step.self)
            for (index, step) in steps.enumerated() {
                kernelSteps[index] = kernelStep(step, tile: tiles[index])
            }
        }
        return program
    }

    private func kernelStep(_ step: Step, tile: Int?) -> qk_step {
        let registers = step.operands.map { register -> UInt8 in
            switch register {
            case .input(let index): UInt8(index)
            case .step(let index): UInt8(inputs.count + index)
            }
        }
        func operand(_ index: Int) -> UInt8 { index < registers.count ? registers[index] : 0 }
        let output = results.firstIndex(of: step.node).map(UInt8.init) ?? UInt8(QK_NO_OUTPUT)
        return qk_step(
            opcode: UInt8(step.opcode.rawValue), output: output, scratch: UInt8(tile ?? 0),
            a: operand(0), b: operand(1), c: operand(2), d: operand(3))
    }
}
