import Adversarial
import FileFormats
import NeuralNetwork
import Population

/// The memory of all pairs. A swap changes who sits where; nothing is copied.
package final class PopulationState: @unchecked Sendable {
    // Unchecked: the executor gives each generator and each discriminator, and the state at
    // each seat, to one worker at a time.
    let plan: ExperimentPlan
    package let generators: [NetworkState]
    package let generatorOptimizers: [OptimizerState]
    package let generatorStatistics: [FloatVector]
    package let discriminators: [NetworkState]
    /// By discriminator, or by seat where the state stays.
    package let discriminatorOptimizers: [OptimizerState]
    package let discriminatorStatistics: [FloatVector]
    /// By seat: the step after which the discriminator there came.
    private let arrivalSteps: UnsafeMutablePointer<Int>

    package init(_ plan: ExperimentPlan) {
        self.plan = plan
        let (model, pairs) = (plan.model, 0..<plan.population.pairs)
        func states(_ role: Role) -> [NetworkState] {
            let network = role == .generator ? model.generator : model.discriminator
            return pairs.map { pair in
                NetworkState(
                    network, role: role,
                    streams: plan.population.streams(seed: plan.seed, pair: pair))
            }
        }
        generators = states(.generator)
        discriminators = states(.discriminator)
        generatorOptimizers = pairs.map { _ in
            OptimizerState(
                rule: model.generatorRule, parameterCount: model.generator.parameters.count)
        }
        discriminatorOptimizers = pairs.map { _ in
            OptimizerState(
                rule: model.discriminatorRule,
                parameterCount: model.discriminator.parameters.count)
        }
        generatorStatistics = pairs.map { _ in FloatVector(statisticsOf: model.generator) }
        discriminatorStatistics = pairs.map { _ in FloatVector(statisticsOf: model.discriminator) }
        arrivalSteps = .allocate(capacity: pairs.count)
        arrivalSteps.initialize(repeating: -1, count: pairs.count)
    }

    deinit { arrivalSteps.deallocate() }

    package func optimizer(discriminator: Int, seat: Int) -> OptimizerState {
        discriminatorOptimizers[plan.swap.optimizerState == .stays ? seat : discriminator]
    }

    package func statistics(discriminator: Int, seat: Int) -> FloatVector {
        discriminatorStatistics[
            plan.swap.normalizationStatistics == .stays ? seat : discriminator]
    }

    /// What the trainer needs of one seat.
    package func seat(_ pair: Int, discriminator: Int) -> PairSeat {
        PairSeat(
            streams: plan.population.streams(seed: plan.seed, pair: pair),
            generator: generators[pair], generatorOptimizer: generatorOptimizers[pair],
            generatorStatistics: generatorStatistics[pair],
            discriminator: discriminators[discriminator],
            discriminatorOptimizer: optimizer(discriminator: discriminator, seat: pair),
            discriminatorStatistics: statistics(discriminator: discriminator, seat: pair),
            arrivalStep: arrivalSteps[pair] < 0 ? nil : arrivalSteps[pair])
    }

    /// A discriminator came to a seat from another one after `step`.
    package func arrive(discriminator: Int, at seat: Int, after step: Int) {
        arrivalSteps[seat] = step
        if plan.swap.optimizerState == .resets { discriminatorOptimizers[discriminator].reset() }
        if plan.swap.normalizationStatistics == .resets {
            plan.model.discriminator.initialize(
                statistics: discriminatorStatistics[discriminator].elements)
        }
    }

    /// Takes from the lineage since when each seat has its discriminator.
    func noteArrivals(_ lineage: Lineage) {
        for (index, event) in lineage.events.enumerated() {
            for (seat, source) in lineage.sourcePairs(at: index).enumerated() where source != seat {
                arrivalSteps[seat] = event.step
            }
        }
    }

    /// XXH3 of what a discriminator takes along at a swap.
    package func bundleHash(discriminator: Int) -> UInt64 {
        var stream = XXH3.Stream()
        stream.update(discriminators[discriminator].parameters.bytes)
        if plan.swap.optimizerState == .moves {
            let optimizer = discriminatorOptimizers[discriminator]
            stream.update(optimizer.slots.bytes)
            withUnsafeBytes(of: Int64(optimizer.updateCount)) { stream.update($0) }
        }
        if plan.swap.normalizationStatistics == .moves {
            stream.update(discriminatorStatistics[discriminator].bytes)
        }
        return stream.value
    }
}
