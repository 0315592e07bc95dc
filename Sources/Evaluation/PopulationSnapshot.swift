import Adversarial

/// What is measured of a population at one step: samples of its generators and copies of its
/// discriminators. Pairs add their parts in any order, each when it has come to the step.
package final class PopulationSnapshot: @unchecked Sendable {
    // Unchecked: each part is written by the worker that has the pair, and read after all pairs
    // have added theirs.

    /// By pair: sets of samples, one behind the other.
    private let samples: [FloatVector]
    /// By their own index.
    package let discriminators: [NetworkState]
    package let statistics: [FloatVector]
    /// By pair.
    private let seats: UnsafeMutableBufferPointer<Int>
    private let setFloats: Int

    /// Memory for a population of these models, one for each pair.
    package init(
        _ models: [AdversarialModel], settings: PopulationEvaluationSettings
    ) {
        let exampleCount = models[0].exampleShape.reduce(1, *)
        setFloats = settings.sampleCount * exampleCount
        samples = models.map { _ in
            FloatVector(count: settings.sampleFloats(exampleCount: exampleCount))
        }
        discriminators = models.map { NetworkState($0.discriminator) }
        statistics = models.map { FloatVector(statisticsOf: $0.discriminator) }
        seats = .allocate(capacity: models.count)
        seats.initialize(repeating: 0)
    }

    deinit { seats.deallocate() }

    /// By pair: who sits with its generator.
    package var discriminatorOfPair: [Int] { Array(seats) }

    /// One set of the samples of a pair's generator.
    package func samples(
        _ pair: Int, set: Int = 0
    ) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(
            rebasing: samples[pair].elements[(set * setFloats)..<((set + 1) * setFloats)])
    }

    /// Copies the discriminator that sits with a pair.
    package func take(
        _ discriminator: NetworkState, statistics: FloatVector, index: Int, seat: Int
    ) {
        seats[seat] = index
        discriminators[index].parameters.copy(discriminator.parameters)
        discriminators[index].estimates.copy(discriminator.estimates)
        self.statistics[index].copy(statistics)
    }
}
