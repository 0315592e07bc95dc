/// What the log says about one step of a pair; losses are those of the step's last updates,
/// before they are applied, averaged over microbatches.
package struct TrainingValues: Sendable, BitwiseCopyable {
    package var discriminatorLoss: Float = 0
    package var discriminatorLossReal: Float = 0
    package var discriminatorLossGenerated: Float = 0
    package var penalty: Float = 0
    package var generatorLoss: Float = 0
    package var scoreReal: Float = 0
    package var scoreGenerated: Float = 0
    /// Euclidean norms of the gradients, before clipping.
    package var discriminatorGradientNorm: Float = 0
    package var generatorGradientNorm: Float = 0
    package var discriminatorLearningRate: Float = 0
    package var generatorLearningRate: Float = 0
    /// Epochs that the member had begun, from 0.
    package var epoch: Float = 0

    package init() {}
}

/// A number that is not finite.
package struct TrainingFailure: Sendable {
    /// Where it was found: tensors are looked at where a loss is not finite, and at the end of
    /// a round.
    package let step: Int
    /// `d_loss`, `g_loss`, or the tensor as checkpoints name it, without the member.
    package let tensor: String
    package let value: Float
}
