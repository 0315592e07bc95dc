import Adversarial
import Evaluation
import NeuralNetwork
import Population
import Recording

/// What a run costs, from its plan alone.
enum RunCost {
    /// Multiplications of the training of all pairs, about: pairs x steps x batch x those of one
    /// example. Backward passes cost twice a forward one; where a regulariser looks at more
    /// examples (mostly at slopes, which are differentiated again), these cost as much as the
    /// others. Each example goes through one of several discriminators, maybe as part of a pack.
    static func multiplications(_ plan: ExperimentPlan) -> Double {
        plan.groups.all.reduce(0) { $0 + multiplications($1) } * Double(plan.steps)
    }

    private static func multiplications(_ group: PairGroup) -> Double {
        let (model, training) = (group.model, group.model.training)
        let (generator, discriminator) = (
            Double(weights(model.generator)),
            Double(weights(model.discriminator)) / Double(model.input.examplesPerJudgement)
        )
        let passes = 6 * Double(1 + model.regularizers.count { $0.additionalExamples > 0 })
        let perExample =
            Double(training.discriminatorUpdates) * (passes * discriminator + generator)
            + Double(training.generatorUpdates) * (2 * discriminator + 3 * generator)
        return Double(group.pairs.count) * Double(training.batchSize) * perExample
    }

    private static func weights(_ network: Network) -> Int {
        network.parameters.entries.filter(\.isWeight).reduce(0) {
            $0 + $1.fileShape.reduce(1, *)
        }
    }

    /// Bytes of journal, log and checkpoints, about; pictures are not counted.
    static func bytes(_ plan: ExperimentPlan) -> Int {
        let (pairs, schedule) = (plan.population.pairs, plan.schedule)
        func count(_ every: Int) -> Int { every == 0 ? 0 : plan.steps / every + 1 }
        let trainRows =
            count(schedule.metricsEvery) + schedule.swapCount * schedule.recordAfterSwap
        let trainBytes = trainRows * (RunStream.trainColumns.count * 4 * pairs + 32)
        let swapBytes = schedule.swapCount * (RunStream.swapColumns.count * 5 * pairs + 32)
        let columns = plan.evaluation?.columns.count ?? 0
        let evaluationBytes = count(schedule.evaluateEvery) * (columns * 8 * pairs + 32)
        let measured = (plan.populationEvaluation?.columns ?? []).map { $0.count(pairs: pairs) * 8 }
        let populationBytes =
            count(schedule.populationEvery) * (measured.reduce(4 * pairs, +) + 32)
        let recoveryBytes = plan.record.recovery ? schedule.swapCount * (12 * pairs + 32) : 0
        let checkpoints =
            schedule.checkpointEvery == 0 ? 0 : keptCheckpoints(plan.record, plan.steps)
        // Rows stand in the journal, in the log and in its compound copy.
        return 3 * (trainBytes + swapBytes + evaluationBytes + populationBytes + recoveryBytes)
            + checkpoints * plan.groups.byteCount + 64 * 1024
    }

    /// Sample pictures.
    static func pictures(_ plan: ExperimentPlan) -> Int {
        let every = plan.record.samplesEvery
        guard every > 0 else { return 0 }
        let atOnce = plan.groups.all.reduce(0) {
            $0 + $1.pairs.count * ($1.model.generatorAverage == nil ? 1 : 2)
        }
        return (plan.steps / every + (plan.steps % every > 0 ? 2 : 1)) * atOnce
    }

    private static func keptCheckpoints(_ record: RecordSettings, _ steps: Int) -> Int {
        let all = steps / record.checkpointEvery + (steps % record.checkpointEvery > 0 ? 1 : 0)
        return record.retention.newest == 0 ? all : min(all, record.retention.newest)
    }
}
