import Adversarial
import Datasets
import FileFormats
import NeuralNetwork
import Population

/// Names, order and contents of the tensors of a checkpoint.
///
/// `generator.0.dense1.weight` is `[out, in]`, as PyTorch's `Linear` has it; optimiser slots are
/// vectors in the order of memory, where weights are `[in, out]`. Running averages of weights,
/// where they are kept, are named as `generator.0.average.dense1.weight`. What belongs to a
/// discriminator stands under its own number, whoever it sits with, and so does the state that it
/// trains with, also where that stays at the seat; `population.pairing[p]` is the discriminator
/// of pair p, and `population.arrival_step[p]` the step after which it came (-1: it always sat
/// there). Members are counted within the population.
struct CheckpointTensors {
    private let plan: ExperimentPlan
    private let state: PopulationState
    /// The tensors of one member, by role and group, in order.
    private let perMember: [Role: [[SafetensorsLayout.Tensor]]]
    /// By role and member: the place of its first tensor. Generators come first.
    private let firsts: [Role: [Int]]
    /// Tensors of all members.
    private let memberTensorCount: Int

    init(_ plan: ExperimentPlan, _ state: PopulationState) {
        self.plan = plan
        self.state = state
        var perMember: [Role: [[SafetensorsLayout.Tensor]]] = [:]
        var firsts: [Role: [Int]] = [:]
        var next = 0
        for role in Role.allCases {
            let groups = plan.groups.all.map { Self.tensors(role, $0.model, plan) }
            perMember[role] = groups
            firsts[role] = zip(plan.groups.all, groups).flatMap { group, tensors in
                group.pairs.map { _ in
                    defer { next += tensors.count }
                    return next
                }
            }
        }
        self.perMember = perMember
        self.firsts = firsts
        memberTensorCount = next
    }

    private static func tensors(
        _ role: Role, _ model: AdversarialModel, _ plan: ExperimentPlan
    ) -> [SafetensorsLayout.Tensor] {
        let network = role == .generator ? model.generator : model.discriminator
        let rule = role == .generator ? model.generatorRule : model.discriminatorRule
        let entries =
            network.parameters.entries + network.statistics.entries + network.estimates.entries
        let averages =
            role == .generator && model.generatorAverage != nil ? network.parameters.entries : []
        return entries.map { .init(name: $0.name, type: .float32, shape: $0.fileShape) }
            + averages.map {
                .init(name: "average.\($0.name)", type: .float32, shape: $0.fileShape)
            }
            + rule.optimizer.slotNames.map {
                .init(
                    name: "optimizer.\($0)", type: .float32, shape: [network.parameters.count])
            } + [.init(name: "optimizer.update_count", type: .int64, shape: [1])]
            + (role == .generator && plan.record.recovery ? recoveryTensors : [])
    }

    /// The losses of a `RecoveryClock`; then the step of its swap and the steps to recovery.
    private static let recoveryTensors: [SafetensorsLayout.Tensor] = [
        .init(name: "recovery.losses", type: .float32, shape: [2 * RecoveryClock.before]),
        .init(name: "recovery.steps", type: .int64, shape: [2]),
    ]

    /// The header of any checkpoint of this experiment has at most so many bytes.
    static func headerBound(_ plan: ExperimentPlan) -> Int {
        let pairs = plan.population.pairs
        let swaps = plan.schedule.swapCount
        // Update counts, and what the whole population has.
        let fileSize =
            plan.groups.byteCount + pairs * 24 + swaps * (8 + 4 * pairs)
            + SafetensorsLayout.largestHeaderBytes
        let members = plan.groups.all.map { group in
            let perPair = Role.allCases.flatMap { role in
                tensors(role, group.model, plan).map { tensor in
                    SafetensorsLayout.Tensor(
                        name: name(role, pairs - 1, tensor), type: tensor.type, shape: tensor.shape
                    ).headerBound(fileSize: fileSize)
                }
            }.reduce(0, +)
            return group.pairs.count * perPair
        }
        return members.reduce(0, +) + largestCommonHeaderBytes
    }

    /// Metadata and the population as a whole: some hundred bytes.
    private static let largestCommonHeaderBytes = 4096

    private static func name(
        _ role: Role, _ member: Int, _ tensor: SafetensorsLayout.Tensor
    ) -> String {
        "\(role.rawValue).\(member).\(tensor.name)"
    }

