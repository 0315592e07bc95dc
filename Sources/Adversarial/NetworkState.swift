import CKernels
import NeuralNetwork

/// Zeroed floats from the start of a page on, owned by one reference.
package final class FloatVector: @unchecked Sendable {
    // Unchecked: one worker at a time has the pair, and with it the vector.
    package let elements: UnsafeMutableBufferPointer<Float>

    package static let pageBytes = 4096

    package init(count: Int) {
        let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: FloatVector.pageBytes)
        let start = bytes.bindMemory(to: Float.self, capacity: max(count, 1))
        start.initialize(repeating: 0, count: max(count, 1))
        elements = UnsafeMutableBufferPointer(start: start, count: count)
    }

    deinit { UnsafeMutableRawPointer(elements.baseAddress!).deallocate() }

    package var base: UnsafeMutablePointer<Float> { elements.baseAddress! }
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(elements) }

    /// Takes all elements of a vector of the same length.
    package func copy(_ other: FloatVector) {
        precondition(other.elements.count == elements.count, "vectors of different networks")
        base.update(from: other.base, count: elements.count)
    }
}

/// The parameters of one network, and the estimates that belong to them. Its running statistics
/// are a vector beside it: at a swap they may go another way.
package final class NetworkState: @unchecked Sendable {
    // Unchecked: see `FloatVector`.
    package let parameters: FloatVector
    package let estimates: FloatVector
    /// A running average of the parameters; empty where none is kept.
    package let average: FloatVector

    package init(_ network: Network, isAveraged: Bool = false) {
        parameters = FloatVector(count: network.parameters.count)
        estimates = FloatVector(count: network.estimates.count)
        average = FloatVector(count: isAveraged ? network.parameters.count : 0)
    }

    func weights(_ choice: GeneratorWeights) -> FloatVector {
        choice == .average ? average : parameters
    }
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
        slots = FloatVector(
            count: Self.floatCount(slots: slotNames.count, parameters: parameterCount))
    }

    /// The length of the vector that holds the slots.
    static func floatCount(slots: Int, parameters: Int) -> Int {
        slots == 0 ? 0 : offset(ofSlot: slots, parameters)
    }

    /// Where a slot begins, in floats.
    ///
    /// An update walks parameters and slots side by side. Were they equally far from the start
    /// of a page, loads would wait for stores to other slots that only look like the same place
    /// (the low 12 bits of their addresses agree): each slot begins 1280 bytes further.
    package static func offset(ofSlot index: Int, _ parameterCount: Int) -> Int {
        let page = FloatVector.pageBytes / MemoryLayout<Float>.stride
        let pages = (parameterCount + page - 1) / page
        return index * pages * page + (index + 1) * 320
    }

    package func slot(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
        let start = Self.offset(ofSlot: index, slotCount)
        return UnsafeMutableBufferPointer(rebasing: slots.elements[start..<(start + slotCount)])
    }

    package func reset() {
        slots.elements.update(repeating: 0)
        updateCount = 0
    }
}
