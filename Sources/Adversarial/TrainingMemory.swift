import NeuralNetwork

/// The working memory of one worker, which all its trainers use in turn.
package final class TrainingMemory {
    /// The buffers of plans; nothing in it outlives a plan.
    package let arena: FloatVector
    /// Sums over microbatches: the generator's, then the discriminator's.
    let gradients: [FloatVector]

    /// Memory for the largest of some models.
    ///
    /// - Parameter extraArenaCount: floats that other plans run on a trainer's `scratch` need.
    package init(_ models: [(AdversarialModel, TrainingPlans)], extraArenaCount: Int = 0) {
        arena = FloatVector(count: models.map(\.1.arenaCount).reduce(extraArenaCount, max))
        let accumulating = models.map(\.0).filter(\.training.accumulates)
        gradients = [\AdversarialModel.generator, \.discriminator].map { network in
            let counts = accumulating.map { $0[keyPath: network].parameters.count }
            return FloatVector(count: counts.max() ?? 0)
        }
    }
}
