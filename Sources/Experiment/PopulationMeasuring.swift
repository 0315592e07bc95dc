import Adversarial
import Evaluation
import Population
import Threads

/// Measures the population as a whole while its pairs train on, up to two rounds apart: each pair
/// leaves its part of a step when it comes there, and nobody waits.
package final class PopulationMeasuring: @unchecked Sendable {
    // Unchecked: `open` and `free` are guarded by `lock`, parts of a snapshot belong to whoever has
    // the pair, and `evaluation` to the one caller of `values`.

    /// Steps of which some pairs can have left their parts before `values` was asked for: nobody
    /// begins a round that is more than two behind the last one closed.
    static let mostOpen = 3

    private let plan: ExperimentPlan
    private let settings: PopulationEvaluationSettings
    private let sampling: MemberSampling
    private let evaluation: PopulationEvaluation
    private let lock = Lock()
    private var open: [Int: PopulationSnapshot] = [:]
    private var free: [PopulationSnapshot] = []

    /// Nil where nothing is to be measured.
    init?(_ plan: ExperimentPlan, sampling: MemberSampling) {
        guard let settings = plan.populationEvaluation else { return nil }
        self.plan = plan
        self.settings = settings
        self.sampling = sampling
        evaluation = PopulationEvaluation(
            settings,
            groups: plan.groups.all.map {
                EvaluatedGroup(pairs: $0.pairs, model: $0.model, data: $0.data)
            }, metrics: sampling.firstEvaluation, firstMember: plan.population.firstMember,
            seed: plan.seed)
    }

    /// For populations that stand still.
    package convenience init?(_ plan: ExperimentPlan) {
        self.init(plan, sampling: MemberSampling(plan, workers: 0))
    }

    /// The numbers of each column of the settings, of a population at the end of `step` and before
    /// any swap that follows it.
    package func values(of state: PopulationState, pairing: Pairing, step: Int) -> [[Double]] {
        let scratch = FloatVector(count: sampling.arenaCount)
        for (pair, discriminator) in pairing.discriminatorOfPair.enumerated() {
            take(
                state, pair: pair, discriminator: discriminator, step: step, scratch: scratch.base)
        }
        return values(step: step)
    }

    /// Leaves the part of a pair that has come to the end of `step`.
    func take(
        _ state: PopulationState, pair: Int, discriminator: Int, step: Int,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let snapshot = snapshot(of: step)
        sampling.fill(
            snapshot, sets: settings.setCount, state, pair: pair, step: step, scratch: scratch)
        snapshot.take(
            state.discriminators[discriminator],
            statistics: state.statistics(discriminator: discriminator, seat: pair),
            index: discriminator, seat: pair)
    }

    private func snapshot(of step: Int) -> PopulationSnapshot {
        lock.withLock {
            if let snapshot = open[step] { return snapshot }
            let snapshot =
                free.popLast()
                ?? PopulationSnapshot(
                    plan.groups.all.flatMap { group in group.pairs.map { _ in group.model } },
                    settings: settings)
            open[step] = snapshot
            return snapshot
        }
    }

    /// The numbers of each column of the settings, once all pairs have left their parts.
    func values(step: Int) -> [[Double]] {
        guard let snapshot = lock.withLock({ open.removeValue(forKey: step) }) else {
            preconditionFailure("no pair has come to step \(step)")
        }
        defer { lock.withLock { free.append(snapshot) } }
        return evaluation.values(snapshot, step: step)
    }
}
