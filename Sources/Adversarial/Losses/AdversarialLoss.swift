import NeuralNetwork
import TensorGraph

/// What generator and discriminator minimise. A loss builds scalars; it steps no optimiser.
package protocol AdversarialLoss: Catalogued {
    /// The discriminator's terms for its outputs `[batch, 1]` on real and generated examples.
    func discriminatorTerms(real: Value, generated: Value) -> (real: Value, generated: Value)

    /// The generator's objective for the discriminator's outputs on its examples.
    func generatorObjective(generated: Value) -> Value

    /// A weighted term on the discriminator itself, or nil.
    func penalty(_ context: PenaltyContext) -> Value?

    /// The largest magnitude that a parameter of the discriminator may have after an update.
    var parameterLimit: Double? { get }

    /// Whether the loss needs a discriminator that treats examples independently.
    var needsIndependentExamples: Bool { get }
}

extension AdversarialLoss {
    package func penalty(_ context: PenaltyContext) -> Value? { nil }
    package var parameterLimit: Double? { nil }
    package var needsIndependentExamples: Bool { false }
}

/// What a penalty may look at.
package struct PenaltyContext {
    package let real: Value
    package let generated: Value
    /// Fresh uniform numbers on [0, 1), one per example.
    package let interpolation: (Shape) -> Value
    /// The discriminator in training, with its statistics standing still.
    package let discriminator: (Value) -> Value

    package init(
        real: Value, generated: Value, interpolation: @escaping (Shape) -> Value,
        discriminator: @escaping (Value) -> Value
    ) {
        self.real = real
        self.generated = generated
        self.interpolation = interpolation
        self.discriminator = discriminator
    }
}

package enum Losses {
    package static let catalog: [any AdversarialLoss.Type] = [
        BinaryCrossEntropy.self, SaturatingBinaryCrossEntropy.self, LeastSquares.self,
        Wasserstein.self, WassersteinGradientPenalty.self, Hinge.self,
    ]
}
