import Adversarial
import FileFormats
import Population
import Randomness

/// What swaps do to discriminators.
///
/// The optimiser's state follows `swap.optimizer_state`, and running statistics follow
/// `swap.normalization_statistics`, whatever happens: they share the fate of the weights
/// ("moves"), are left as they are at their seat ("stays"), or begin anew ("resets"). So with
/// "moves" a discriminator that begins anew has new moments, one that takes another's weights takes
/// its moments, and noise is added to weights alone.
extension PopulationState {
    /// A discriminator begins a round at a seat after a swap that gave it another partner or
    /// another state.
    package func arrive(
        discriminator: Int, at seat: Int, after event: SwapEvent, _ action: DiscriminatorAction
    ) {
        let streams = plan.population.streams(seed: plan.seed, pair: discriminator)
        let network = plan.groups.group(of: discriminator).model.discriminator
        switch action {
        case .reinitialize:
            discriminators[discriminator].reinitialize(network) {
                streams.reinitialization(event: event.number, tensor: $0)
            }
            if plan.swap.optimizerState == .moves { discriminatorOptimizers[discriminator].reset() }
            if plan.swap.normalizationStatistics == .moves { resetStatistics(discriminator) }
        case .perturb(let scale):
            discriminators[discriminator].perturb(network, scale: scale) {
                streams.perturbation(event: event.number, tensor: $0)
            }
        case .keep, .average, .copy, .exchangeOptimizerState: break
        }
        arrive(discriminator: discriminator, at: seat, after: event.step)
    }

    /// What concerns several discriminators at once.
    package func meet(_ decision: SwapDecision) {
        average(decision.actions.indices.filter { decision.actions[$0] == .average })
        for (discriminator, action) in decision.actions.enumerated() {
            switch action {
            case .copy(let source): copy(source, to: discriminator)
            case .exchangeOptimizerState(let other) where discriminator < other:
                discriminatorOptimizers[discriminator].exchange(discriminatorOptimizers[other])
            case .keep, .reinitialize, .perturb, .average, .exchangeOptimizerState: break
            }
        }
    }

    /// Estimates stay: each follows its weights anew within a few updates, and the mean of two
    /// directions of opposite sign would be none.
    private func average(_ members: [Int]) {
        guard !members.isEmpty else { return }
        FloatVector.average(members.map { discriminators[$0].parameters })
        if plan.swap.optimizerState == .moves {
            OptimizerState.average(members.map { discriminatorOptimizers[$0] })
        }
        if plan.swap.normalizationStatistics == .moves {
            FloatVector.average(members.map { discriminatorStatistics[$0] })
        }
    }

    private func copy(_ source: Int, to discriminator: Int) {
        discriminators[discriminator].take(discriminators[source])
        if plan.swap.optimizerState == .moves {
            discriminatorOptimizers[discriminator].take(discriminatorOptimizers[source])
        }
        if plan.swap.normalizationStatistics == .moves {
            discriminatorStatistics[discriminator].copy(discriminatorStatistics[source])
        }
    }
}
