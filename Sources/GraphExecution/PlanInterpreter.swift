import CKernels
import Kernels

/// Runs plans in single precision. Running allocates nothing, throws nothing and cannot fail.
package enum PlanInterpreter {
    /// Executes a plan over memory: `bases[0]` is an arena of at least `plan.arenaCount` floats,
    /// `bases[1]` the plan's constants (set here), then the caller's slots.
    package static func run(
        _ plan: borrowing ExecutionPlan, _ bases: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
    ) {
        bases[Location.constantSlot] = plan.constants
        let memory = MemoryBases(bases)
        for instruction in plan.instructions { run(instruction, plan, memory) }
    }

    @inline(__always)
    package static func run(
        _ instruction: Instruction, _ plan: borrowing ExecutionPlan, _ bases: MemoryBases
    ) {
        switch instruction {
        case .product(let product): product.run(bases)
        case .filterTiling(let filters): filters.run(bases)
        case .convolution(let convolution): convolution.run(bases)
        case .shift(let shift): shift.run(bases)
        case .loop(let loop): run(loop, plan, bases)
        case .sum(let sum):
            qk_sum(
                sum.result.pointer(bases), sum.operand.pointer(bases), Int(sum.outer),
                Int(sum.axis), Int(sum.inner))
        case .copy(let copy): run(copy, bases)
        case .fill(let fill): qk_fill(fill.result.pointer(bases), fill.value, Int(fill.count))
        }
    }

    private static func run(
        _ loop: LoopInstruction, _ plan: borrowing ExecutionPlan, _ bases: MemoryBases
    ) {
        let operands = plan.operands + Int(loop.firstOperand)
        let count = Int(loop.inputCount + loop.outputCount)
        withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>.self, capacity: 36) {
            let pointers = $0.baseAddress!
            for index in 0..<count { pointers[index] = operands[index].pointer(bases) }
            pointers.withMemoryRebound(to: UnsafePointer<Float>?.self, capacity: 36) { inputs in
                pointers.withMemoryRebound(to: UnsafeMutablePointer<Float>?.self, capacity: 36) {
                    qk_run_fused(
                        plan.programs + Int(loop.program), inputs, $0 + Int(loop.inputCount))
                }
            }
        }
    }

    private static func run(_ copy: CopyInstruction, _ bases: MemoryBases) {
        func wide(_ v: (Int32, Int32, Int32, Int32)) -> (Int, Int, Int, Int) {
            (Int(v.0), Int(v.1), Int(v.2), Int(v.3))
        }
        var (extents, from, to) = (
            wide(copy.extents), wide(copy.operandStrides), wide(copy.resultStrides)
        )
        withUnsafePointer(to: &extents) { extents in
            withUnsafePointer(to: &from) { from in
                withUnsafePointer(to: &to) { to in
                    let rebound = { (pointer: UnsafePointer<(Int, Int, Int, Int)>) in
                        UnsafeRawPointer(pointer).assumingMemoryBound(to: Int.self)
                    }
                    qk_copy_strided(
                        copy.result.pointer(bases), copy.operand.pointer(bases),
                        rebound(extents), rebound(to), rebound(from))
                }
            }
        }
    }
}
