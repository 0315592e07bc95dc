import Adversarial
import GraphExecution
import NeuralNetwork
import OracleSupport
import TensorGraph
import Testing

/// Three alternating steps of a small pair, against PyTorch: the same weights, batches, latents
/// and interpolation weights.
@Suite struct WholePairTests {
    /// A part of the oracles: perceptrons, DCGANs of width 2 on 16x16 images, and perceptrons that
    /// judge packs or are several beside one generator.
    enum Subject: CaseIterable {
        case perceptrons, convolutions, discriminatorInputs

        var oracle: OracleValue {
            switch self {
            case .perceptrons: OracleValue.pytorch["whole_pair"]
            case .convolutions: OracleValue.pytorch["convolutional_pair"]
            case .discriminatorInputs: OracleValue.discriminatorInputs
            }
        }

        /// The weights that a case begins with.
        func start(_ expected: OracleValue) -> OracleValue {
            expected.members["start"] ?? oracle["start"]
        }

        func model(_ expected: OracleValue) throws -> AdversarialModel {
            let rate = oracle["learning_rate"].number
            let loss = expected["name"].text
            let regularizers =
                expected.members["regularizers"].map { $0.elements.map(\.text) } ?? []
            let networks =
                switch self {
                case .perceptrons, .discriminatorInputs:
                    """
                    generator = { latent_size = 3, hidden = [5], output = "sigmoid" }
                    discriminator.hidden = [5]
                    """
                case .convolutions:
                    """
                    generator = { network = "dcgan", width = 2, latent_size = 3, output = "tanh" }
                    [discriminator]
                    network = "dcgan"
                    width = 2
                    normalization = "\(expected["normalization"].text)"
                    """
                }
            return try AdversarialTests.model(
                """
                loss.name = "\(loss)"
                \(expected.members["toml"]?.text ?? "loss.regularizers = \(regularizers)")
                optimizer.generator.learning_rate = \(rate)
                optimizer.discriminator.learning_rate = \(rate)
                \(networks)
                """, exampleShape: self == .convolutions ? [16, 16, 2] : [2],
                batchSize: self == .discriminatorInputs ? 12 : 4)
        }
    }

    /// The inputs of one update that are not state.
    private func inputs(
        _ batch: OracleValue, _ role: Role, _ model: AdversarialModel
    ) -> [String: [Double]] {
        var inputs = [
            "latent": batch["\(role.rawValue)_latent"].data, "real": batch["real"].data,
        ]
        let packs = model.training.batchSize / model.input.examplesPerJudgement
        for copy in 0..<model.input.discriminators {
            inputs["interpolation.\(copy)"] = Array(
                batch["epsilon"].data[(copy * packs)..<((copy + 1) * packs)])
        }
        return inputs
    }

    private func logNames(_ role: Role, hasPenalty: Bool) -> [(output: String, column: String)] {
        guard role == .discriminator else { return [("loss", "g_loss")] }
        return [
            ("loss", "d_loss"), ("loss_real", "d_loss_real"), ("loss_generated", "d_loss_fake"),
            ("score_real", "d_real"), ("score_generated", "d_fake"),
        ] + (hasPenalty ? [("penalty", "penalty")] : [])
    }

