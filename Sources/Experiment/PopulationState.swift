import Adversarial
import FileFormats
import NeuralNetwork

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
    /// By pair; none where recovery is not recorded.
    let recoveryClocks: [RecoveryClock]
    /// By seat: the step after which the discriminator there came.
    private let arrivalSteps: UnsafeMutablePointer<Int>

    package init(_ plan: ExperimentPlan) {
        self.plan = plan
        let models = plan.groups.all.flatMap { group in group.pairs.map { _ in group.model } }
        func states(_ role: Role) -> [NetworkState] {
            models.enumerated().map { pair, model in
                NetworkState(
                    role == .generator ? model.generator : model.discriminator, role: role,
                    streams: plan.population.streams(seed: plan.seed, pair: pair),
                    isAveraged: role == .generator && model.generatorAverage != nil)
            }
        }
        generators = states(.generator)
        discriminators = states(.discriminator)
        generatorOptimizers = models.map { model in
            OptimizerState(
                rule: model.generatorRule, parameterCount: model.generator.parameters.count)
        }
        discriminatorOptimizers = models.map { model in
            OptimizerState(
                rule: model.discriminatorRule,
                parameterCount: model.discriminator.parameters.count)
        }
        generatorStatistics = models.map { FloatVector(statisticsOf: $0.generator) }
        discriminatorStatistics = models.map { FloatVector(statisticsOf: $0.discriminator) }
        recoveryClocks = plan.record.recovery ? models.map { _ in RecoveryClock() } : []
        arrivalSteps = .allocate(capacity: models.count)
        arrivalSteps.initialize(repeating: -1, count: models.count)
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

    /// A discriminator came to a seat from another one, or with another state, after `step`.
    package func arrive(discriminator: Int, at seat: Int, after step: Int) {
        arrivalSteps[seat] = step
        if plan.swap.optimizerState == .resets { discriminatorOptimizers[discriminator].reset() }
        if plan.swap.normalizationStatistics == .resets { resetStatistics(discriminator) }
    }

    func resetStatistics(_ discriminator: Int) {
        plan.groups.group(of: discriminator).model.discriminator.initialize(
            statistics: discriminatorStatistics[discriminator].elements)
    }

    /// Takes from a checkpoint since when each seat has its discriminator; -1 = always.
    func noteArrivals(_ steps: [Int]) {
        for (seat, step) in steps.enumerated() { arrivalSteps[seat] = step }
    }

    /// XXH3 of what a discriminator takes along at a swap.
    package func bundleHash(discriminator: Int) -> UInt64 {
        var stream = XXH3.Stream()
        stream.update(discriminators[discriminator].parameters.bytes)
        stream.update(discriminators[discriminator].estimates.bytes)
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
