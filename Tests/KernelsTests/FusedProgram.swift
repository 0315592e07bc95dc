import CKernels

/// A sequence of elementwise steps over a rows x columns space, run in one walk over memory.
///
/// Build it while planning: add inputs, append operations, mark outputs, then call `compiled()`.
/// Compiling drops steps without effect, combines steps into composites that round in the same
/// places (no bit changes), and assigns scratch tiles.
package struct FusedProgram: Sendable {
    /// One step. Raw values are the opcodes of `fused.h`, which states each formula.
    package enum Operation: UInt8, CaseIterable, Sendable {
        case add, subtract, multiply, divide, maximum, minimum
        /// select(x, a, b) = x <= 0 ? b : a, hence a where x is NaN.
        case select
        case negate, exponential, logarithm, squareRoot, reciprocal, tanh, sigmoid, softplus, copy
        /// a * b + c, a * b - c and c - a * b, rounded twice.
        case multiplyAdd, multiplySubtract, subtractProduct
        /// a * b + c * d and a * b + c * (d * d).
        case sumOfProducts, scaledSquareAdd
        /// sqrt(a) * b + c and a - (b * c) / d.
        case squareRootAffine, subtractQuotient

        package var operandCount: Int {
            switch self {
            case .negate, .exponential, .logarithm, .squareRoot, .reciprocal, .tanh, .sigmoid,
                .softplus, .copy:
                return 1
            case .add, .subtract, .multiply, .divide, .maximum, .minimum: return 2
            case .select, .multiplyAdd, .multiplySubtract, .subtractProduct, .squareRootAffine:
                return 3
            case .sumOfProducts, .scaledSquareAdd, .subtractQuotient: return 4
            }
        }
    }

    /// How an input covers the space.
    package enum OperandMode: UInt8, CaseIterable, Sendable {
        /// [rows, columns]
        case full
        /// One number.
        case scalar
        /// [columns], the same in every row.
        case row
        /// [rows], the same in every column.
        case column
    }

    /// An input or the result of a step.
    package enum Register: Hashable, Sendable {
        case input(Int)
        case step(Int)
    }

    struct Step: Sendable {
        var operation: Operation
        var operands: [Register]
    }

    package static let maximumInputCount = Int(QK_MAX_INPUTS)
    package static let maximumOutputCount = Int(QK_MAX_OUTPUTS)
    package static let maximumStepCount = Int(QK_MAX_STEPS)

    package let rows: Int
    package let columns: Int
    package private(set) var inputs: [OperandMode] = []
    package private(set) var outputs: [Register] = []
    private(set) var steps: [Step] = []

    /// - Precondition: rows and columns fit in 31 bits.
    package init(rows: Int, columns: Int) {
        precondition(rows >= 0 && rows <= Int32.max && columns >= 0 && columns <= Int32.max)
        self.rows = rows
        self.columns = columns
    }

    /// Adds an input; inputs are passed to `run` in the order of these calls.
    package mutating func addInput(_ mode: OperandMode) -> Register {
        inputs.append(mode)
        return .input(inputs.count - 1)
    }

    /// Appends a step and returns its result.
    package mutating func append(_ operation: Operation, _ operands: Register...) -> Register {
        append(operation, operands)
    }

    /// Appends a step and returns its result.
    package mutating func append(_ operation: Operation, _ operands: [Register]) -> Register {
        precondition(operands.count == operation.operandCount, "\(operation): wrong operand count")
        steps.append(Step(operation: operation, operands: operands))
        return .step(steps.count - 1)
    }

    /// Makes a register an output; outputs are passed to `run` in the order of these calls.
    package mutating func markOutput(_ register: Register) {
        var result = register
        if case .input = register { result = append(.copy, register) }
        if outputs.contains(result) { result = append(.copy, register) }
        outputs.append(result)
    }

    /// The form that runs, or nil if the program exceeds a limit and has to be cut.
    package func compiled() -> CompiledFusedProgram? {
        let combined = combiningSteps(steps, outputs: outputs)
        guard
            inputs.count <= Self.maximumInputCount, outputs.count <= Self.maximumOutputCount,
            combined.steps.count <= Self.maximumStepCount,
            let scratch = scratchTiles(combined.steps, outputs: combined.outputs)
        else { return nil }
        return CompiledFusedProgram(
            self, steps: combined.steps, outputs: combined.outputs, scratchTiles: scratch)
    }

    /// A scratch tile for each step whose result is no output; nil if there are too few tiles.
    private func scratchTiles(_ steps: [Step], outputs: [Register]) -> [Int]? {
        var lastUse = [Int](repeating: -1, count: steps.count)
        for (index, step) in steps.enumerated() {
            for case .step(let operand) in step.operands { lastUse[operand] = index }
        }
        var free = Array((0..<Int(QK_MAX_SCRATCH)).reversed())
        var tiles = [Int](repeating: 0, count: steps.count)
        for (index, step) in steps.enumerated() {
            // A tile may be overwritten by the step that reads it last: element by element.
            for case .step(let operand) in Set(step.operands)
            where lastUse[operand] == index && !outputs.contains(.step(operand)) {
                free.append(tiles[operand])
            }
            if outputs.contains(.step(index)) { continue }
            guard let tile = free.popLast() else { return nil }
            tiles[index] = tile
        }
        return tiles
    }
}

/// A fused program ready to run: trivially copyable, without references.
package struct CompiledFusedProgram: Sendable {
    package private(set) var program = qk_fused_program()

    fileprivate init(
        _ source: FusedProgram, steps: [FusedProgram.Step], outputs: [FusedProgram.Register],
        scratchTiles: [Int]
    ) {
        program.rows = Int32(source.rows)
        program.columns = Int32(source.columns)
        program.input_count = UInt8(source.inputs.count)
        program.output_count = UInt8(outputs.count)
        program.step_count = UInt16(steps.count)
        withUnsafeMutableBytes(of: &program.input_modes) { modes in
            for (index, mode) in source.inputs.enumerated() { modes[index] = mode.rawValue }
        }
        let encoded = steps.enumerated().map { index, step in
            Self.encode(
                step, inputCount: source.inputs.count,
                output: outputs.firstIndex(of: .step(index)), scratch: scratchTiles[index])
        }
        withUnsafeMutableBytes(of: &program.steps) { bytes in
            let slots = bytes.bindMemory(to: qk_step.self)
            for (index, step) in encoded.enumerated() { slots[index] = step }
        }
    }

    private static func encode(
        _ step: FusedProgram.Step, inputCount: Int, output: Int?, scratch: Int
    ) -> qk_step {
        let registers = step.operands.map { operand in
            switch operand {
            case .input(let index): return UInt8(index)
            case .step(let index): return UInt8(inputCount + index)
            }
        }
        func register(_ index: Int) -> UInt8 {
            index < registers.count ? registers[index] : registers[0]
        }
        return qk_step(
            opcode: step.operation.rawValue, output: UInt8(output ?? Int(QK_NO_OUTPUT)),
            scratch: UInt8(scratch), a: register(0), b: register(1), c: register(2),
            d: register(3))
    }

    /// The number of steps left after combining.
    package var stepCount: Int { Int(program.step_count) }

    /// Runs the program. An output may be exactly the memory of a `full` input.
    @inline(__always)
    package func run(
        inputs: UnsafePointer<UnsafePointer<Float>?>,
        outputs: UnsafePointer<UnsafeMutablePointer<Float>?>
    ) {
        withUnsafePointer(to: program) { qk_run_fused($0, inputs, outputs) }
    }
}
