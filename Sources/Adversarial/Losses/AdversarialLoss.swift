import NeuralNetwork
import TensorGraph

/// What generator and discriminator minimise. A loss builds scalars; it steps no optimiser.
package protocol AdversarialLoss: Catalogued {
    /// The discriminator's terms for its outputs `[batch, 1]` on real and generated examples.
    func discriminatorTerms(real: Value, generated: Value) -> (real: Value, generated: Value)

    /// The generator's objective for the discriminator's outputs on its examples.
    ///
    /// - Parameter real: the outputs on the real batch of the step's last discriminator update;
    ///   only a loss that calls it pays for them.
    func generatorObjective(generated: Value, real: () -> Value) -> Value

    /// The weighted term on the discriminator that is part of the loss, or nil.
    var regularizer: (any Regularizer)? { get }

    /// The largest magnitude that a parameter of the discriminator may have after an update.
    var parameterLimit: Double? { get }

    /// Which outputs call an example real; nil where a single output says nothing about that, as
    /// that of a Wasserstein critic.
    var decision: RealDecision? { get }
}

extension AdversarialLoss {
    package var regularizer: (any Regularizer)? { nil }
    package var parameterLimit: Double? { nil }
    /// A probability of more than 1/2, where outputs are logits.
    package var decision: RealDecision? { RealDecision(threshold: 0, realIsAbove: true) }
}

/// Where a discriminator's outputs for real and for generated examples are parted.
package struct RealDecision: Equatable, Sendable {
    package let threshold: Double
    /// Whether outputs beyond the threshold are those for real examples, or those below it.
    package let realIsAbove: Bool

    package init(threshold: Double, realIsAbove: Bool) {
        self.threshold = threshold
        self.realIsAbove = realIsAbove
    }

    /// Whether the output calls its example real: strictly, an output at the threshold does not.
    package func isReal(_ output: Float) -> Bool {
        realIsAbove ? Double(output) > threshold : Double(output) < threshold
    }
}

package enum Losses {
    package static let catalog: [any AdversarialLoss.Type] = [
        BinaryCrossEntropy.self, SaturatingBinaryCrossEntropy.self, LeastSquares.self,
        Wasserstein.self, WassersteinGradientPenalty.self, Hinge.self, Relativistic.self,
    ]
}
