import CKernels
import Kernels

/// Measures what each instruction of a plan costs.
package enum PlanProfiler {
    package struct Entry: Sendable {
        package let description: String
        package let microseconds: Double
    }

    /// The median time of each instruction over `rounds` executions on zeroed memory.
    package static func measure(_ plan: ExecutionPlan, rounds: Int = 21) -> [Entry] {
        let memory = plan.externalCounts.map { count in
            UnsafeMutablePointer<Float>.allocate(capacity: max(count, 1))
        }
        defer { for pointer in memory { pointer.deallocate() } }
        for (pointer, count) in zip(memory, plan.externalCounts) {
            pointer.initialize(repeating: 0, count: max(count, 1))
        }
        var bases = memory
        return bases.withUnsafeMutableBufferPointer { buffer in
            let bases = buffer.baseAddress!
            var times = plan.instructions.map { _ in [Duration]() }
            for _ in 0..<rounds {
                PlanInterpreter.run(plan, bases)
                for (index, instruction) in plan.instructions.enumerated() {
                    let clock = ContinuousClock()
                    times[index].append(
                        clock.measure {
                            PlanInterpreter.run(instruction, plan, MemoryBases(bases))
                        })
                }
            }
            return zip(plan.instructions, times).map { instruction, times in
                let median = times.sorted()[rounds / 2]
                return Entry(
                    description: plan.describe(instruction),
                    microseconds: median / .microseconds(1))
            }
        }
    }
}

extension ExecutionPlan {
    /// The floats that a plan needs behind each slot.
    var externalCounts: [Int] {
        var counts = [arenaCount, 1]
        func need(_ location: Location, _ count: Int) {
            while counts.count <= Int(location.slot) { counts.append(1) }
            counts[Int(location.slot)] = max(
                counts[Int(location.slot)], Int(location.offset) + count)
        }
        for place in allPlaces { need(place.location, place.count) }
        return counts
    }

    /// One line: what an instruction does, with its extents.
    func describe(_ instruction: Instruction) -> String {
        switch instruction {
        case .product(let product):
            let (left, right) = (
                product.transposesLeft ? "T" : "N", product.transposesRight ? "T" : "N"
            )
            return "\(instruction.name) \(left)\(right) "
                + (product.count == 1 ? "" : "\(product.count) times ")
                + "\(product.rows)x\(product.inner)x\(product.columns)"
        case .convolution(let convolution): return convolution.description
        case .filterTiling(let filters):
            return "\(instruction.name) to \(filters.tiling.resultCount)"
        case .shift(let shift): return shift.description
        case .loop(let loop):
            let program = programs[Int(loop.program)]
            return "\(instruction.name) \(program.rows)x\(program.columns), "
                + "\(program.step_count) steps, \(loop.inputCount) in, \(loop.outputCount) out"
        case .sum(let sum): return "\(instruction.name) \(sum.outer)x\(sum.axis)x\(sum.inner)"
        case .copy(let copy):
            let (a, b, c, d) = copy.extents
            return "\(instruction.name) \(a)x\(b)x\(c)x\(d)"
        case .fill(let fill): return "\(instruction.name) \(fill.count)"
        }
    }
}
