import Adversarial
import Datasets
import Evaluation
import FileFormats
import NeuralNetwork
import Population
import Recording

/// Keys of a plan that are valid each by itself and cannot stand together.
struct PlanConflict: Equatable {
    /// Where the table is one that groups may have of their own.
    var group = 0
    /// "" for the root.
    let table: String
    let key: String
    let message: String

    /// What a run of the plan would fail on; nil where all is well.
    static func first(in plan: ExperimentPlan) -> PlanConflict? {
        for (number, group) in plan.groups.all.enumerated() {
            if var conflict = range(group) ?? evaluation(group) ?? epochs(group, plan.steps) {
                conflict.group = number
                return conflict
            }
        }
        return memory(plan) ?? population(plan) ?? checkpoint(plan) ?? states(plan)
            ?? score(plan) ?? average(plan) ?? normalization(plan)
    }

    /// What the generator can produce must cover the data and not reach far beyond it.
    private static func range(_ group: PairGroup) -> PlanConflict? {
        let (made, real) = (group.model.outputRange, group.data.valueRange)
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
        let (needed, present) = (plan.groups.byteCount, ProcessMemory.physicalBytes)
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
    private static func evaluation(_ group: PairGroup) -> PlanConflict? {
        let latents = group.model.latentSize
        let largest = GeneratorSampler.largestCount(latentSize: latents)
        guard let evaluation = group.evaluation, evaluation.sampleCount > largest
        else { return nil }
        return PlanConflict(
            table: "evaluate", key: "samples",
            message: "\(evaluation.sampleCount) examples with \(latents) latents each are more "
                + "than one evaluation has random numbers for; at most \(largest) are possible")
    }

    /// Samples and copies of the discriminators are kept for as many steps as can be open at once.
    private static func population(_ plan: ExperimentPlan) -> PlanConflict? {
        guard let settings = plan.populationEvaluation else { return nil }
        func conflict(_ key: String, _ message: String) -> PlanConflict {
            PlanConflict(table: "evaluate", key: key, message: message)
        }
        let latents = plan.groups.all.map(\.model.latentSize).max() ?? 1
        let largest = GeneratorSampler.largestCount(latentSize: latents)
        guard settings.sampleCount <= largest else {
            return conflict(
                "population_samples",
                "\(settings.sampleCount) examples with \(latents) latents each are more than one "
                    + "measurement has random numbers for; at most \(largest) are possible")
        }
        let pairs = plan.population.pairs
        let row = settings.columns.map { $0.count(pairs: pairs) * 8 }.reduce(0, +)
        guard row <= LogSchema.largestRowBytes / 2 else {
            return conflict(
                "population",
                "the numbers of \(pairs) pairs are \(row) bytes for each measurement, "
                    + "\(LogSchema.largestRowBytes / 2) are possible; name fewer measures, without "
                    + "cross-play")
        }
        let width = plan.data.exampleShape.reduce(1, *)
        guard settings.sampleCount <= FeatureComparison.mostFeatures / width else {
            return conflict(
                "population_samples",
                "\(settings.sampleCount) examples of \(width) values are more than measures hold "
                    + "in memory; at most \(FeatureComparison.mostFeatures / width) are possible")
        }
        let discriminatorFloats =
            plan.groups.all.map(\.model.discriminator)
            .map { $0.parameters.count + $0.statistics.count + $0.estimates.count }.max() ?? 0
        let bytes =
            PopulationMeasuring.mostOpen * 4
            * (settings.sampleFloats(exampleCount: width) + discriminatorFloats)
            + settings.projectedBytes
        let (needed, present) = (pairs * bytes, ProcessMemory.physicalBytes)
        guard needed <= present || present == 0 else {
            return conflict(
                "population_samples",
                "samples and copies of the discriminators of \(pairs) pairs need "
                    + "\(needed >> 20) MiB; this machine has \(present >> 20) MiB of memory")
        }
        return nil
    }

    private static func score(_ plan: ExperimentPlan) -> PlanConflict? {
        guard plan.swap.interval > 0, let column = plan.swap.score?.column,
            plan.scoreColumn == nil
        else { return nil }
        return PlanConflict(
            table: "swap", key: "score",
            message: "nothing measures \(column): name a metric that has it in evaluate.metrics, "
                + "with evaluate.every above 0")
    }

    private static func average(_ plan: ExperimentPlan) -> PlanConflict? {
        guard plan.evaluatedWeights == .average,
            plan.groups.all.contains(where: { $0.model.generatorAverage == nil })
        else { return nil }
        return PlanConflict(
            table: "evaluate", key: "weights",
            message: "no average of the generator's weights is kept while generator.ema_decay is 0")
    }

    private static func normalization(_ plan: ExperimentPlan) -> PlanConflict? {
        guard plan.evaluatedNormalization == .batch,
            !plan.groups.all.contains(where: { $0.model.generator.usesBatchStatistics })
        else { return nil }
        return PlanConflict(
            table: "evaluate", key: "normalization",
            message: "no generator has batch normalisation, so there are no statistics of a batch")
    }

    /// And so are epochs.
    private static func epochs(_ group: PairGroup, _ steps: Int) -> PlanConflict? {
        let updates = group.model.training.discriminatorUpdates
        let batchesPerEpoch = group.data.count / group.model.training.batchSize
        guard steps * updates / batchesPerEpoch > Int(UInt32.max) else { return nil }
        return PlanConflict(
            table: "", key: "steps",
            message: "\(steps) steps with \(updates) discriminator updates pass through the data "
                + "more than \(UInt32.max) times; at most "
                + "\(Int(UInt32.max) / updates * batchesPerEpoch) steps are possible")
    }

    /// What meets at a swap has to fit: state that stays at its seat and every discriminator that
    /// comes there, and discriminators that take something from one another.
    private static func states(_ plan: ExperimentPlan) -> PlanConflict? {
        let swap = plan.swap
        guard swap.interval > 0 else { return nil }
        if swap.policy is OptimizerStateOnly, swap.optimizerState != .moves {
            return PlanConflict(
                table: "swap", key: "optimizer_state",
                message: "the policy \(OptimizerStateOnly.identifier) exchanges this state, so it "
                    + "has to be \"moves\"")
        }
        let first = plan.groups.all[0].model
        for (number, group) in plan.groups.all.enumerated().dropFirst() {
            guard let misfit = misfit(first, group.model, swap) else { continue }
            let subject = misfit.key == "policy" ? "this policy" : "\"stays\""
            return PlanConflict(
                table: "swap", key: misfit.key,
                message: "\(subject) needs discriminators of one kind; those of group \(number) "
                    + "have \(misfit.difference) than those of group 0")
        }
        return nil
    }

    private static func misfit(
        _ first: AdversarialModel, _ other: AdversarialModel, _ swap: SwapSettings
    ) -> (key: String, difference: String)? {
        let (one, two) = (first.discriminator, other.discriminator)
        let combines = swap.policy.combinesDiscriminators
        /// The key that makes a state meet other networks.
        func key(_ name: String, _ rule: StateRule) -> String? {
            rule == .stays ? name : combines && rule == .moves ? "policy" : nil
        }
        let optimizer = key("optimizer_state", swap.optimizerState)
        if let key = combines ? "policy" : optimizer, !one.parameters.hasTensors(of: two.parameters)
        {
            return (key, "other shapes")
        }
        if combines, !one.estimates.hasTensors(of: two.estimates) {
            return ("policy", "other estimates")
        }
        if let optimizer,
            type(of: first.discriminatorRule.optimizer)
                != type(of: other.discriminatorRule.optimizer)
        {
            return (optimizer, "another optimizer")
        }
        if let key = key("normalization_statistics", swap.normalizationStatistics),
            !one.statistics.hasTensors(of: two.statistics)
        {
            return (key, "other statistics")
        }
        return nil
    }
}
