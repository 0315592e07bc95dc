import Adversarial
import Population

/// Trains the rounds of one worker, and a failed one again from its start: `[failure]`.
///
/// A round contains no swap, and its end is looked at number by number before anything leaves
/// it. So a number that is not finite is in the pair's own generator and discriminator alone, and
/// to take both back to the start of the round undoes all that it touched.
final class RoundAttempts {
    let trainer: PairTrainer
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

    init(_ trainer: PairTrainer, _ plan: ExperimentPlan) {
        self.trainer = trainer
        maximumRewinds = plan.failure.maximumRewinds
        snapshot = plan.failure.maximumRewinds > 0 ? PairSnapshot(plan.model) : nil
    }

    func train(_ seat: PairSeat, _ round: PairRound) -> Result {
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
