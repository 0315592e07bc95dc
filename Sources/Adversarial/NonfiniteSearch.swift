import CKernels
import NeuralNetwork

/// Looks for numbers that are not finite in what a pair holds.
enum NonfiniteSearch {
    struct Finding {
        /// As checkpoints name it, without the member.
        let tensor: String
        let value: Float
    }

    /// The first parameter, the discriminator's before the generator's.
    static func parameter(
        of seat: borrowing PairSeat, _ model: AdversarialModel
    ) -> Finding? {
        let discriminator = first(
            seat.discriminator.parameters, .discriminator, model.discriminator.parameters)
        return discriminator
            ?? first(seat.generator.parameters, .generator, model.generator.parameters)
    }

    /// The first of all that training changes: parameters, then what losses do not show. An
    /// infinite mean square stops an update for good, and running statistics are not used in
    /// training: either would go on unseen, and with a discriminator to other pairs.
    static func anywhere(in seat: borrowing PairSeat, _ model: AdversarialModel) -> Finding? {
        if let parameter = parameter(of: seat, model) { return parameter }
        let discriminator =
            first(
                seat.discriminatorStatistics, .discriminator, model.discriminator.statistics)
            ?? first(
                seat.discriminator.estimates, .discriminator, model.discriminator.estimates)
            ?? first(seat.discriminatorOptimizer, .discriminator)
        if let discriminator { return discriminator }
        return first(seat.generatorStatistics, .generator, model.generator.statistics)
            ?? first(seat.generator.estimates, .generator, model.generator.estimates)
            ?? first(seat.generator.average, .generator, model.generator.parameters)
            ?? first(seat.generatorOptimizer, .generator)
    }

    private static func first(
        _ vector: FloatVector, _ role: Role, _ layout: StateLayout
    ) -> Finding? {
        let index = qk_first_nonfinite(vector.base, vector.elements.count)
        guard index >= 0 else { return nil }
        let entry = layout.entries.last { $0.offset <= index }
        return Finding(
            tensor: "\(role.rawValue).\(entry?.name ?? "parameters")",
            value: vector.elements[index])
    }

    private static func first(_ optimizer: OptimizerState, _ role: Role) -> Finding? {
        for slot in 0..<optimizer.slotNames.count {
            let values = optimizer.slot(slot)
            let index = qk_first_nonfinite(values.baseAddress, values.count)
            guard index >= 0 else { continue }
            return Finding(
                tensor: "\(role.rawValue).optimizer.\(optimizer.slotNames[slot])",
                value: values[index])
        }
        return nil
    }
}
