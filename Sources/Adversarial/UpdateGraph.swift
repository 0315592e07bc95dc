import GraphExecution
import NeuralNetwork
import TensorGraph

/// A random input of a plan and where its numbers come from.
struct NoiseInput {
    enum Kind { case latent, dropout, interpolation, augmentation }
    let name: String
    let kind: Kind
    /// The numbers of one microbatch.
    let count: Int
    /// How many batches go through together, each with numbers of its own.
    let batches: Int
}

/// Builds the graph of one update of one network of a pair.
package struct UpdateGraph {
    /// Whether an update is one plan, or gradients that are summed and then applied.
    package enum Form { case whole, gradient, application }

    let model: AdversarialModel
    let role: Role
    let graph = Graph()
    package private(set) var request = PlanRequest()
    private(set) var noise: [NoiseInput] = []
    /// The first of the discriminator's dropout inputs, for real and generated batch in one.
    private var jointNoiseCount = 0
    /// The input of real examples, once something has asked for it.
    private var real: Value?
    private let generator: BoundNetwork
    private let discriminator: BoundNetwork

    var rule: UpdateRule { role == .generator ? model.generatorRule : model.discriminatorRule }
    private var trained: BoundNetwork { role == .generator ? generator : discriminator }

    package init(_ model: AdversarialModel, _ role: Role, _ form: Form) {
        self.model = model
        self.role = role
        generator = BoundNetwork(model.generator, role: Role.generator.rawValue, graph: graph)
        discriminator = BoundNetwork(
            model.discriminator, role: Role.discriminator.rawValue, graph: graph)
        for role in Role.allCases {
            request.inputs["\(role.rawValue).parameters"] = .external(
                slot: role.parameters, offset: 0)
            request.inputs["\(role.rawValue).statistics"] = .external(
                slot: role.statistics, offset: 0)
            request.inputs["\(role.rawValue).estimates"] = .external(
                slot: role.estimates, offset: 0)
        }
        if form == .application {
            let shape = trained.parameterVector.shape
            apply(input("gradient", shape, .external(slot: role.gradient, offset: 0)))
        } else {
            let hasBoth = form == .gradient && model.sharesGeneratedBatch
            let trains = hasBoth || role == .generator
            let made = generator.apply(latent(), mode: trains ? .training : model.generatedMode)
            if role == .discriminator { finish(role, discriminatorGradient(made), form) }
            if trains { finish(.generator, generatorGradient(made), form) }
            addDropoutNoise()
        }
    }

    private mutating func finish(_ role: Role, _ gradient: Value, _ form: Form) {
        request.output(name("gradient", role), gradient)
        if form == .whole { apply(gradient) } else { accumulate(gradient, role) }
        storeStatistics(role)
    }

    /// The name of an output in the plan of this role, or of both.
    private func name(_ output: String, _ role: Role) -> String {
        role == self.role ? output : "\(role.rawValue)_\(output)"
    }

    private mutating func input(_ name: String, _ shape: Shape, _ place: Placement) -> Value {
        request.inputs[name] = place
        return graph.input(name, shape)
    }

    private mutating func latent() -> Value {
        let shape: Shape = [model.training.microbatchSize, model.latentSize]
        addNoise("latent", shape.elementCount, .latent)
        return graph.input("latent", shape)
    }

    private mutating func realBatch() -> Value {
        let shape = Shape([model.training.microbatchSize] + model.exampleShape)
        let batch = real ?? input("real", shape, .arena)
        real = batch
        return batch
    }

    /// `d loss / d generator`, with the discriminators as measuring devices.
    private mutating func generatorGradient(_ made: Value) -> Value {
        let generated = augmented(made)
        var real: Value?
        let losses = (0..<model.input.discriminators).map { copy in
            model.loss.generatorObjective(generated: measured(generated, copy)) {
                let batch = real ?? augmented(realBatch())
                real = batch
                return measured(batch, copy)
            }
        }
        let loss = model.aggregation.loss(losses)
        request.output(name("loss", .generator), loss)
        return generator.gradient(of: loss)
    }

    /// A discriminator's outputs for its part of a batch, while it stands still.
    private func measured(_ batch: Value, _ copy: Int) -> Value {
        discriminator.apply(
            model.input.packs(batch, for: copy), mode: .frozenTraining, copy: copy)
    }

    /// Something of real and of generated examples.
    private typealias RealAndGenerated = (real: Value, generated: Value)

    /// `d loss / d discriminator`; the generated batch is a constant.
    ///
    /// Several discriminators each descend their own loss; what is observed is the mean over them.
    private mutating func discriminatorGradient(_ made: Value) -> Value {
        let made = made.stoppingGradient()
        let (real, generated) = (augmented(realBatch()), augmented(made))
        let batches: [RealAndGenerated] = (0..<model.input.discriminators).map {
            (model.input.packs(real, for: $0), model.input.packs(generated, for: $0))
        }
        let scores = batches.indices.map { discriminatorScores(batches[$0], $0) }
        if !model.discriminator.usesBatchStatistics {
            jointNoiseCount = discriminator.noiseInputs.count
        }
        let terms = scores.map {
            model.loss.discriminatorTerms(real: $0.real, generated: $0.generated)
        }
        var losses = terms.map { $0.real + $0.generated }
        if !model.regularizers.isEmpty {
            let penalties = penalties(batches, scores)
            losses = zip(losses, penalties).map { $0 + $1 }
            request.output("penalty", penalties.mean)
        }
        request.output("loss", losses.mean)
        request.output("loss_real", terms.map(\.real).mean)
        request.output("loss_generated", terms.map(\.generated).mean)
        request.output("score_real", scores.map { $0.real.mean() }.mean)
        request.output("score_generated", scores.map { $0.generated.mean() }.mean)
        return discriminator.gradient(of: losses.sum)
    }

    /// Both batches go through together, or one after the other where batch statistics would
    /// mix them.
    private func discriminatorScores(_ batches: RealAndGenerated, _ copy: Int) -> RealAndGenerated {
        if model.discriminator.usesBatchStatistics {
            return (
                discriminator.apply(batches.real, mode: .training, copy: copy),
                discriminator.apply(batches.generated, mode: .training, copy: copy)
            )
        }
        let batch = batches.real.shape[0]
        let both = discriminator.apply(
            Value.concatenated([batches.real, batches.generated], axis: 0), mode: .training,
            copy: copy)
        return (
            both.sliced(axis: 0, from: 0, count: batch),
            both.sliced(axis: 0, from: batch, count: batch)
        )
    }

    /// The weighted terms of all regularisers, their sum for each discriminator.
    private mutating func penalties(
        _ batches: [RealAndGenerated], _ scores: [RealAndGenerated]
    ) -> [Value] {
        let (model, discriminator) = (model, discriminator)
        return drawing(.interpolation) { uniform in
            batches.indices.map { copy in
                let context = RegularizerContext(
                    real: batches[copy].real, generated: batches[copy].generated,
                    scores: scores[copy], discriminator: discriminator, copy: copy,
                    input: model.input, uniform: uniform)
                return model.regularizers.map { $0.term(context) }.sum
            }
        }
    }

    /// What the discriminator sees of a batch.
    private mutating func augmented(_ images: Value) -> Value {
        let model = model
        return drawing(.augmentation) { model.augmentation.apply(images, uniform: $0) }
    }

    /// What `build` makes of fresh uniform numbers, for which it asks by their shapes.
    private mutating func drawing<Result>(
        _ kind: NoiseInput.Kind, _ build: (@escaping (Shape) -> Value) -> Result
    ) -> Result {
        let (graph, known) = (graph, noise.count { $0.kind == kind })
        var requested: [(name: String, shape: Shape)] = []
        let result = build { shape in
            let name = "\(kind).\(known + requested.count)"
            requested.append((name, shape))
            return graph.input(name, shape)
        }
        for (name, shape) in requested { addNoise(name, shape.elementCount, kind) }
        return result
    }

    private mutating func addDropoutNoise() {
        for (name, count) in generator.noiseInputs { addNoise(name, count, .dropout) }
        for (index, input) in discriminator.noiseInputs.enumerated() {
            addNoise(
                input.name, input.count, .dropout, batches: index < jointNoiseCount ? 2 : 1)
        }
    }

    private mutating func addNoise(
        _ name: String, _ count: Int, _ kind: NoiseInput.Kind, batches: Int = 1
    ) {
        noise.append(NoiseInput(name: name, kind: kind, count: count, batches: batches))
        request.inputs[name] = .arena
    }

    private mutating func storeStatistics(_ role: Role) {
        let trained = role == .generator ? generator : discriminator
        if let statistics = trained.statisticsVector {
            request.output(
                name("statistics", role), statistics, .external(slot: role.statistics, offset: 0))
        }
        if let estimates = trained.estimatesVector {
            request.output(
                name("estimates", role), estimates, .external(slot: role.estimates, offset: 0))
        }
    }

    /// Adds the gradient, divided by the number of microbatches, to the caller's sum.
    private mutating func accumulate(_ gradient: Value, _ role: Role) {
        let place = Placement.external(slot: role.gradient, offset: 0)
        let sum = input(name("gradient_sum", role), gradient.shape, place)
        request.output(
            name("gradient_sum", role),
            sum + gradient * (1 / Double(model.training.microbatches)), place)
    }

    private mutating func apply(_ gradient: Value) {
        let vector = trained.parameterVector
        let count = trained.network.parameters.count
        let slotPlaces = rule.optimizer.slotNames.indices.map {
            Placement.external(
                slot: role.slots, offset: OptimizerState.offset(ofSlot: $0, count))
        }
        let slots = zip(rule.optimizer.slotNames, slotPlaces).map { name, place in
            input("slot.\(name)", vector.shape, place)
        }
        let scalars = (0..<rule.optimizer.scalarCount).map {
            input("scalar.\($0)", .scalar, .external(slot: MemorySlot.scalars, offset: $0))
        }
        let next = rule.optimizer.update(
            parameters: vector, gradient: rule.clipped(gradient), slots: slots, scalars: scalars)
        var parameters = next.parameters
        if role == .discriminator, let limit = model.loss.parameterLimit {
            parameters = parameters.clamped(to: limit)
        }
        for (index, slot) in next.slots.enumerated() {
            request.output("slot.\(rule.optimizer.slotNames[index])", slot, slotPlaces[index])
        }
        request.output("parameters", parameters, .external(slot: role.parameters, offset: 0))
    }
}