    private func norm(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    /// The graph as written, in double precision.
    @Test(arguments: Subject.allCases) func graphsAgreeWithPyTorch(subject: Subject) throws {
        let oracle = subject.oracle
        for expected in oracle["cases"].elements {
            let loss = expected["name"].text
            let model = try subject.model(expected)
            let updates = Role.allCases.map { GraphUpdate(model, $0) }
            var state = PairState(model)
            state.values["generator.parameters"] = model.generator.parameters.vector(
                subject.start(expected)["generator"])
            state.values["discriminator.parameters"] = model.discriminator.parameters.vector(
                subject.start(expected)["discriminator"])
            let estimates = model.discriminator.estimates
            state.values["discriminator.estimates"] = estimates.vector(
                ifAnyOf: expected, "estimates")
            for (index, batch) in oracle["batches"].elements.enumerated() {
                let log = expected["log"].elements[index]
                for update in updates.reversed() {
                    let outputs = update.run(
                        &state, inputs(batch, update.role, model), number: index + 1,
                        learningRate: oracle["learning_rate"].number)
                    for (output, column) in logNames(
                        update.role, hasPenalty: !model.regularizers.isEmpty)
                    {
                        check(outputs[output]!, [log[column].number], "\(loss) \(column)", 1e-7)
                    }
                    let column = update.role == .generator ? "g_grad_norm" : "d_grad_norm"
                    check(
                        [norm(outputs["gradient"]!)], [log[column].number], "\(loss) \(column)",
                        1e-7)
                }
            }
            check(
                state.values["discriminator.estimates"]!,
                estimates.vector(ifAnyOf: expected, "estimates_after"), "\(loss) estimates", 1e-7)
            for (role, network) in [
                (Role.generator, model.generator), (.discriminator, model.discriminator),
            ] {
                check(
                    state.values["\(role.rawValue).parameters"]!,
                    network.parameters.vector(expected[role.rawValue]), "\(loss) \(role)", 1e-7)
            }
        }
    }

    /// The plans that training runs, in single precision.
    @Test(arguments: Subject.allCases) func plansAgreeWithPyTorch(subject: Subject) throws {
        let oracle = subject.oracle
        for expected in oracle["cases"].elements {
            let loss = expected["name"].text
            // The last bias has no slope there, and Adam makes steps of what roundings leave of it.
            if loss == "relativistic" { continue }
            let pair = PlannedPair(try subject.model(expected), subject.start(expected))
            pair.setEstimates(expected)
            for (index, batch) in oracle["batches"].elements.enumerated() {
                let log = expected["log"].elements[index]
                for role in [Role.discriminator, .generator] {
                    let plan = pair.run(
                        role, inputs(batch, role, pair.model), number: index + 1)
                    for (output, column) in logNames(
                        role, hasPenalty: !pair.model.regularizers.isEmpty)
                    {
                        check(
                            pair.read(output, plan), [log[column].number], "\(loss) \(column)",
                            1e-5)
                    }
                }
            }
            for (role, network) in pair.networks {
                check(
                    pair[parameters: role].values,
                    network.parameters.vector(expected[role.rawValue]), "\(loss) \(role)", 1e-5)
            }
        }
    }

    /// DCGANs after 100 steps with the same three batches over and over.
    @Test func aHundredStepsStayWithPyTorch() throws {
        let subject = Subject.convolutions
        let (oracle, expected) = (subject.oracle, subject.oracle["cases"].elements[0])
        let batches = oracle["batches"].elements
        let after = expected["after_100_steps"]
        let pair = PlannedPair(try subject.model(expected), subject.start(expected))
        for step in 1...100 {
            for role in [Role.discriminator, .generator] {
                let batch = batches[(step - 1) % batches.count]
                let plan = pair.run(role, inputs(batch, role, pair.model), number: step)
                guard step == 100 else { continue }
                for (output, column) in logNames(role, hasPenalty: false) {
                    let wanted = after["log"].elements[0][column].number
                    check(pair.read(output, plan), [wanted], column, 1e-2)
                }
            }
        }
        for (role, network) in pair.networks {
            check(
                pair[parameters: role].values, network.parameters.vector(after[role.rawValue]),
                "\(role)", 1e-2)
        }
    }

    private func check(
        _ actual: [Double], _ expected: [Double], _ what: String, _ tolerance: Double
    ) {
        let problem = difference(actual, expected, relative: tolerance, absolute: tolerance)
        #expect(problem == nil, "\(what): \(problem!)")
    }
}

/// The memory of a pair whose plans get their random numbers from the test.
private final class PlannedPair {
    let model: AdversarialModel
    private let plans: TrainingPlans
    private let arena: FloatVector
    private let scalars = FloatVector(count: 8)
    private var slots: [Int: FloatVector] = [:]

    /// - Parameter start: the parameters of both networks, as PyTorch has them.
    init(_ model: AdversarialModel, _ start: OracleValue) {
        self.model = model
        plans = TrainingPlans(model)
        arena = FloatVector(count: plans.arenaCount)
        func optimizerSlots(_ rule: UpdateRule, _ network: Network) -> FloatVector {
            OptimizerState(rule: rule, parameterCount: network.parameters.count).slots
        }
        slots = [
            MemorySlot.generatorParameters: FloatVector(count: model.generator.parameters.count),
            MemorySlot.discriminatorParameters: FloatVector(
                count: model.discriminator.parameters.count),
            MemorySlot.generatorSlots: optimizerSlots(model.generatorRule, model.generator),
            MemorySlot.discriminatorSlots: optimizerSlots(
                model.discriminatorRule, model.discriminator),
            MemorySlot.generatorStatistics: FloatVector(statisticsOf: model.generator),
            MemorySlot.discriminatorStatistics: FloatVector(statisticsOf: model.discriminator),
            MemorySlot.discriminatorEstimates: FloatVector(
                count: model.discriminator.estimates.count),
            MemorySlot.scalars: scalars,
        ]
        for (role, network) in networks {
            self[parameters: role].set(network.parameters.vector(start[role.rawValue]))
        }
    }

    var networks: [Role: Network] {
        [.generator: model.generator, .discriminator: model.discriminator]
    }

    func setEstimates(_ expected: OracleValue) {
        slots[MemorySlot.discriminatorEstimates]!.set(
            model.discriminator.estimates.vector(ifAnyOf: expected, "estimates"))
    }

    subscript(parameters role: Role) -> FloatVector {
        slots[
            role == .generator
                ? MemorySlot.generatorParameters : MemorySlot.discriminatorParameters]!
    }

    func run(_ role: Role, _ inputs: [String: [Double]], number: Int) -> ExecutionPlan {
        let plan = plans.whole[role]!.plan
        let rule = role == .generator ? model.generatorRule : model.discriminatorRule
        rule.optimizer.writeScalars(
            learningRate: rule.learningRate, update: number, into: scalars.elements)
        for (name, values) in inputs {
            guard let place = plan.input(name) else { continue }
            precondition(place.location.slot == Location.arenaSlot && place.count == values.count)
            for (index, value) in values.enumerated() {
                arena.elements[Int(place.location.offset) + index] = Float(value)
            }
        }
        var bases = (0..<MemorySlot.count).map { slots[$0]?.base ?? arena.base }
        bases.withUnsafeMutableBufferPointer { PlanInterpreter.run(plan, $0.baseAddress!) }
        return plan
    }

    func read(_ output: String, _ plan: ExecutionPlan) -> [Double] {
        let (location, count) = plan.output(output)
        let base = Int(location.slot) == Location.arenaSlot ? arena : slots[Int(location.slot)]!
        return (0..<count).map { Double(base.elements[Int(location.offset) + $0]) }
    }
}
