import NeuralNetwork

/// Room for a copy of all that training changes at one seat, to go back to.
package final class PairSnapshot {
    private let generator: Copy
    private let discriminator: Copy

    /// One network and its optimiser.
    private final class Copy {
        private let parameters: FloatVector
        private let slots: FloatVector
        private let statistics: FloatVector
        private var updateCount = 0

        init(_ model: AdversarialModel, _ role: Role) {
            let network = role == .generator ? model.generator : model.discriminator
            let rule = role == .generator ? model.generatorRule : model.discriminatorRule
            parameters = FloatVector(count: network.parameters.count)
            statistics = FloatVector(count: network.statistics.count)
            slots = OptimizerState(rule: rule, parameterCount: network.parameters.count).slots
        }

        func take(_ network: NetworkState, _ optimizer: OptimizerState, _ running: FloatVector) {
            parameters.copy(network.parameters)
            slots.copy(optimizer.slots)
            statistics.copy(running)
            updateCount = optimizer.updateCount
        }

        func give(_ network: NetworkState, _ optimizer: OptimizerState, _ running: FloatVector) {
            network.parameters.copy(parameters)
            optimizer.slots.copy(slots)
            running.copy(statistics)
            optimizer.updateCount = updateCount
        }
    }

    package init(_ model: AdversarialModel) {
        generator = Copy(model, .generator)
        discriminator = Copy(model, .discriminator)
    }

    package func take(_ seat: borrowing PairSeat) {
        generator.take(seat.generator, seat.generatorOptimizer, seat.generatorStatistics)
        discriminator.take(
            seat.discriminator, seat.discriminatorOptimizer, seat.discriminatorStatistics)
    }

    /// Makes the seat what it was when it was taken, bit for bit.
    package func restore(_ seat: borrowing PairSeat) {
        generator.give(seat.generator, seat.generatorOptimizer, seat.generatorStatistics)
        discriminator.give(
            seat.discriminator, seat.discriminatorOptimizer, seat.discriminatorStatistics)
    }
}

extension FloatVector {
    /// All elements of a vector of the same length.
    fileprivate func copy(_ other: FloatVector) {
        precondition(other.elements.count == elements.count, "vectors of different networks")
        base.update(from: other.base, count: elements.count)
    }
}
