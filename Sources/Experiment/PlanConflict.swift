import Adversarial
import Datasets
import Evaluation
import FileFormats

/// Keys of a plan that are valid each by itself and cannot stand together.
struct PlanConflict: Equatable {
    /// "" for the root.
    let table: String
    let key: String
    let message: String

    /// What a run of the plan would fail on; nil where all is well.
    static func first(in plan: ExperimentPlan) -> PlanConflict? {
        range(plan) ?? memory(plan) ?? checkpoint(plan) ?? evaluation(plan) ?? epochs(plan)
    }

    /// What the generator can produce must cover the data and not reach far beyond it.
    private static func range(_ plan: ExperimentPlan) -> PlanConflict? {
        let (made, real) = (plan.model.outputRange, plan.data.valueRange)
        let reaches = made.lowerBound <= real.lowerBound && made.upperBound >= real.upperBound
        let isUnbounded = made.upperBound.isInfinite
        if reaches && (isUnbounded || made == real) { return nil }
        return PlanConflict(
            table: "generator", key: "output",
            message:
                "the generator produces \(made.lowerBound)...\(made.upperBound), the data "
                + "lies in \(real.lowerBound)...\(real.upperBound); change generator.output or "
                + "data.range"
        )
    }

    /// A population that the machine cannot hold would be killed without a word.
    private static func memory(_ plan: ExperimentPlan) -> PlanConflict? {
        let pairs = plan.population.pairs
        let (needed, present) = (pairs * plan.bytesPerPair, ProcessMemory.physicalBytes)
        guard needed > present, present > 0 else { return nil }
        return PlanConflict(
            table: "population", key: "pairs",
            message: "\(pairs) pairs hold \(needed >> 20) MiB of parameters and optimiser slots; "
                + "this machine has \(present >> 20) MiB of memory")
    }

    /// A run that cannot be saved must not begin: an interrupt saves it, whatever
    /// `record.checkpoint_every` says.
    private static func checkpoint(_ plan: ExperimentPlan) -> PlanConflict? {
        let (needed, possible) = (
            CheckpointTensors.headerBound(plan), SafetensorsLayout.largestHeaderBytes
        )
        guard needed > possible else { return nil }
        let pairs = plan.population.pairs
        return PlanConflict(
            table: "population", key: "pairs",
            message: "the tensors of \(pairs) pairs need \(needed) bytes in the header of a "
                + "checkpoint, the safetensors format has \(possible): about "
                + "\(pairs * possible / needed) pairs of this kind are possible")
    }

    /// Random numbers are named by 32-bit counters.
    private static func evaluation(_ plan: ExperimentPlan) -> PlanConflict? {
        let latents = plan.model.latentSize
        let largest = GeneratorSampler.largestCount(latentSize: latents)
        guard let evaluation = plan.evaluation, evaluation.sampleCount > largest else { return nil }
        return PlanConflict(
            table: "evaluate", key: "samples",
            message: "\(evaluation.sampleCount) examples with \(latents) latents each are more "
                + "than one evaluation has random numbers for; at most \(largest) are possible")
    }

    /// And so are epochs.
    private static func epochs(_ plan: ExperimentPlan) -> PlanConflict? {
        let (steps, updates) = (plan.steps, plan.model.training.discriminatorUpdates)
        let batchesPerEpoch = plan.data.count / plan.model.training.batchSize
        guard steps * updates / batchesPerEpoch > Int(UInt32.max) else { return nil }
        return PlanConflict(
            table: "", key: "steps",
            message: "\(steps) steps with \(updates) discriminator updates pass through the data "
                + "more than \(UInt32.max) times; at most "
                + "\(Int(UInt32.max) / updates * batchesPerEpoch) steps are possible")
    }
}
