import Adversarial
import FileFormats
import NeuralNetwork
import Population

/// The population as a checkpoint has it: where a resumed run begins.
package struct RestoredPopulation: Sendable {
    package let step: Int
    /// Who sits with whom at the end of `step`, before a swap that follows it.
    package let pairing: Pairing
    package let lineage: Lineage

    /// The population before the first step.
    package static func initial(pairs: Int) -> RestoredPopulation {
        let pairing = Pairing.initial(pairs: pairs)
        return RestoredPopulation(
            step: 0, pairing: pairing, lineage: Lineage(initialPairing: pairing))
    }
}

extension PopulationState {
    /// Fills all memory with what a checkpoint of the same experiment holds.
    ///
    /// - Throws: `DataError` for a tensor that is missing or has another type or shape, a pairing
    ///   that is none, and a lineage that does not lead to the pairing.
    package func restore(
        from checkpoint: SafetensorsFile, file: String
    ) throws -> RestoredPopulation {
        let reader = CheckpointReader(checkpoint, file: file)
        let restored = try reader.population(pairs: generators.count)
        for pair in generators.indices {
            let discriminator = restored.pairing.discriminatorOfPair[pair]
            try reader.restore(
                .generator, pair, network: plan.model.generator, generators[pair],
                generatorOptimizers[pair], generatorStatistics[pair])
            try reader.restore(
                .discriminator, discriminator, network: plan.model.discriminator,
                discriminators[discriminator],
                optimizer(discriminator: discriminator, seat: pair),
                statistics(discriminator: discriminator, seat: pair))
        }
        noteArrivals(restored.lineage)
        return restored
    }
}

/// Reads the tensors that `CheckpointTensors` writes.
private struct CheckpointReader {
    let checkpoint: SafetensorsFile
    let file: String

    init(_ checkpoint: SafetensorsFile, file: String) {
        self.checkpoint = checkpoint
        self.file = file
    }

    func population(pairs: Int) throws -> RestoredPopulation {
        guard let step = checkpoint.metadata["step"].flatMap(Int.init), step >= 0 else {
            throw DataError(file: file, "the checkpoint names no step")
        }
        let seats = try integers("population.pairing", [pairs], .int64, Int64.self)
        let pairing = Pairing(discriminatorOfPair: seats.map { Int(clamping: $0) })
        guard pairing.isPermutation else {
            throw DataError(file: file, "population.pairing is no permutation: \(seats)")
        }
        let lineage = try lineage(pairs: pairs)
        guard lineage.currentPairing == pairing else {
            throw DataError(file: file, "the lineage does not lead to population.pairing")
        }
        return RestoredPopulation(step: step, pairing: pairing, lineage: lineage)
    }

    private func lineage(pairs: Int) throws -> Lineage {
        var lineage = Lineage(initialPairing: .initial(pairs: pairs))
        guard let events = checkpoint.tensor(named: "lineage.step")?.shape.first else {
            return lineage
        }
        let steps = try integers("lineage.step", [events], .int64, Int64.self)
        let sources = try integers(
            "lineage.source_pair", [events, pairs], .int32, Int32.self)
        for event in 0..<events {
            let moves = sources[event * pairs..<(event + 1) * pairs].map { Int($0) }
            let previous = lineage.currentPairing.discriminatorOfPair
            guard Pairing(discriminatorOfPair: moves).isPermutation,
                steps[event] > (event == 0 ? 0 : steps[event - 1])
            else { throw DataError(file: file, "event \(event + 1) of the lineage is no swap") }
            lineage.append(
                SwapEvent(number: event + 1, step: Int(steps[event])),
                pairing: Pairing(discriminatorOfPair: moves.map { previous[$0] }))
        }
        return lineage
    }

    func restore(
        _ role: Role, _ member: Int, network: Network, _ state: NetworkState,
        _ optimizer: OptimizerState, _ statistics: FloatVector
    ) throws {
        let prefix = "\(role.rawValue).\(member)"
        for entry in network.parameters.entries {
            let values = try floats("\(prefix).\(entry.name)", entry.fileShape)
            copy(entry.transposed(values, toFile: false), to: state.parameters, at: entry.offset)
        }
        for entry in network.statistics.entries {
            let values = try floats("\(prefix).\(entry.name)", entry.fileShape)
            copy(entry.transposed(values, toFile: false), to: statistics, at: entry.offset)
        }
        for (index, name) in optimizer.slotNames.enumerated() {
            let values = try floats(
                "\(prefix).optimizer.\(name)", [network.parameters.count])
            _ = optimizer.slot(index).update(fromContentsOf: values)
        }
        let name = "\(prefix).optimizer.update_count"
        let count = try integers(name, [1], .int64, Int64.self)[0]
        guard count >= 0 else { throw DataError(file: file, "\(name) is \(count)") }
        optimizer.updateCount = Int(count)
    }

    private func copy(_ values: [Float], to vector: FloatVector, at offset: Int) {
        _ = vector.elements[offset...].update(fromContentsOf: values)
    }

    private func floats(_ name: String, _ shape: [Int]) throws -> [Float] {
        checkpoint.floats(of: try tensor(name, shape, .float32))
    }

    private func integers<Element: FixedWidthInteger>(
        _ name: String, _ shape: [Int], _ type: SafetensorsType, _ element: Element.Type
    ) throws -> [Element] {
        checkpoint.integers(of: try tensor(name, shape, type), element)
    }

    private func tensor(
        _ name: String, _ shape: [Int], _ type: SafetensorsType
    ) throws -> SafetensorsFile.Tensor {
        guard let tensor = checkpoint.tensor(named: name) else {
            throw DataError(file: file, "no tensor \(name)")
        }
        guard tensor.type == type, tensor.shape == shape else {
            throw DataError(
                file: file,
                "\(name) is \(tensor.type.rawValue) \(tensor.shape), not \(type.rawValue) \(shape)")
        }
        return tensor
    }
}
