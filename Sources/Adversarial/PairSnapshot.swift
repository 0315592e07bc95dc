import NeuralNetwork

/// Room for a copy of all that training changes at one seat, to go back to; enough for the
/// largest of some models.
package final class PairSnapshot {
    private let generator: Copy
    private let discriminator: Copy

    /// One network and its optimiser.
    private final class Copy {
        private let parameters: FloatVector
        private let estimates: FloatVector
        private let average: FloatVector
        private let slots: FloatVector
        private let statistics: FloatVector
        private var updateCount = 0

        /// - Parameter averaged: numbers of the longest average that a network may have.
        init(_ networks: [(network: Network, rule: UpdateRule)], averaged: Int) {
            func largest(_ count: (Network, UpdateRule) -> Int) -> FloatVector {
                FloatVector(count: networks.map(count).max() ?? 0)
            }
            parameters = largest { network, _ in network.parameters.count }
            estimates = largest { network, _ in network.estimates.count }
            average = FloatVector(count: averaged)
            statistics = largest { network, _ in network.statistics.count }
            slots = largest { network, rule in
                OptimizerState.floatCount(
                    slots: rule.optimizer.slotNames.count, parameters: network.parameters.count)
            }
        }

        func take(_ network: NetworkState, _ optimizer: OptimizerState, _ running: FloatVector) {
            parameters.hold(network.parameters)
            estimates.hold(network.estimates)
            average.hold(network.average)
            slots.hold(optimizer.slots)
            statistics.hold(running)
            updateCount = optimizer.updateCount
        }

        func give(_ network: NetworkState, _ optimizer: OptimizerState, _ running: FloatVector) {
            parameters.fill(network.parameters)
            estimates.fill(network.estimates)
            average.fill(network.average)
            slots.fill(optimizer.slots)
            statistics.fill(running)
            optimizer.updateCount = updateCount
        }
    }

    package init(_ models: [AdversarialModel]) {
        let averaged = models.filter { $0.generatorAverage != nil }
        generator = Copy(
            models.map { ($0.generator, $0.generatorRule) },
            averaged: averaged.map(\.generator.parameters.count).max() ?? 0)
        discriminator = Copy(
            models.map { ($0.discriminator, $0.discriminatorRule) }, averaged: 0)
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
    /// Takes all elements of a vector that is no longer.
    fileprivate func hold(_ other: FloatVector) {
        precondition(other.elements.count <= elements.count, "a vector of another network")
        base.update(from: other.base, count: other.elements.count)
    }

    /// Gives a vector back what it held.
    fileprivate func fill(_ other: FloatVector) {
        precondition(other.elements.count <= elements.count, "a vector of another network")
        other.base.update(from: base, count: other.elements.count)
    }
}
