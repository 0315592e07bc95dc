import CKernels
import TensorGraph

/// A flat list of instructions over one arena; immutable and shared by all who run it.
package final class ExecutionPlan: @unchecked Sendable {
    // Unchecked: everything is written once, in the initialiser.
    package let instructions: UnsafeBufferPointer<Instruction>
    let programs: UnsafePointer<qk_fused_program>
    let operands: UnsafePointer<Location>
    package let constants: UnsafeMutablePointer<Float>

    /// The floats of arena that an execution needs.
    package let arenaCount: Int
    /// The floats that it would need if no buffer were used twice.
    package let unsharedCount: Int
    package let buffers: [BufferAssignment.LogicalBuffer]
    package let program: GraphProgram
    private let inputs: [String: (location: Location, count: Int)]
    private let outputs: [String: (location: Location, count: Int)]

    init(
        program: GraphProgram, instructions: [Instruction], programs: [qk_fused_program],
        operands: [Location], constants: [Float], arenaCount: Int, unsharedCount: Int,
        buffers: [BufferAssignment.LogicalBuffer],
        inputs: [String: (location: Location, count: Int)],
        outputs: [String: (location: Location, count: Int)]
    ) {
        self.program = program
        self.instructions = UnsafeBufferPointer(Self.stored(instructions))
        self.programs = UnsafePointer(Self.stored(programs).baseAddress!)
        self.operands = UnsafePointer(Self.stored(operands).baseAddress!)
        self.constants = Self.stored(constants).baseAddress!
        self.arenaCount = arenaCount
        self.unsharedCount = unsharedCount
        self.buffers = buffers
        self.inputs = inputs
        self.outputs = outputs
    }

    deinit {
        UnsafeMutableRawPointer(mutating: instructions.baseAddress!).deallocate()
        UnsafeMutableRawPointer(mutating: programs).deallocate()
        UnsafeMutableRawPointer(mutating: operands).deallocate()
        constants.deallocate()
    }

    private static func stored<T: BitwiseCopyable>(_ values: [T]) -> UnsafeMutableBufferPointer<T> {
        let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: max(values.count, 1) * MemoryLayout<T>.stride, alignment: 64)
        let typed = bytes.bindMemory(to: T.self, capacity: max(values.count, 1))
        typed.initialize(from: values, count: values.count)
        return UnsafeMutableBufferPointer(start: typed, count: values.count)
    }

    /// Where an input is written before an execution; nil if nothing depends on it.
    package func input(_ name: String) -> (location: Location, count: Int)? { inputs[name] }

    /// Where an output is read after an execution.
    package func output(_ name: String) -> (location: Location, count: Int) {
        guard let output = outputs[name] else { preconditionFailure("no output \(name)") }
        return output
    }

    /// The places of all inputs and outputs.
    var allPlaces: [(location: Location, count: Int)] { Array(inputs.values) + outputs.values }

    package var peakBytes: Int { arenaCount * MemoryLayout<Float>.stride }
}
