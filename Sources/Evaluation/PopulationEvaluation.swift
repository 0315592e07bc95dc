import Adversarial
import Datasets
import GraphExecution
import Randomness

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
        let training: [Float]
        let heldOut: [Float]
        /// For the numbers of samples and of these examples; nil where there are none.
        let trainingLoss: ScoreLoss
        let heldOutLoss: ScoreLoss?
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
        self.groups = groups.map { group in
            let width = group.model.exampleShape.reduce(1, *)
            let training = Self.training(group.data, count: settings.sampleCount, seed: seed)
            let heldOut = group.data.heldOutExamples(count: settings.sampleCount, seed: seed)
            return Group(
                pairs: group.pairs, scorer: DiscriminatorScorer(group.model),
                loss: group.model.loss, training: training, heldOut: heldOut,
                trainingLoss: ScoreLoss(
                    group.model.loss, generated: settings.sampleCount,
                    real: training.count / width),
                heldOutLoss: heldOut.isEmpty
                    ? nil
                    : ScoreLoss(
                        group.model.loss, generated: settings.sampleCount,
                        real: heldOut.count / width))
        }
        let plans = self.groups.flatMap {
            [$0.scorer.plan, $0.trainingLoss.plan] + ($0.heldOutLoss.map { [$0.plan] } ?? [])
        }
        scratch = FloatVector(count: plans.map(\.arenaCount).max() ?? 0)
    }

    /// At most `count` of the examples that members train on.
    private static func training(_ data: any DataSource, count: Int, seed: UInt64) -> [Float] {
        let stream = RandomStream(
            seed: seed, step: 0, member: 0, purpose: .evaluationData, update: 4)
        let chosen = stream.subset(min(count, data.count), of: data.count).map { Int32($0) }
        var examples = [Float](
            repeating: 0, count: chosen.count * data.exampleShape.reduce(1, *))
        chosen.withUnsafeBufferPointer { data.copyExamples($0, into: &examples) }
        return examples
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
