import Adversarial
import Datasets
import FileFormats
import NeuralNetwork
import Population

/// Names, order and contents of the tensors of a checkpoint.
///
/// `generator.0.dense1.weight` is `[out, in]`, as PyTorch's `Linear` has it; optimiser slots are
/// vectors in the order of memory, where weights are `[in, out]`. What belongs to a
/// discriminator stands under its own number, whoever it sits with, and so does the state that it
/// trains with, also where that stays at the seat; `population.pairing[p]` is the discriminator
/// of pair p. Members are counted within the population.
struct CheckpointTensors {
    private let plan: ExperimentPlan
    private let state: PopulationState
    /// The tensors of one member and role, in order.
    private let perMember: [Role: [SafetensorsLayout.Tensor]]

    init(_ plan: ExperimentPlan, _ state: PopulationState) {
        self.plan = plan
        self.state = state
        var perMember: [Role: [SafetensorsLayout.Tensor]] = [:]
        for role in Role.allCases { perMember[role] = Self.tensors(role, plan.model) }
        self.perMember = perMember
    }

    private static func tensors(
        _ role: Role, _ model: AdversarialModel
    ) -> [SafetensorsLayout.Tensor] {
        let network = role == .generator ? model.generator : model.discriminator
        let rule = role == .generator ? model.generatorRule : model.discriminatorRule
        let entries = network.parameters.entries + network.statistics.entries
        return entries.map { .init(name: $0.name, type: .float32, shape: $0.fileShape) }
            + rule.optimizer.slotNames.map {
                .init(
                    name: "optimizer.\($0)", type: .float32, shape: [network.parameters.count])
            } + [.init(name: "optimizer.update_count", type: .int64, shape: [1])]
    }

    /// The header of any checkpoint of this experiment has at most so many bytes.
    static func headerBound(_ plan: ExperimentPlan) -> Int {
        let pairs = plan.population.pairs
        let swaps = plan.schedule.swapCount
        // Update counts, and what the whole population has.
        let fileSize =
            pairs * (plan.bytesPerPair + 24) + swaps * (8 + 4 * pairs)
            + SafetensorsLayout.largestHeaderBytes
        let perPair = Role.allCases.flatMap { role in
            tensors(role, plan.model).map { tensor in
                SafetensorsLayout.Tensor(
                    name: name(role, pairs - 1, tensor), type: tensor.type, shape: tensor.shape
                ).headerBound(fileSize: fileSize)
            }
        }.reduce(0, +)
        return pairs * perPair + largestCommonHeaderBytes
    }

    /// Metadata, pairing and lineage: some hundred bytes.
    private static let largestCommonHeaderBytes = 4096

    private static func name(
        _ role: Role, _ member: Int, _ tensor: SafetensorsLayout.Tensor
    ) -> String {
        "\(role.rawValue).\(member).\(tensor.name)"
    }

    /// The layout of the checkpoint of `step` after `swaps` swaps.
    func layout(step: Int, swaps: Int) -> SafetensorsLayout {
        var tensors: [SafetensorsLayout.Tensor] = []
        for role in Role.allCases {
            for member in 0..<plan.population.pairs {
                tensors += perMember[role]!.map {
                    .init(
                        name: Self.name(role, member, $0), type: $0.type, shape: $0.shape)
                }
            }
        }
        tensors.append(
            .init(name: "population.pairing", type: .int64, shape: [plan.population.pairs]))
        if swaps > 0 {
            tensors.append(.init(name: "lineage.step", type: .int64, shape: [swaps]))
            tensors.append(
                .init(
                    name: "lineage.source_pair", type: .int32,
                    shape: [swaps, plan.population.pairs]))
        }
        return SafetensorsLayout(
            tensors: tensors, metadata: metadata(step: step), hasChecksums: true)
    }

    private func metadata(step: Int) -> [String: String] {
        [
            "format": "quadrille-checkpoint", "format_version": "1", "step": "\(step)",
            "seed": "\(plan.seed)", "first_member": "\(plan.population.firstMember)",
            "example_shape": plan.data.exampleShape.map(String.init).joined(separator: ","),
            "data_fingerprint": plan.data.fingerprint,
            "experiment_hash": RunName.hash(of: plan),
        ]
    }

    /// Gives `write` each tensor of one pair and of the discriminator that sits with it.
    func forEachTensor(
        pair: Int, discriminator: Int, _ write: (Int, UnsafeRawBufferPointer) -> Void
    ) {
        let model = plan.model
        member(
            pair, .generator, model.generator, state.generators[pair],
            state.generatorStatistics[pair], state.generatorOptimizers[pair], write)
        member(
            discriminator, .discriminator, model.discriminator,
            state.discriminators[discriminator],
            state.statistics(discriminator: discriminator, seat: pair),
            state.optimizer(discriminator: discriminator, seat: pair), write)
    }

    private func member(
        _ member: Int, _ role: Role, _ network: Network, _ state: NetworkState,
        _ statistics: FloatVector, _ optimizer: OptimizerState,
        _ write: (Int, UnsafeRawBufferPointer) -> Void
    ) {
        let before = role == .generator ? 0 : plan.population.pairs * perMember[.generator]!.count
        var index = before + member * perMember[role]!.count
        func give(_ part: Slice<UnsafeMutableBufferPointer<Float>>) {
            write(index, UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: part)))
            index += 1
        }
        for entry in network.parameters.entries {
            let part = state.parameters.elements[entry.offset..<(entry.offset + entry.count)]
            entry.transposed(part, toFile: true).withUnsafeBytes { write(index, $0) }
            index += 1
        }
        for entry in network.statistics.entries {
            give(statistics.elements[entry.offset..<(entry.offset + entry.count)])
        }
        for slot in optimizer.slotNames.indices { give(optimizer.slot(slot)[...]) }
        withUnsafeBytes(of: Int64(optimizer.updateCount)) { write(index, $0) }
    }

    /// Gives `write` the tensors of the population as a whole.
    func forEachPopulationTensor(
        pairing: Pairing, lineage: Lineage, swaps: Int,
        _ write: (Int, UnsafeRawBufferPointer) -> Void
    ) {
        let first =
            plan.population.pairs
            * (perMember[.generator]!.count + perMember[.discriminator]!.count)
        pairing.discriminatorOfPair.map(Int64.init).withUnsafeBytes { write(first, $0) }
        guard swaps > 0 else { return }
        let events = lineage.events.prefix(swaps)
        precondition(events.count == swaps, "the lineage misses a swap")
        events.map { Int64($0.step) }.withUnsafeBytes { write(first + 1, $0) }
        (0..<swaps).flatMap { Array(lineage.sourcePairs(at: $0)) }
            .withUnsafeBytes { write(first + 2, $0) }
    }
}
