import Adversarial
import FileFormats
import NeuralNetwork
import Population

/// The population as a checkpoint has it: where a resumed run begins.
package struct RestoredPopulation: Sendable {
    package let step: Int
    /// Who sits with whom at the end of `step`, before a swap that follows it, and since when.
    package let lineage: LineageSummary

    init(step: Int, lineage: LineageSummary) {
        self.step = step
        self.lineage = lineage
    }

    /// What a checkpoint of `pairs` pairs says, without the networks.
    ///
    /// - Throws: `DataError` where it says nothing possible.
    init(_ checkpoint: SafetensorsFile, pairs: Int, file: String) throws {
        self = try CheckpointReader(checkpoint, file: file).population(pairs: pairs)
    }
}

extension PopulationState {
    /// Fills all memory with what a checkpoint of the same experiment holds.
    ///
    /// - Throws: `DataError` for a tensor that is missing or has another type or shape, and a
    ///   pairing that is none.
    package func restore(
        from checkpoint: SafetensorsFile, file: String
    ) throws -> RestoredPopulation {
        let reader = CheckpointReader(checkpoint, file: file)
        let restored = try reader.population(pairs: generators.count)
        for pair in generators.indices {
            let discriminator = restored.lineage.pairing.discriminatorOfPair[pair]
            let place = plan.groups.combination(pair: pair, discriminator: discriminator)
            guard let model = place.map({ plan.groups.combinations[$0].model }) else {
                throw DataError(
                    file: file,
                    "discriminator \(discriminator) sits with pair \(pair) of another group, and "
                        + "the experiment has no swaps")
            }
            try reader.restore(
                .generator, pair, network: model.generator, generators[pair],
                generatorOptimizers[pair], generatorStatistics[pair])
            if plan.record.recovery {
                try reader.restore(recoveryClocks[pair], pair: pair, step: restored.step)
            }
            try reader.restore(
                .discriminator, discriminator, network: model.discriminator,
                discriminators[discriminator],
                optimizer(discriminator: discriminator, seat: pair),
                statistics(discriminator: discriminator, seat: pair))
        }
        noteArrivals(restored.lineage.arrivalSteps)
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
        let arrivals = try integers("population.arrival_step", [pairs], .int64, Int64.self)
        let swaps = try integers("population.swap_count", [1], .int64, Int64.self)[0]
        guard swaps >= 0, swaps <= step, arrivals.allSatisfy({ $0 >= -1 && $0 <= step }) else {
            throw DataError(file: file, "\(swaps) swaps with arrivals \(arrivals) at step \(step)")
        }
        return RestoredPopulation(
            step: step,
            lineage: LineageSummary(
                pairing: pairing, swapCount: Int(swaps), arrivalSteps: arrivals.map { Int($0) },
                digest: try integers("population.lineage_digest", [1], .uint64, UInt64.self)[0]))
    }

    func restore(
        _ role: Role, _ member: Int, network: Network, _ state: NetworkState,
        _ optimizer: OptimizerState, _ statistics: FloatVector
    ) throws {
        let prefix = "\(role.rawValue).\(member)"
        for (part, layout, vector) in [
            ("", network.parameters, state.parameters), ("", network.statistics, statistics),
            ("", network.estimates, state.estimates),
            ("average.", network.parameters, state.average),
        ] where !vector.elements.isEmpty {
            for entry in layout.entries {
                let values = try floats("\(prefix).\(part)\(entry.name)", entry.fileShape)
                copy(entry.transposed(values, toFile: false), to: vector, at: entry.offset)
            }
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

    func restore(_ clock: RecoveryClock, pair: Int, step: Int) throws {
        let prefix = "generator.\(pair).recovery"
        let losses = try floats("\(prefix).losses", [clock.losses.elements.count])
        let steps = try integers("\(prefix).steps", [2], .int64, Int64.self)
        guard (-1...Int64(step)).contains(steps[0]), (0...Int64(step)).contains(steps[1]) else {
            throw DataError(file: file, "\(prefix).steps is \(steps) at step \(step)")
        }
        copy(losses, to: clock.losses, at: 0)
        clock.restore(swapStep: Int(steps[0]), recoverySteps: Int(steps[1]))
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
