import CKernels
import NeuralNetwork

/// Zeroed floats on a 64-byte boundary, owned by one reference.
package final class FloatVector: @unchecked Sendable {
    // Unchecked: one worker at a time has the pair, and with it the vector.
    package let elements: UnsafeMutableBufferPointer<Float>

    package init(count: Int) {
        let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
        let start = bytes.bindMemory(to: Float.self, capacity: max(count, 1))
        start.initialize(repeating: 0, count: max(count, 1))
        elements = UnsafeMutableBufferPointer(start: start, count: count)
    }

    deinit { UnsafeMutableRawPointer(elements.baseAddress!).deallocate() }

    package var base: UnsafeMutablePointer<Float> { elements.baseAddress! }
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(elements) }
}

/// The memory of one optimiser: its slots, each a vector like the parameters.
package final class OptimizerState: @unchecked Sendable {
    // Unchecked: see `FloatVector`.
    package let slots: FloatVector
    /// How many updates were made.
    package var updateCount = 0
    package let slotNames: [String]
    package let slotCount: Int

    package init(rule: UpdateRule, parameterCount: Int) {
        slotNames = rule.optimizer.slotNames
        slotCount = parameterCount
        slots = FloatVector(count: slotNames.count * OptimizerState.stride(parameterCount))
    }

    /// The distance between slots: a whole number of cache lines.
    package static func stride(_ parameterCount: Int) -> Int { (parameterCount + 15) & ~15 }

    package func slot(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
        let start = index * Self.stride(slotCount)
        return UnsafeMutableBufferPointer(rebasing: slots.elements[start..<(start + slotCount)])
    }

    package func reset() {
        slots.elements.update(repeating: 0)
        updateCount = 0
    }
}
