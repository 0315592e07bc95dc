import Adversarial
import Datasets
import Evaluation
import FileFormats
import GraphExecution
import Population
import Randomness
import Recording
import Settings

/// Judges of a saved population: discriminators trained anew against each of its generators, and
/// those of other runs.
struct RunJudging {
    private let population: SavedPopulation
    private let sampling: MemberSampling
    private let others: [SavedPopulation]
    let samples: Int

    /// Where nothing is held out and nothing can be drawn, as many examples as they are asked about
    /// are kept from the judges, at most a fifth of the data.
    private static let heldOutShare = 5

    /// - Throws: `EvaluationError` for more samples than one array holds, and where another run has
    ///   examples of another shape or range.
    init(
        _ population: SavedPopulation, _ sampling: MemberSampling, others: [SavedPopulation],
        samples: Int
    ) throws {
        let plan = population.plan
        let shape = describeShape(plan.data.exampleShape)
        let most = plan.groups.all.map { GeneratorSampler.largestArrayCount($0.model) }.min() ?? 0
        guard samples <= most else {
            throw EvaluationError(
                "judges are asked about at most \(most) samples of \(shape) numbers, not "
                    + "\(samples)")
        }
        guard plan.groups.all.allSatisfy(\.model.canBeJudged) else {
            throw EvaluationError(
                "a batch of single examples, as judges see them, is too large for this "
                    + "discriminator")
        }
        for other in others where other.plan.data.exampleShape != plan.data.exampleShape {
            throw EvaluationError(
                "\(other.directory) was trained on examples of "
                    + "\(describeShape(other.plan.data.exampleShape)), this run on \(shape): its "
                    + "discriminators are no judges here")
        }
        // The outermost of points that are drawn are chance; they have no range of their own.
        for other in others where plan.data.mixture == nil || other.plan.data.mixture == nil {
            let (theirs, own) = (other.plan.data.valueRange, plan.data.valueRange)
            guard theirs == own else {
                throw EvaluationError(
                    "\(other.directory) was trained on values in \(theirs), this run in \(own): "
                        + "its discriminators are no judges here")
            }
        }
        self.population = population
        self.sampling = sampling
        self.others = others
        self.samples = samples
    }

    /// The verdict on each generator of a judge trained for `steps` steps, and how many samples
    /// it was asked about: no more than there are real examples that it has not learned from.
    ///
    /// - Throws: `EvaluationError` where no examples can be kept from the judges.
    func independent(
        steps: Int, onMember: (Int) -> Void
    ) throws -> (values: [[Double]], samples: Int) {
        let plan = try plan()
        let judges = plan.groups.all.map {
            Judge(
                $0.model, data: $0.data, steps: steps, weights: plan.evaluatedWeights,
                normalization: plan.evaluatedNormalization, samples: samples, seed: plan.seed)
        }
        let values = (0..<plan.population.pairs).map { pair in
            let verdict = judges[plan.groups.number(of: pair)].verdict(
                on: population.state.generators[pair],
                statistics: population.state.generatorStatistics[pair],
                member: UInt32(plan.population.firstMember + pair))
            onMember(pair + 1)
            return verdict?.values ?? JudgeVerdict.columns.map { _ in .nan }
        }
        return (values, judges.map(\.sampleCount).min() ?? 0)
    }

    private func plan() throws -> ExperimentPlan {
        let plan = population.plan
        guard
            plan.groups.all.contains(where: {
                $0.data.heldOutExamples(count: 1, seed: plan.seed).isEmpty
            })
        else { return plan }
        let count = plan.groups.all.map(\.data.count).min() ?? 0
        let kept = max(1, min(samples, count / Self.heldOutShare))
        do {
            return try population.plan(with: ["data.held_out=\(kept)"])
        } catch let error as SettingsError {
            throw EvaluationError(
                "\(kept) of \(count) examples would be kept from the judges, to ask them about "
                    + "these: \(error.message)")
        }
    }

    /// What every discriminator of other runs says of each generator: the share of its samples that
    /// it calls real, NaN where its loss has no such decision. By run, then by discriminator.
    func strangers() -> [(name: String, values: [Double])] {
        let judges = others.flatMap { other in
            other.pairing.discriminatorOfPair.enumerated().sorted { $0.element < $1.element }.map {
                seat, discriminator in
                (
                    name: "discriminator \(other.plan.population.firstMember + discriminator) of "
                        + "\(other.directory) at step \(other.step)",
                    realShare: other.judge(discriminator, seat: seat)
                )
            }
        }
        let scratch = FloatVector(count: sampling.arenaCount)
        let shares = (0..<population.plan.population.pairs).map { pair in
            let examples = sampling.evaluated(
                population.state, pair: pair, step: population.step, count: samples,
                scratch: scratch.base)
            return judges.map { $0.realShare(examples) }
        }
        return judges.indices.map { judge in (judges[judge].name, shares.map { $0[judge] }) }
    }
}

extension SavedPopulation {
    /// The share of examples that a discriminator calls real, by the loss of its seat.
    fileprivate func judge(_ discriminator: Int, seat: Int) -> ([Float]) -> Double {
        guard let decision = plan.groups.group(of: seat).model.loss.decision else {
            return { _ in .nan }
        }
        let scorer = DiscriminatorScorer(plan.groups.group(of: discriminator).model)
        let scratch = FloatVector(count: scorer.plan.arenaCount)
        return { examples in
            let scores = examples.withUnsafeBufferPointer {
                scorer.scores(
                    state.discriminators[discriminator],
                    statistics: state.statistics(discriminator: discriminator, seat: seat),
                    of: $0, scratch: scratch.base)
            }
            return decision.realShare(of: scores)
        }
    }
}