    /// The layout of the checkpoint of `step`.
    func layout(step: Int) -> SafetensorsLayout {
        var tensors: [SafetensorsLayout.Tensor] = []
        for role in Role.allCases {
            for member in 0..<plan.population.pairs {
                tensors += perMember[role]![plan.groups.number(of: member)].map {
                    .init(
                        name: Self.name(role, member, $0), type: $0.type, shape: $0.shape)
                }
            }
        }
        let pairs = plan.population.pairs
        tensors += [
            .init(name: "population.pairing", type: .int64, shape: [pairs]),
            .init(name: "population.arrival_step", type: .int64, shape: [pairs]),
            .init(name: "population.swap_count", type: .int64, shape: [1]),
            .init(name: "population.lineage_digest", type: .uint64, shape: [1]),
        ]
        return SafetensorsLayout(
            tensors: tensors, metadata: metadata(step: step), hasChecksums: true)
    }

    private func metadata(step: Int) -> [String: String] {
        [
            "format": "quadrille-checkpoint", "format_version": "1", "step": "\(step)",
            "seed": "\(plan.seed)", "first_member": "\(plan.population.firstMember)",
            "example_shape": plan.data.exampleShape.map(String.init).joined(separator: ","),
            "data_fingerprint": plan.groups.dataFingerprint,
            "experiment_hash": RunName.hash(of: plan),
        ]
    }

    /// Gives `write` each tensor of one pair and of the discriminator that sits with it.
    func forEachTensor(
        pair: Int, discriminator: Int, _ write: (Int, UnsafeRawBufferPointer) -> Void
    ) {
        member(
            pair, .generator, plan.groups.group(of: pair).model.generator, state.generators[pair],
            state.generatorStatistics[pair], state.generatorOptimizers[pair], write)
        if plan.record.recovery { recovery(pair, write) }
        member(
            discriminator, .discriminator,
            plan.groups.group(of: discriminator).model.discriminator,
            state.discriminators[discriminator],
            state.statistics(discriminator: discriminator, seat: pair),
            state.optimizer(discriminator: discriminator, seat: pair), write)
    }

    /// The last tensors of a generator.
    private func recovery(_ pair: Int, _ write: (Int, UnsafeRawBufferPointer) -> Void) {
        let clock = state.recoveryClocks[pair]
        let count = perMember[.generator]![plan.groups.number(of: pair)].count
        let end = firsts[.generator]![pair] + count
        write(end - 2, clock.losses.bytes)
        [Int64(clock.swapStep), Int64(clock.recoverySteps)].withUnsafeBytes { write(end - 1, $0) }
    }

    private func member(
        _ member: Int, _ role: Role, _ network: Network, _ state: NetworkState,
        _ statistics: FloatVector, _ optimizer: OptimizerState,
        _ write: (Int, UnsafeRawBufferPointer) -> Void
    ) {
        var index = firsts[role]![member]
        func give(_ part: Slice<UnsafeMutableBufferPointer<Float>>) {
            write(index, UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: part)))
            index += 1
        }
        func give(parameters: FloatVector) {
            for entry in network.parameters.entries {
                let part = parameters.elements[entry.offset..<(entry.offset + entry.count)]
                entry.transposed(part, toFile: true).withUnsafeBytes { write(index, $0) }
                index += 1
            }
        }
        give(parameters: state.parameters)
        for entry in network.statistics.entries {
            give(statistics.elements[entry.offset..<(entry.offset + entry.count)])
        }
        for entry in network.estimates.entries {
            give(state.estimates.elements[entry.offset..<(entry.offset + entry.count)])
        }
        if !state.average.elements.isEmpty { give(parameters: state.average) }
        for slot in optimizer.slotNames.indices { give(optimizer.slot(slot)[...]) }
        withUnsafeBytes(of: Int64(optimizer.updateCount)) { write(index, $0) }
    }

    /// Gives `write` the tensors of the population as a whole.
    func forEachPopulationTensor(
        _ lineage: LineageSummary, _ write: (Int, UnsafeRawBufferPointer) -> Void
    ) {
        let first = memberTensorCount
        lineage.pairing.discriminatorOfPair.map(Int64.init)
            .withUnsafeBytes { write(first, $0) }
        lineage.arrivalSteps.map(Int64.init).withUnsafeBytes { write(first + 1, $0) }
        withUnsafeBytes(of: Int64(lineage.swapCount)) { write(first + 2, $0) }
        withUnsafeBytes(of: lineage.digest) { write(first + 3, $0) }
    }
}
