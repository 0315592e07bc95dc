import Adversarial

/// All discriminators beside all generators of a population, by their own indices.
package struct CrossPlay: Equatable, Sendable {
    /// Members of each kind.
    package let count: Int
    /// By pair: who sits with its generator.
    package let discriminatorOfPair: [Int]
    /// `[discriminator, generator]`: the share of the generator's samples that the discriminator
    /// calls real, as `AdversarialLoss.decision` has it; NaN where the loss has no such decision.
    package let accuracy: [Double]
    /// `[discriminator, generator]`: the generator's own objective under the discriminator; where
    /// several discriminators sit together (`discriminator.count`) that of their mean output, which
    /// is not what `loss.aggregation` makes of their losses.
    package let loss: [Double]

    package init(discriminatorOfPair: [Int], accuracy: [Double], loss: [Double]) {
        count = discriminatorOfPair.count
        precondition(
            accuracy.count == count * count && loss.count == count * count, "a matrix of members")
        self.discriminatorOfPair = discriminatorOfPair
        self.accuracy = accuracy
        self.loss = loss
    }

    /// The share of generator `generator`'s samples that `discriminator` calls real.
    package func accuracy(_ discriminator: Int, _ generator: Int) -> Double {
        accuracy[discriminator * count + generator]
    }

    package func loss(_ discriminator: Int, _ generator: Int) -> Double {
        loss[discriminator * count + generator]
    }

    /// All discriminators but the one that sits with the generator.
    package func strangers(of generator: Int) -> [Int] {
        (0..<count).filter { $0 != discriminatorOfPair[generator] }
    }
}

/// The discriminators beside real examples, by the pair at which they sit: examples of the data
/// that the pair trains on, and of data that nobody trains on.
///
/// Losses are the discriminator's term for real examples in the loss of that pair. What there are
/// no examples for is NaN.
package struct RealPlay: Equatable, Sendable {
    package let trainingAccuracy: [Double]
    package let heldOutAccuracy: [Double]
    package let trainingLoss: [Double]
    package let heldOutLoss: [Double]

    package init(
        trainingAccuracy: [Double], heldOutAccuracy: [Double], trainingLoss: [Double],
        heldOutLoss: [Double]
    ) {
        self.trainingAccuracy = trainingAccuracy
        self.heldOutAccuracy = heldOutAccuracy
        self.trainingLoss = trainingLoss
        self.heldOutLoss = heldOutLoss
    }
}

extension RealDecision {
    /// The share of outputs that call their examples real; NaN of none.
    package func realShare(of scores: [Float]) -> Double {
        Double(scores.count(where: isReal)) / Double(scores.count)
    }
}
