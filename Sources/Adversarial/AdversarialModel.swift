import NeuralNetwork
import Randomness
import Settings

/// The networks, loss and rules of a pair, as all pairs of one group have them.
package struct AdversarialModel: Sendable {
    package let generator: Network
    /// All discriminators beside one generator, as copies of one network.
    package private(set) var discriminator: Network
    /// One discriminator of single examples, as judges are.
    private let judge: Network
    /// What they get to see of a batch.
    package private(set) var input: DiscriminatorInput
    package private(set) var loss: any AdversarialLoss
    /// What the generator makes of its losses under several discriminators.
    package let aggregation: Aggregation
    /// Weighted terms on the discriminator, that of the loss first.
    package private(set) var regularizers: [any Regularizer]
    /// What happens to images before the discriminator sees them.
    package private(set) var augmentation: AugmentationPolicy
    package let generatorRule: UpdateRule
    package private(set) var discriminatorRule: UpdateRule
    package private(set) var training: TrainingSettings
    /// nil where none is kept.
    package private(set) var generatorAverage: WeightAverage?
    /// How the generator makes what the discriminator learns from.
    private(set) var generatedMode = NetworkPass.Mode.frozenTraining
    package let latentSize: Int
    package let latentDistribution: LatentDistribution
    package let exampleShape: [Int]
    /// The values that the generator can produce.
    package let outputRange: ClosedRange<Float>

    /// Reads `[training]`, `[generator]`, `[discriminator]`, `[loss]`, `[augment]` and
    /// `[optimizer.*]`.
    package init(root: SettingsTable, exampleShape: [Int], batchSize: Int) throws {
        training = try TrainingSettings(settings: root.table("training"), batchSize: batchSize)
        let generatorTable = try root.table("generator")
        let architecture = try Self.architecture(generatorTable)
        latentSize = try generatorTable.integer(
            "latent_size", default: 10, in: 1...65_536, unit: "numbers",
            "Length of the generator's input vector z.")
        latentDistribution = LatentDistribution(
            rawValue: try generatorTable.choice(
                "latent_distribution", of: LatentDistribution.allCases.map(\.rawValue),
                default: "normal", "Distribution of z: standard normal, or uniform on (-1, 1)."))!
        generatorAverage = try WeightAverage(settings: generatorTable)
        let output = try Self.outputActivation(generatorTable)
        outputRange = output.range
        generator = try Self.network(
            architecture, generatorTable, from: [latentSize], to: exampleShape, output)
        let discriminatorTable = try root.table("discriminator")
        input = try DiscriminatorInput(settings: discriminatorTable)
        let discriminatorArchitecture = try Self.architecture(discriminatorTable)
        var discriminator = try Self.network(
            discriminatorArchitecture, discriminatorTable, from: input.shape(exampleShape), to: [1],
            .none)
        judge =
            input.packing == 1
            ? discriminator
            : try Self.network(
                discriminatorArchitecture, discriminatorTable, from: exampleShape, to: [1], .none)
        let lossTable = try root.table("loss")
        loss =
            try lossTable.chosen(
                "name", from: Losses.catalog, default: BinaryCrossEntropy.identifier,
                "What generator and discriminator minimise.") as! any AdversarialLoss
        aggregation = try Aggregation(settings: lossTable, discriminators: input.discriminators)
        regularizers = try Regularizers.chosen(lossTable, besides: loss.regularizer)
        for regularizer in regularizers {
            discriminator.declareEstimates(regularizer.declare)
        }
        self.discriminator = discriminator.repeated(input.discriminators)
        augmentation = try AugmentationPolicy(
            settings: root.table("augment"), default: [],
            "Random changes, one after another, of all images that the discriminator sees.")
        let rules = try root.table("optimizer")
        generatorRule = try UpdateRule(settings: rules.table("generator"))
        discriminatorRule = try UpdateRule(settings: rules.table("discriminator"))
        self.exampleShape = exampleShape
        try checkSize(generator, batch: training.microbatchSize, generatorTable, root)
        try checkDiscriminatorSize(discriminatorTable, root)
        try checkImages(root)
        try checkCoupling(discriminatorTable)
        try checkNoise(root)
    }

    /// Whether both gradients of a simultaneous step can come from one pass through the generator:
    /// where its update makes the same examples of the same latents, and neither this pass nor what
    /// the discriminator keeps of its own changes what the other gradient is.
    var sharesGeneratedBatch: Bool {
        training.order == .simultaneous && training.reusesLatent && training.microbatches == 1
            && training.discriminatorUpdates == 1 && training.generatorUpdates == 1
            && generator.noiseCount + discriminator.noiseCount == 0 && augmentation.isEmpty
            && discriminator.estimates.count == 0
    }

    private func checkImages(_ root: SettingsTable) throws {
        guard exampleShape.count != 3 else { return }
        let needs = "needs images [height, width, channels], not examples of \(exampleShape)"
        if !augmentation.isEmpty { throw try root.table("augment").error("policy", needs) }
        if let strict = regularizers.first(where: \.needsImages) {
            throw try root.table("loss").error(
                "regularizers", "\(type(of: strict).identifier) \(needs)")
        }
    }

    /// This model with the discriminator of another one, as they meet after a swap.
    ///
    /// The discriminator comes with its own update rule, whose state it brings along. Loss, data,
    /// latents and the order of updates stay with the generator.
    ///
    /// - Parameters:
    ///   - root: the tables that this model was read from, and `otherRoot` those of the other.
    /// - Throws: `SettingsError` where the two cannot train together.
    package func meeting(
        _ other: AdversarialModel, root: SettingsTable, otherRoot: SettingsTable
    ) throws -> AdversarialModel {
        precondition(other.exampleShape == exampleShape, "examples of different shapes")
        var model = self
        model.discriminator = other.discriminator
        model.input = other.input
        model.discriminatorRule = other.discriminatorRule
        let table = try otherRoot.table("discriminator")
        try model.checkDiscriminatorSize(table, root)
        try model.checkCoupling(table)
        try model.checkEstimates(root)
        try model.checkNoise(root)
        return model
    }

    /// This model for a judge: one discriminator that learns from nothing to tell real examples
    /// from those of a generator at rest, as it is sampled, by cross-entropy alone. It sees one
    /// example at a time, whatever the discriminators of the experiment see: so its verdicts on
    /// generators of different experiments can be compared.
    package func judging(_ normalization: SamplingNormalization) -> AdversarialModel {
        var model = self
        model.discriminator = judge
        model.input = DiscriminatorInput()
        model.loss = BinaryCrossEntropy.plain
        model.regularizers = []
        model.augmentation = .none
        model.training = training.judging
        model.generatorAverage = nil
        model.generatedMode = normalization == .batch ? .batchSampling : .sampling
        return model
    }

    /// Whether a batch of single examples is small enough for the plans of a judge.
    package var canBeJudged: Bool {
        training.microbatchSize <= Self.largestActivationCount / max(judge.unitCount, 1)
    }

    /// What a regulariser remembers lies beside the discriminator, wherever that sits.
    private func checkEstimates(_ root: SettingsTable) throws {
        for regularizer in regularizers {
            var needed = StateLayout()
            regularizer.declare(estimates: &needed)
            let prefix = discriminator.prefix(ofCopy: 0)
            for entry in needed.entries
            where !discriminator.estimates.entries.contains(where: {
                $0.name == prefix + entry.name
            }) {
                throw try root.table("loss").error(
                    "regularizers",
                    "\(type(of: regularizer).identifier) remembers something of every "
                        + "discriminator: the losses of all groups need it")
            }
        }
    }

    private func checkCoupling(_ settings: SettingsTable) throws {
        guard discriminator.usesBatchStatistics,
            let strict = regularizers.first(where: \.needsIndependentExamples)
        else { return }
        throw settings.error(
            "normalization",
            "\(type(of: strict).identifier) needs a discriminator without batch statistics; "
                + "use \"layer\" or \"none\", or set its allow_batch_coupling = true")
    }

    /// An update draws all its latents from one stream, all its dropout masks from another, and
    /// what regularisers draw from a third; each tensor of such numbers begins with a whole block.
    private func checkNoise(_ root: SettingsTable) throws {
        let examples = 2 + regularizers.map(\.additionalExamples).reduce(0, +)
        let masks = generator.noiseCount + examples * discriminator.noiseCount
        let gaps = 4 * (generator.layers.count + examples * (discriminator.layers.count + 1) + 6)
        let augmenting = 2 * AugmentationPolicy.mostNumbers * augmentation.augmentations.count
        // At the most one number for each of an example's, or those of all augmentations.
        let regularizing = examples * (exampleShape.reduce(1, *) + 8)
        let perExample = max(
            latentSize, masks, regularizers.isEmpty ? 0 : regularizing, augmenting)
        let largest = (RandomStream.wordCount - 1 - gaps) / perExample
        guard training.batchSize > largest else { return }
        throw try root.table("data").error(
            "batch_size",
            "\(training.batchSize) examples of \(perExample) random numbers (latents, dropout, "
                + "penalties or augmentation) are more than an update has; at most \(largest) "
                + "examples are possible")
    }

    /// Plans address numbers by 32-bit offsets: 2^29 parameters leave room for three optimiser
    /// slots, 2^26 activations of one pass for the passes and derivatives of one plan.
    private static let largestParameterCount = 1 << 29
    package static let largestActivationCount = 1 << 26

    private func checkDiscriminatorSize(
        _ settings: SettingsTable, _ root: SettingsTable
    ) throws {
        let (batch, part) = (training.microbatchSize, input.examplesPerJudgement)
        guard batch % part == 0 else {
            throw settings.error(
                input.packing > 1 ? "packing" : "count",
                "a (micro)batch of \(batch) examples is no multiple of \(part) (packing x count)")
        }
        try checkSize(discriminator, batch: batch / part, settings, root)
    }

    /// - Parameter batch: examples, or packs of them, of one pass.
    private func checkSize(
        _ network: Network, batch: Int, _ settings: SettingsTable, _ root: SettingsTable
    ) throws {
        let parameters = network.parameters.count
        guard parameters <= Self.largestParameterCount else {
            throw settings.error(
                "hidden",
                "the network would have \(parameters) parameters; "
                    + "at most \(Self.largestParameterCount) are possible")
        }
        guard !network.usesBatchStatistics || batch > 1 else {
            throw settings.error(
                "normalization", "\"batch\" needs at least two examples in each (micro)batch")
        }
        let units = network.unitCount
        let examples = max(batch * network.copies, GeneratorSampler.batchSize)
        guard examples * units <= Self.largestActivationCount else {
            throw try root.table("data").error(
                "batch_size",
                "\(examples) examples at once in the \(units) units of \(settings.path) are more "
                    + "than \(Self.largestActivationCount) numbers; use smaller batches or "
                    + "layers, or more training.microbatches")
        }
    }

    private static func architecture(
        _ settings: SettingsTable
    ) throws -> any NetworkArchitecture {
        try settings.chosen(
            "network", from: Networks.catalog, default: MultilayerPerceptron.identifier,
            "Kind of network.") as! any NetworkArchitecture
    }

    private static func network(
        _ architecture: any NetworkArchitecture, _ settings: SettingsTable, from input: [Int],
        to output: [Int], _ outputActivation: Activation
    ) throws -> Network {
        do {
            return try architecture.network(
                input: input, output: output, outputActivation: outputActivation)
        } catch let error {
            throw settings.error("network", "\(type(of: architecture).identifier) \(error)")
        }
    }

    private static func outputActivation(_ settings: SettingsTable) throws -> Activation {
        let name = try settings.choice(
            "output", of: ["sigmoid", "tanh", "none"], default: "sigmoid",
            "Last non-linearity; its range must be that of the data.")
        switch name {
        case "sigmoid": return .sigmoid
        case "tanh": return .tanh
        default: return .none
        }
    }
}

/// The distribution of the generator's input.
package enum LatentDistribution: String, CaseIterable, Sendable {
    case normal
    /// `2u - 1` with u uniform on (0, 1).
    case uniform
}
