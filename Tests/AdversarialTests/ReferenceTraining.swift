import Adversarial
import GraphExecution
import NeuralNetwork
import Randomness
import TensorGraph

/// Parameters, statistics, estimates and optimiser slots of a pair in double precision, by input
/// name.
struct PairState {
    var values: [String: [Double]] = [:]
    /// Optimiser slots by role.
    var slots: [Role: [String: [Double]]] = [:]

    /// Zeros.
    init(_ model: AdversarialModel) {
        for (role, network, rule) in [
            (Role.generator, model.generator, model.generatorRule),
            (.discriminator, model.discriminator, model.discriminatorRule),
        ] {
            let zeros = [Double](repeating: 0, count: network.parameters.count)
            values["\(role.rawValue).parameters"] = zeros
            values["\(role.rawValue).statistics"] = [Double](
                repeating: 0, count: network.statistics.count)
            values["\(role.rawValue).estimates"] = [Double](
                repeating: 0, count: network.estimates.count)
            slots[role] = Dictionary(
                uniqueKeysWithValues: rule.optimizer.slotNames.map { ("slot.\($0)", zeros) })
        }
    }

    /// What `pair` holds now.
    init(_ pair: TestPair) {
        self.init(pair.model)
        values["generator.parameters"] = pair.seat.generator.parameters.values
        values["generator.statistics"] = pair.seat.generatorStatistics.values
        values["generator.estimates"] = pair.seat.generator.estimates.values
        values["discriminator.estimates"] = pair.seat.discriminator.estimates.values
        values["discriminator.parameters"] = pair.seat.discriminator.parameters.values
        values["discriminator.statistics"] = pair.seat.discriminatorStatistics.values
    }
}

/// One update as its graph says, evaluated in double precision.
struct GraphUpdate {
    let role: Role
    private let rule: UpdateRule
    private let outputs: [(name: String, value: Value)]
    /// Names, shapes: what is filled with uniform numbers for dropout, in the order of drawing.
    let dropout: [(name: String, shape: Shape)]
    let interpolations: [(name: String, shape: Shape)]
    let augmentations: [(name: String, shape: Shape)]

    init(_ model: AdversarialModel, _ role: Role) {
        self.role = role
        rule = role == .generator ? model.generatorRule : model.discriminatorRule
        let request = UpdateGraph(model, role, .whole).request
        outputs = request.outputs.map { ($0.name, $0.value) }
        let inputs = outputs[0].value.graph.nodes.compactMap { $0.primitive as? Input }
            .map { (name: $0.inputName, shape: $0.shape) }
        dropout =
            inputs.filter { $0.name.hasPrefix("generator.noise") }
            + inputs.filter { $0.name.hasPrefix("discriminator.noise") }
        interpolations = inputs.filter { $0.name.hasPrefix("interpolation") }
        augmentations = inputs.filter { $0.name.hasPrefix("augmentation") }
    }

    /// Moves the role's part of `state` on; `number` counts the role's updates from 1.
    func run(
        _ state: inout PairState, _ inputs: [String: [Double]], number: Int, learningRate: Double
    ) -> [String: [Double]] {
        let written = FloatVector(count: max(rule.optimizer.scalarCount, 1))
        rule.optimizer.writeScalars(
            learningRate: learningRate, update: number, into: written.elements)
        var all = inputs.merging(state.values) { $1 }.merging(state.slots[role]!) { $1 }
        for index in 0..<rule.optimizer.scalarCount {
            all["scalar.\(index)"] = [Double(written.elements[index])]
        }
        let results = ReferenceEvaluator.evaluate(outputs.map(\.value), inputs: all)
        let named = Dictionary(uniqueKeysWithValues: zip(outputs.map(\.name), results))
        for (name, values) in named where name.hasPrefix("slot.") {
            state.slots[role]![name] = values
        }
        for part in ["parameters", "statistics", "estimates"] {
            if let values = named[part] { state.values["\(role.rawValue).\(part)"] = values }
        }
        return named
    }
}

/// The training loop of the documentation in its plainest form: every update a whole batch, every
/// random number drawn where the scheme says.
struct ReferenceTraining {
    let pair: TestPair
    private let generator: GraphUpdate
    private let discriminator: GraphUpdate
    private(set) var state: PairState
    private var updateCounts: [Role: Int] = [:]
    /// The outputs of each role's last update.
    private(set) var last: [Role: [String: [Double]]] = [:]
    private let steps: Int

    /// - Parameter wholeBatch: the pair's model without microbatches, in alternating order.
    init(_ pair: TestPair, wholeBatch model: AdversarialModel, steps: Int = 1000) {
        self.pair = pair
        self.steps = steps
        generator = GraphUpdate(model, .generator)
        discriminator = GraphUpdate(model, .discriminator)
        state = PairState(pair)
    }

    mutating func train(_ range: ClosedRange<Int>) {
        let training = pair.model.training
        for step in range {
            for update in 0..<(training.discriminatorUpdates - 1) {
                apply(discriminator, step, update, latentUpdate: update, at: state)
            }
            let last = training.discriminatorUpdates - 1
            let beforeLast = state
            apply(discriminator, step, last, latentUpdate: last, at: state)
            for update in 0..<training.generatorUpdates {
                let isSimultaneous = training.order == .simultaneous && update == 0
                let number = training.discriminatorUpdates + update
                apply(
                    generator, step, number, latentUpdate: training.reusesLatent ? last : number,
                    at: isSimultaneous ? beforeLast : state)
            }
        }
    }

    /// Replaces the updated role's values by what follows from those of `origin`.
    private mutating func apply(
        _ graph: GraphUpdate, _ step: Int, _ update: Int, latentUpdate: Int, at origin: PairState
    ) {
        let (role, streams, training) = (graph.role, pair.seat.streams, pair.model.training)
        let rule = role == .generator ? pair.model.generatorRule : pair.model.discriminatorRule
        updateCounts[role, default: 0] += 1
        var inputs = ["latent": pair.latents(step: step, update: latentUpdate)]
        // The generator's updates see the batch of the last discriminator update.
        let batch = min(update, training.discriminatorUpdates - 1)
        inputs["real"] = pair.realBatch((step - 1) * training.discriminatorUpdates + batch)
        for (purpose, names) in [
            (Purpose.dropout, graph.dropout), (.interpolation, graph.interpolations),
            (.augmentation, graph.augmentations),
        ] {
            let stream = streams.noise(purpose, step: step, update: update)
            var words = 0
            for (name, shape) in names {
                // Twice what it judges: real and generated, each from a block of its own.
                let judged = training.batchSize / pair.model.input.examplesPerJudgement
                let parts = name.hasPrefix("discriminator.noise") ? shape[0] / judged : 1
                inputs[name] = []
                for _ in 0..<parts {
                    let count = shape.elementCount / parts
                    inputs[name]! += (0..<count).map {
                        Double(stream.word(words + $0) >> 8) / 16_777_216
                    }
                    words += (count + 3) / 4 * 4
                }
            }
        }
        var moved = origin
        last[role] = graph.run(
            &moved, inputs, number: updateCounts[role]!,
            learningRate: rule.learningRate * rule.schedule.factor(step: step, of: steps))
        state.slots[role] = moved.slots[role]
        for part in ["parameters", "statistics", "estimates"] {
            state.values["\(role.rawValue).\(part)"] = moved.values["\(role.rawValue).\(part)"]
        }
    }
}
