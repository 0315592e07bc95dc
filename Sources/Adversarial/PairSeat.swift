import NeuralNetwork
import Randomness

/// The random streams of one member of a population.
package struct MemberStreams: Sendable {
    /// The kinds of stream that all members may have in common.
    package enum SharedKind: String, CaseIterable, Sendable {
        case initialization
        case latent
        case batchOrder = "batch_order"
    }

    package let seed: UInt64
    /// The member's index among all populations of the experiment.
    package let member: UInt32
    private let sharesInitialization: Bool
    private let sharesLatent: Bool
    private let sharesBatchOrder: Bool
    /// How often the present steps were rewound. It renews the noise, not the batch order.
    package var attempt: UInt8 = 0

    package init(seed: UInt64, member: UInt32, shared: [SharedKind]) {
        self.seed = seed
        self.member = member
        sharesInitialization = shared.contains(.initialization)
        sharesLatent = shared.contains(.latent)
        sharesBatchOrder = shared.contains(.batchOrder)
    }

    /// The member that names the streams of batch order.
    package var batchOrderMember: UInt32 { sharesBatchOrder ? 0 : member }

    /// Tensor `index` of a network's initial parameters.
    package func initialization(_ role: Role, tensor index: Int) -> RandomStream {
        RandomStream(
            seed: seed, step: 0, member: sharesInitialization ? 0 : member,
            purpose: role == .generator ? .generatorInitialization : .discriminatorInitialization,
            update: UInt16(index))
    }

    /// Tensor `index` of the discriminator when a swap lets it begin anew.
    package func reinitialization(event: Int, tensor index: Int) -> RandomStream {
        RandomStream(
            seed: seed, step: UInt32(event), member: sharesInitialization ? 0 : member,
            purpose: .reinitialization, update: UInt16(index))
    }

    /// The noise that a swap adds to tensor `index` of the discriminator.
    package func perturbation(event: Int, tensor index: Int) -> RandomStream {
        RandomStream(
            seed: seed, step: UInt32(event), member: member, purpose: .perturbation,
            update: UInt16(index))
    }

    /// Latents, dropout masks or interpolations of one update of a step.
    package func noise(_ purpose: Purpose, step: Int, update: Int) -> RandomStream {
        RandomStream(
            seed: seed, step: UInt32(step), member: purpose == .latent && sharesLatent ? 0 : member,
            purpose: purpose, update: UInt16(update), attempt: attempt)
    }
}

/// One generator with the discriminator that sits beside it, and what their training needs.
package struct PairSeat {
    package let streams: MemberStreams
    package let generator: NetworkState
    package let generatorOptimizer: OptimizerState
    package let generatorStatistics: FloatVector
    package let discriminator: NetworkState
    package let discriminatorOptimizer: OptimizerState
    package let discriminatorStatistics: FloatVector
    /// The step after which the discriminator came, for the warm-up; nil if it always sat here.
    package let arrivalStep: Int?

    package init(
        streams: MemberStreams, generator: NetworkState, generatorOptimizer: OptimizerState,
        generatorStatistics: FloatVector, discriminator: NetworkState,
        discriminatorOptimizer: OptimizerState, discriminatorStatistics: FloatVector,
        arrivalStep: Int?
    ) {
        self.streams = streams
        self.generator = generator
        self.generatorOptimizer = generatorOptimizer
        self.generatorStatistics = generatorStatistics
        self.discriminator = discriminator
        self.discriminatorOptimizer = discriminatorOptimizer
        self.discriminatorStatistics = discriminatorStatistics
        self.arrivalStep = arrivalStep
    }
}
