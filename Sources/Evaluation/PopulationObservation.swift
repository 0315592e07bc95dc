import Adversarial

/// What measures see of a population at one step. What several of them need is computed once, when
/// the first asks for it.
package final class PopulationObservation {
    package let snapshot: PopulationSnapshot
    /// By pair: who sits with its generator.
    package let discriminatorOfPair: [Int]
    private let evaluation: PopulationEvaluation
    /// By discriminator and group: outputs on the group's training examples.
    private var trainingScores: [[Int]: [Float]] = [:]

    package private(set) lazy var crossPlay = measureCrossPlay()
    package private(set) lazy var realPlay = measureRealPlay()

    init(_ snapshot: PopulationSnapshot, _ evaluation: PopulationEvaluation) {
        self.snapshot = snapshot
        self.evaluation = evaluation
        discriminatorOfPair = snapshot.discriminatorOfPair
    }

    package var count: Int { discriminatorOfPair.count }

    private func group(of pair: Int) -> PopulationEvaluation.Group { evaluation.group(of: pair) }

    private func scores(_ discriminator: Int, ofGenerator pair: Int) -> [Float] {
        evaluation.scores(
            snapshot, discriminator, of: UnsafeBufferPointer(snapshot.samples(pair)))
    }

    private func scores(_ discriminator: Int, of examples: [Float]) -> [Float] {
        examples.withUnsafeBufferPointer {
            evaluation.scores(snapshot, discriminator, of: $0)
        }
    }

    private func scores(_ discriminator: Int, ofTrainingOf pair: Int) -> [Float] {
        let group = group(of: pair)
        let key = [discriminator, group.pairs.lowerBound]
        if let known = trainingScores[key] { return known }
        let scores = scores(discriminator, of: group.training)
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
                        group(of: generator).trainingLoss, generated: generated,
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
                measured(scores(discriminator, ofTrainingOf: pair), group.trainingLoss))
            heldOut.append(
                group.heldOutLoss.map { measured(scores(discriminator, of: group.heldOut), $0) }
                    ?? missing)
        }
        return RealPlay(
            trainingAccuracy: training.map(\.accuracy), heldOutAccuracy: heldOut.map(\.accuracy),
            trainingLoss: training.map(\.loss), heldOutLoss: heldOut.map(\.loss))
    }
}
