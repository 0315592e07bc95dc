import GraphExecution

/// The memory slots that the plans of a pair share.
enum MemorySlot {
    static let generatorParameters = Location.firstExternalSlot
    static let generatorSlots = Location.firstExternalSlot + 1
    static let generatorStatistics = Location.firstExternalSlot + 2
    static let discriminatorParameters = Location.firstExternalSlot + 3
    static let discriminatorSlots = Location.firstExternalSlot + 4
    static let discriminatorStatistics = Location.firstExternalSlot + 5
    /// What changes from update to update: learning rate and bias corrections.
    static let scalars = Location.firstExternalSlot + 6
    static let generatorGradient = Location.firstExternalSlot + 7
    static let discriminatorGradient = Location.firstExternalSlot + 8
    static let count = Location.firstExternalSlot + 9
}

/// The two networks of a pair.
package enum Role: String, Sendable, CaseIterable {
    case generator
    case discriminator

    var parameters: Int {
        self == .generator ? MemorySlot.generatorParameters : MemorySlot.discriminatorParameters
    }
    var slots: Int {
        self == .generator ? MemorySlot.generatorSlots : MemorySlot.discriminatorSlots
    }
    var statistics: Int {
        self == .generator ? MemorySlot.generatorStatistics : MemorySlot.discriminatorStatistics
    }
    var gradient: Int {
        self == .generator ? MemorySlot.generatorGradient : MemorySlot.discriminatorGradient
    }
}
