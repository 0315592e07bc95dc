import GraphExecution

/// The memory slots that the plans of a pair share.
package enum MemorySlot {
    package static let generatorParameters = Location.firstExternalSlot
    package static let generatorSlots = Location.firstExternalSlot + 1
    package static let generatorStatistics = Location.firstExternalSlot + 2
    package static let discriminatorParameters = Location.firstExternalSlot + 3
    package static let discriminatorSlots = Location.firstExternalSlot + 4
    package static let discriminatorStatistics = Location.firstExternalSlot + 5
    /// What changes from update to update: learning rate and bias corrections.
    package static let scalars = Location.firstExternalSlot + 6
    package static let generatorGradient = Location.firstExternalSlot + 7
    package static let discriminatorGradient = Location.firstExternalSlot + 8
    package static let generatorEstimates = Location.firstExternalSlot + 9
    package static let discriminatorEstimates = Location.firstExternalSlot + 10
    package static let generatorAverage = Location.firstExternalSlot + 11
    package static let count = Location.firstExternalSlot + 12
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
    var estimates: Int {
        self == .generator ? MemorySlot.generatorEstimates : MemorySlot.discriminatorEstimates
    }
    var gradient: Int {
        self == .generator ? MemorySlot.generatorGradient : MemorySlot.discriminatorGradient
    }
}
