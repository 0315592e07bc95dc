import NeuralNetwork
import Settings
import TensorGraph

/// A weighted term that any loss can add to the discriminator's objective.
package protocol Regularizer: Catalogued {
    /// Declares what moves with the discriminator from update to update.
    func declare(estimates: inout StateLayout)

    /// The term, weight included: a scalar.
    func term(_ context: RegularizerContext) -> Value

    /// Whether the term is defined only for a discriminator that treats examples independently.
    var needsIndependentExamples: Bool { get }

    /// Whether the term is defined only for images.
    var needsImages: Bool { get }

    /// How many examples the discriminator sees for it, besides one real and one generated.
    var additionalExamples: Int { get }
}

extension Regularizer {
    package func declare(estimates: inout StateLayout) {}
    package var needsImages: Bool { false }
}

/// What a regulariser may look at: one discriminator, for which an example may be a pack of them.
package struct RegularizerContext {
    /// The batches that the discriminator sees.
    package let real: Value
    package let generated: Value
    /// Its outputs for them, [batch, 1].
    package let scores: (real: Value, generated: Value)
    private let discriminator: BoundNetwork
    private let copy: Int
    private let input: DiscriminatorInput
    /// Fresh uniform numbers on [0, 1) of a shape that begins with the batch.
    package let uniform: (Shape) -> Value

    /// - Parameters:
    ///   - copy: which of the discriminator's copies it is.
    ///   - input: what became of examples on their way to it.
    package init(
        real: Value, generated: Value, scores: (real: Value, generated: Value),
        discriminator: BoundNetwork, copy: Int = 0,
        input: DiscriminatorInput = DiscriminatorInput(), uniform: @escaping (Shape) -> Value
    ) {
        self.real = real
        self.generated = generated
        self.scores = scores
        self.discriminator = discriminator
        self.copy = copy
        self.input = input
        self.uniform = uniform
    }

    /// The discriminator's outputs in training, with its statistics standing still.
    func scores(of examples: Value) -> Value {
        discriminator.apply(examples, mode: .frozenTraining, copy: copy)
    }

    /// A batch that the discriminator sees, with every single example of it changed.
    func changed(_ batch: Value, by policy: AugmentationPolicy) -> Value {
        input.changed(batch) { policy.apply($0, uniform: uniform) }
    }

    /// What the regulariser declared, as it was before this update.
    func estimate(_ name: String) -> Value { discriminator.estimate(prefix + name) }

    /// What the next update begins with.
    func update(estimate name: String, to value: Value) {
        discriminator.update(estimate: prefix + name, to: value)
    }

    private var prefix: String { discriminator.network.prefix(ofCopy: copy) }

    /// Fresh uniform numbers on [0, 1), one for each example of a batch of examples.
    func uniformPerExample() -> Value {
        uniform(Shape([real.shape[0]] + [Int](repeating: 1, count: real.shape.rank - 1)))
    }

    /// `|grad D(x)|^2` at each of the points x, [batch, 1].
    func squaredSlopes(at points: Value) -> Value {
        // Examples are independent: the gradient of the sum holds each example's own gradient.
        let slope = scores(of: points).sum().gradient(withRespectTo: [points])[0]
        let batch = points.shape[0]
        let flat = slope.reshaped([batch, slope.shape.elementCount / batch])
        return (flat * flat).sum(axes: [1])
    }

    /// `mean (|grad D(x)| - 1)^2` over the points x, the norm over each example alone.
    func excessOfSlopes(at points: Value) -> Value {
        // The constant keeps the root differentiable at a gradient of zero.
        let norm = (squaredSlopes(at: points) + 1e-12).squareRoot()
        let excess = norm - 1
        return (excess * excess).mean()
    }
}

/// The keys that all penalties on slopes have.
struct SlopePenaltySettings: Sendable {
    let weight: Double
    let allowsBatchCoupling: Bool

    init(settings: SettingsTable, weight: Double, _ meaning: String) throws {
        self.weight = try settings.number("weight", default: weight, in: .nonNegative, meaning)
        allowsBatchCoupling = try settings.flag(
            "allow_batch_coupling", default: false,
            "Accept a critic with batch statistics, for which the penalty is not defined.")
    }
}

package enum Regularizers {
    package static let catalog: [any Regularizer.Type] = [
        GradientPenalty.self, DeepRegretPenalty.self, RealSlopePenalty.self,
        GeneratedSlopePenalty.self, LeCamRegularizer.self, Consistency.self,
    ]

    /// Reads `regularizers` of `[loss]`, and of each its table `[loss.<identifier>]`, with an
    /// underscore for the hyphen, as in all keys.
    ///
    /// - Parameter own: the one that belongs to the loss.
    /// - Throws: `SettingsError`, also where one is named twice or the loss has it already.
    /// - Returns: all terms, that of the loss first.
    static func chosen(
        _ settings: SettingsTable, besides own: (any Regularizer)?
    ) throws -> [any Regularizer] {
        let identifiers = catalog.map { $0.identifier }
        let names = try settings.choices(
            "regularizers", of: identifiers, default: [],
            "Weighted terms on the discriminator besides those of the loss, with tables of their "
                + "own.")
        var known = Set(own.map { [type(of: $0).identifier] } ?? [])
        let chosen = try names.map { name in
            guard known.insert(name).inserted else {
                throw settings.error(
                    "regularizers", "\"\(name)\" is there already; name each term once")
            }
            let table = String(name.map { $0 == "-" ? "_" : $0 })
            return try catalog[identifiers.firstIndex(of: name)!]
                .init(settings: settings.table(table))
        }
        return (own.map { [$0] } ?? []) + chosen
    }
}
