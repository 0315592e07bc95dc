import Adversarial
import Datasets
import Evaluation
import FileFormats
import GraphExecution
import NeuralNetwork
import Population
import Randomness
import Recording

/// Judges of a saved population: discriminators trained anew against each of its generators, and
/// those of other runs.
struct RunJudging {
    let population: SavedPopulation
    let samples: Int

    /// Where nothing is held out and nothing can be drawn, a fifth of the data is kept from the
    /// judges, so that there are examples to ask them about.
    private static let heldOutShare = 5

    /// The verdict on each generator of a judge trained for `steps` steps.
    ///
    /// - Throws: `SettingsError` where no examples can be kept from the judges.
    func independent(steps: Int, onMember: (Int) -> Void) throws -> [[Double]] {
        let plan = try plan()
        let judges = plan.groups.all.map {
            Judge($0.model, data: $0.data, steps: steps, samples: samples, seed: plan.seed)
        }
        return (0..<plan.population.pairs).map { pair in
            let verdict = judges[plan.groups.number(of: pair)].verdict(
                on: population.state.generators[pair],
                statistics: population.state.generatorStatistics[pair],
                member: UInt32(plan.population.firstMember + pair))
            onMember(pair + 1)
            return verdict?.values ?? JudgeVerdict.columns.map { _ in .nan }
        }
    }

    private func plan() throws -> ExperimentPlan {
        let plan = population.plan
        guard
            plan.groups.all.contains(where: {
                $0.data.heldOutExamples(count: 1, seed: plan.seed).isEmpty
            })
        else { return plan }
        let count = plan.groups.all.map(\.data.count).min() ?? 0
        return try population.plan(
            with: ["data.held_out=\(max(1, count / Self.heldOutShare))"])
    }

    /// What every discriminator of other runs says of each generator: the share of its samples that
    /// it calls real, NaN where its loss has no such decision.
    ///
    /// - Throws: `EvaluationError` where another run has examples of another shape.
    func strangers(of others: [SavedPopulation]) throws -> [(name: String, values: [Double])] {
        let plan = population.plan
        let generated = (0..<plan.population.pairs).map(samples(ofPair:))
        return try others.flatMap { other -> [(String, [Double])] in
            guard other.plan.data.exampleShape == plan.data.exampleShape else {
                throw EvaluationError(
                    "\(other.directory) was trained on examples of "
                        + "\(describeShape(other.plan.data.exampleShape)), this run on "
                        + "\(describeShape(plan.data.exampleShape)): its discriminators are no "
                        + "judges here")
            }
            return other.pairing.discriminatorOfPair.enumerated().map { seat, discriminator in
                let shares = generated.map { other.realShare(of: $0, discriminator, seat: seat) }
                let index = other.plan.population.firstMember + discriminator
                return ("discriminator \(index) of \(other.directory)", shares)
            }
        }
    }

    private func samples(ofPair pair: Int) -> [Float] {
        let plan = population.plan
        let sampler = GeneratorSampler(
            plan.groups.group(of: pair).model, normalization: plan.evaluatedNormalization)
        let scratch = FloatVector(count: sampler.plan.arenaCount)
        let size = samples * sampler.exampleCount
        return [Float](unsafeUninitializedCapacity: size) { examples, filled in
            sampler.sample(
                population.state.generators[pair], plan.evaluatedWeights,
                statistics: population.state.generatorStatistics[pair],
                from: RandomStream(
                    seed: plan.seed, step: UInt32(population.step),
                    member: UInt32(plan.population.firstMember + pair),
                    purpose: .evaluationLatent),
                count: samples, scratch: scratch.base, into: examples.baseAddress!)
            filled = size
        }
    }
}

extension SavedPopulation {
    /// The share of examples that a discriminator calls real, by the loss of its seat.
    fileprivate func realShare(of examples: [Float], _ discriminator: Int, seat: Int) -> Double {
        guard let decision = plan.groups.group(of: seat).model.loss.decision else { return .nan }
        let scorer = DiscriminatorScorer(plan.groups.group(of: discriminator).model)
        let scratch = FloatVector(count: scorer.plan.arenaCount)
        let scores = examples.withUnsafeBufferPointer {
            scorer.scores(
                state.discriminators[discriminator],
                statistics: state.statistics(discriminator: discriminator, seat: seat), of: $0,
                scratch: scratch.base)
        }
        return decision.realShare(of: scores)
    }
}
