import Adversarial
import Datasets
import GraphExecution

/// Consecutive members with the same networks, loss and data.
package struct EvaluatedGroup: Sendable {
    package let pairs: Range<Int>
    package let model: AdversarialModel
    package let data: any DataSource

    package init(pairs: Range<Int>, model: AdversarialModel, data: any DataSource) {
        self.pairs = pairs
        self.model = model
        self.data = data
    }
}

/// The measures of a population, ready to measure: plans and real examples are in memory.
///
/// It knows nothing of how the population came to be: a snapshot of a run that trains is measured
/// as one of a checkpoint. For one caller at a time.
package final class PopulationEvaluation {
    /// What the members of one group need.
    struct Group {
        let pairs: Range<Int>
        let scorer: DiscriminatorScorer
        let loss: any AdversarialLoss
        /// Into how many parts the data is dealt, and examples of each part that a member of the
        /// group trains on.
        let partCount: Int
        let training: [Int: RealExamples]
        /// Nil where nobody can be kept from any.
        let heldOut: RealExamples?
    }

    /// Real examples, and the loss of the outputs on as many and on samples.
    struct RealExamples {
        let examples: [Float]
        let loss: ScoreLoss

        /// Nil without examples.
        init?(_ examples: [Float], samples: Int, _ model: AdversarialModel) {
            let count = examples.count / model.exampleShape.reduce(1, *)
            guard count > 0 else { return nil }
            self.examples = examples
            loss = ScoreLoss(model.loss, generated: samples, real: count)
        }
    }

    package let settings: PopulationEvaluationSettings
    let groups: [Group]
    /// Of samples, against the data of the first group; nil where members are not evaluated.
    let metrics: SampleEvaluation?
    let seed: UInt64
    /// Global index of the first pair.
    let firstMember: Int
    let exampleCount: Int
    private let scratch: FloatVector

    /// Reads the real examples: random subsets that follow from the seed.
    ///
    /// - Parameter metrics: what the settings were read with measures by.
    package init(
        _ settings: PopulationEvaluationSettings, groups: [EvaluatedGroup],
        metrics: SampleEvaluation?, firstMember: Int, seed: UInt64
    ) {
        self.settings = settings
        self.metrics = metrics
        self.firstMember = firstMember
        self.seed = seed
        exampleCount = groups[0].model.exampleShape.reduce(1, *)
        self.groups = groups.map {
            Self.group($0, samples: settings.sampleCount, firstMember: firstMember, seed: seed)
        }
        let plans = self.groups.flatMap { group in
            let real = group.training.values + (group.heldOut.map { [$0] } ?? [])
            return [group.scorer.plan] + real.map(\.loss.plan)
        }
        scratch = FloatVector(count: plans.map(\.arenaCount).max() ?? 0)
    }

    private static func group(
        _ group: EvaluatedGroup, samples: Int, firstMember: Int, seed: UInt64
    ) -> Group {
        var training: [Int: RealExamples] = [:]
        for member in group.pairs.lazy.map({ firstMember + $0 })
        where training[member % group.data.partCount] == nil {
            let examples = group.data.trainingExamples(
                count: samples, member: UInt32(member), seed: seed)
            training[member % group.data.partCount] = RealExamples(
                examples, samples: samples, group.model)
        }
        let heldOut = group.data.heldOutExamples(count: samples, seed: seed)
        return Group(
            pairs: group.pairs, scorer: DiscriminatorScorer(group.model), loss: group.model.loss,
            partCount: group.data.partCount, training: training,
            heldOut: RealExamples(heldOut, samples: samples, group.model))
    }

    /// The numbers of each of the settings' columns.
    ///
    /// - Parameter step: at whose end the population is; it names random numbers.
    package func values(_ snapshot: PopulationSnapshot, step: Int) -> [[Double]] {
        let observation = PopulationObservation(snapshot, self, step: step)
        return settings.measures.flatMap { $0.values(observation) }
    }

    /// The group of a pair's generator, and of the discriminator of the same number.
    func group(of member: Int) -> Group {
        groups[groups.firstIndex { $0.pairs.contains(member) }!]
    }

    /// Which part of the data of its group a pair trains on, and examples of it.
    func training(of pair: Int) -> (part: Int, real: RealExamples) {
        let group = group(of: pair)
        let part = (firstMember + pair) % group.partCount
        return (part, group.training[part]!)
    }

    /// The outputs of a discriminator on examples.
    func scores(
        _ snapshot: PopulationSnapshot, _ discriminator: Int,
        of examples: UnsafeBufferPointer<Float>
    ) -> [Float] {
        group(of: discriminator).scorer.scores(
            snapshot.discriminators[discriminator],
            statistics: snapshot.statistics[discriminator], of: examples, scratch: scratch.base)
    }

    func values(
        _ loss: ScoreLoss, generated: [Float], real: [Float]
    ) -> (generator: Double, realTerm: Double) {
        loss.values(generated: generated, real: real, scratch: scratch.base)
    }
}
