import Adversarial
import Population

/// Trains the rounds of one worker, and a failed one again from its start: `[failure]`.
///
/// A round contains no swap, and its end is looked at number by number before anything leaves
/// it. So a number that is not finite is in the pair's own generator and discriminator alone, and
/// to take both back to the start of the round undoes all that it touched.
final class RoundAttempts {
    /// By combination of groups.
    private let trainers: [PairTrainer]
    private let groups: PopulationGroups
    /// nil where a failure stops the run: then nothing is ever copied.
    private let snapshot: PairSnapshot?
    private let maximumRewinds: Int

    var hasSnapshot: Bool { snapshot != nil }

    /// How a round ended.
    struct Result {
        var rewinds = 0
        /// Of the last attempt that failed.
        var lastFailure: TrainingFailure?
        /// Whether the last attempt failed as well.
        var isFailed = false
    }

    /// - Parameter plans: of each combination.
    init(_ plan: ExperimentPlan, _ plans: [TrainingPlans], extraArenaCount: Int) {
        groups = plan.groups
        maximumRewinds = plan.failure.maximumRewinds
        let models = plan.groups.combinations.map(\.model)
        snapshot = plan.failure.maximumRewinds > 0 ? PairSnapshot(models) : nil
        let memory = TrainingMemory(
            Array(zip(models, plans)), extraArenaCount: extraArenaCount)
        trainers = zip(plan.groups.combinations, plans).map { combination, plans in
            PairTrainer(
                model: combination.model, plans: plans,
                data: plan.groups.all[combination.generatorGroup].data, steps: plan.steps,
                warmupSteps: plan.swap.warmupSteps, memory: memory)
        }
    }

    /// Who trains the pair of this round.
    func trainer(of round: PairRound) -> PairTrainer {
        let place = groups.combination(pair: round.pair, discriminator: round.discriminator)
        guard let place else { preconditionFailure("a swap between groups that have none") }
        return trainers[place]
    }

    func train(_ seat: PairSeat, _ round: PairRound) -> Result {
        let trainer = trainer(of: round)
        var result = Result()
        snapshot?.take(seat)
        while true {
            let failure = trainer.train(
                seat, from: round.firstStep, through: round.lastStep, attempt: result.rewinds,
                observesGradients: round.actions.contains(.record))
            guard let failure else { return result }
            result.lastFailure = failure
            guard let snapshot, result.rewinds < maximumRewinds else {
                result.isFailed = true
                return result
            }
            snapshot.restore(seat)
            result.rewinds += 1
        }
    }
}
