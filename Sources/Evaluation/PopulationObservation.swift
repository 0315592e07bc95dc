import Adversarial
import Randomness
import Statistics

/// What measures see of a population at one step. What several of them need is computed once, when
/// the first asks for it.
package final class PopulationObservation {
    package let snapshot: PopulationSnapshot
    /// By pair: who sits with its generator.
    package let discriminatorOfPair: [Int]
    private let evaluation: PopulationEvaluation
    private let step: Int
    /// By discriminator, group and part of its data: outputs on these training examples.
    private var trainingScores: [[Int]: [Float]] = [:]

    package private(set) lazy var crossPlay = measureCrossPlay()
    package private(set) lazy var realPlay = measureRealPlay()

    /// The set of samples that is reported, and the other one, to choose by.
    package static let reported = 0
    package static let choosing = 1

    init(_ snapshot: PopulationSnapshot, _ evaluation: PopulationEvaluation, step: Int) {
        self.snapshot = snapshot
        self.step = step
        self.evaluation = evaluation
        discriminatorOfPair = snapshot.discriminatorOfPair
    }

    package var count: Int { discriminatorOfPair.count }

    private func group(of pair: Int) -> PopulationEvaluation.Group { evaluation.group(of: pair) }

    private func scores(_ discriminator: Int, ofGenerator pair: Int) -> [Float] {
        evaluation.scores(snapshot, discriminator, of: samples(pair))
    }

    private func scores(_ discriminator: Int, of examples: [Float]) -> [Float] {
        examples.withUnsafeBufferPointer {
            evaluation.scores(snapshot, discriminator, of: $0)
        }
    }

    private func scores(_ discriminator: Int, ofTrainingOf pair: Int) -> [Float] {
        let training = evaluation.training(of: pair)
        let key = [discriminator, group(of: pair).pairs.lowerBound, training.part]
        if let known = trainingScores[key] { return known }
        let scores = scores(discriminator, of: training.real.examples)
        trainingScores[key] = scores
        return scores
    }

    private func measureCrossPlay() -> CrossPlay {
        var accuracy = [Double](repeating: .nan, count: count * count)
        var loss = accuracy
        for (seat, discriminator) in discriminatorOfPair.enumerated() {
            // A discriminator means by its outputs what its present partner's loss makes of them.
            let decision = group(of: seat).loss.decision
            for generator in 0..<count {
                let place = discriminator * count + generator
                let generated = scores(discriminator, ofGenerator: generator)
                accuracy[place] = decision?.realShare(of: generated) ?? .nan
                loss[place] =
                    evaluation.values(
                        evaluation.training(of: generator).real.loss, generated: generated,
                        real: scores(discriminator, ofTrainingOf: generator)
                    ).generator
            }
        }
        return CrossPlay(
            discriminatorOfPair: discriminatorOfPair, accuracy: accuracy, loss: loss)
    }

    private func measureRealPlay() -> RealPlay {
        typealias Measured = (accuracy: Double, loss: Double)
        let missing: Measured = (.nan, .nan)
        var (training, heldOut): ([Measured], [Measured]) = ([], [])
        for (pair, discriminator) in discriminatorOfPair.enumerated() {
            let group = group(of: pair)
            let generated = scores(discriminator, ofGenerator: pair)
            func measured(_ real: [Float], _ loss: ScoreLoss) -> Measured {
                (
                    group.loss.decision?.realShare(of: real) ?? .nan,
                    evaluation.values(loss, generated: generated, real: real).realTerm
                )
            }
            training.append(
                measured(
                    scores(discriminator, ofTrainingOf: pair),
                    evaluation.training(of: pair).real.loss))
            heldOut.append(
                group.heldOut.map { measured(scores(discriminator, of: $0.examples), $0.loss) }
                    ?? missing)
        }
        return RealPlay(
            trainingAccuracy: training.map(\.accuracy), heldOutAccuracy: heldOut.map(\.accuracy),
            trainingLoss: training.map(\.loss), heldOutLoss: heldOut.map(\.loss))
    }
}

/// Samples of members and of mixtures.
extension PopulationObservation {
    /// Global index of the first pair.
    var firstMember: Int { evaluation.firstMember }
    /// Numbers of one example.
    var exampleCount: Int { evaluation.exampleCount }

    /// One set of the samples of a pair's generator.
    func samples(
        _ pair: Int, set: Int = PopulationObservation.reported
    ) -> UnsafeBufferPointer<Float> {
        UnsafeBufferPointer(snapshot.samples(pair, set: set))
    }

    /// `evaluate.metrics` of samples.
    func metrics(of samples: UnsafeBufferPointer<Float>) -> [Double] {
        evaluation.metrics?.values(samples) ?? []
    }

    /// How many samples each generator gives to a mixture of as many as one generator has.
    func counts(ofMixture weights: [Double]) -> [Int] {
        GeneratorMixture.counts(weights, total: evaluation.settings.sampleCount)
    }

    func metrics(ofMixture weights: [Double], set: Int) -> [Double] {
        GeneratorMixture.samples(self, counts: counts(ofMixture: weights), set: set)
            .withUnsafeBufferPointer { metrics(of: $0) }
    }

    private var criterion: PopulationEvaluationSettings.Criterion {
        guard let criterion = evaluation.settings.criterion else {
            preconditionFailure("a choice without a criterion")
        }
        return criterion
    }

    /// Which fitness is better.
    var direction: Direction { criterion.direction }

    /// The value of `evaluate.criterion` among the metrics of some samples.
    func fitness(_ metrics: [Double]) -> Double { metrics[criterion.column] }

    /// Numbers of one generation of the search for a mixture, one for each pair.
    func normals(generation: Int) -> [Float] {
        var normals = [Float](repeating: 0, count: count)
        let stream = RandomStream(
            seed: evaluation.seed, step: UInt32(step), member: 0, purpose: .mixtureSearch,
            update: UInt16(generation))
        normals.withUnsafeMutableBufferPointer { stream.fillNormal($0) }
        return normals
    }
}
