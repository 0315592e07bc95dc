/// Where a tensor begins: `offset` floats after the base of memory `slot`.
///
/// Slot 0 is the arena and slot 1 the plan's constants; the others are given by the caller.
package struct Location: Hashable, Sendable, BitwiseCopyable {
    package let slot: Int32
    package let offset: Int32

    package init(slot: Int, offset: Int) {
        self.slot = Int32(slot)
        self.offset = Int32(offset)
    }

    package static let arenaSlot = 0
    package static let constantSlot = 1
    package static let firstExternalSlot = 2

    @inline(__always)
    func pointer(_ bases: MemoryBases) -> UnsafeMutablePointer<Float> {
        bases[Int(slot)] + Int(offset)
    }
}

/// The base address of each slot.
package typealias MemoryBases = UnsafePointer<UnsafeMutablePointer<Float>>
