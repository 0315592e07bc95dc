import Adversarial
import FileFormats
import GraphExecution
import Kernels
import NeuralNetwork
import Randomness
import Recording
import Settings

/// A run on disk, opened to sample from its generators; its data is not needed.
package struct SavedRun {
    package let checkpoint: SafetensorsFile
    package let step: Int
    package let model: AdversarialModel
    package let seed: UInt64
    package let exampleShape: [Int]
    private let file: String

    /// Opens the checkpoint of `step`, or the newest one.
    ///
    /// - Throws: `DataError` where there is none or it is damaged; `SettingsError` where the
    ///   run's experiment cannot be read.
    package init(directory: String, step: Int?) throws {
        let steps = Checkpoints.steps(in: directory)
        guard let chosen = step ?? steps.last, steps.contains(chosen) else {
            let known = steps.isEmpty ? "none" : steps.map(String.init).joined(separator: ", ")
            throw DataError(
                file: "\(directory)/checkpoints",
                "no checkpoint\(step.map { " of step \($0)" } ?? ""); available steps: \(known)")
        }
        file = RunDirectory.checkpointPath(directory, step: chosen)
        checkpoint = try Checkpoints.open(in: directory, step: chosen)
        self.step = chosen
        let metadata = checkpoint.metadata
        guard let shape = metadata["example_shape"],
            let seed = metadata["seed"].flatMap(UInt64.init)
        else { throw DataError(file: file, offset: nil, "not a checkpoint of Quadrille") }
        exampleShape = shape.split(separator: ",").compactMap { Int($0) }
        guard !exampleShape.isEmpty, exampleShape.allSatisfy({ $0 > 0 && $0 < 1 << 20 }) else {
            throw DataError(file: file, offset: nil, "example_shape '\(shape)' is no shape")
        }
        self.seed = seed
        let document = try SettingsDocument(
            contentsOf: RunDirectory.experimentPath(directory), overrides: [])
        model = try AdversarialModel(
            root: document.root, exampleShape: exampleShape,
            batchSize: ExperimentPlan.batchSize(document.root.table("data"), available: .max))
    }

    /// Examples of one member from latents of their own (purpose `sampleLatent`, this step).
    ///
    /// - Throws: `DataError` where the checkpoint has no such member or another shape.
    package func examples(member: Int, count: Int) throws -> [Float] {
        LinearAlgebraLibrary.configure()
        let generator = NetworkState(model.generator)
        let statistics = FloatVector(statisticsOf: model.generator)
        for entry in model.generator.parameters.entries {
            try fill(entry, member, generator.parameters)
        }
        for entry in model.generator.statistics.entries { try fill(entry, member, statistics) }
        let sampler = GeneratorSampler(model)
        let scratch = FloatVector(count: sampler.plan.arenaCount)
        var examples = [Float](repeating: 0, count: count * sampler.exampleCount)
        let first = Int(checkpoint.metadata["first_member"] ?? "0") ?? 0
        examples.withUnsafeMutableBufferPointer {
            sampler.sample(
                generator, statistics: statistics,
                from: RandomStream(
                    seed: seed, step: UInt32(step), member: UInt32(first + member),
                    purpose: .sampleLatent),
                count: count, scratch: scratch.base, into: $0.baseAddress!)
        }
        return examples
    }

    private func fill(
        _ entry: StateLayout.Entry, _ member: Int, _ vector: FloatVector
    ) throws {
        let name = "generator.\(member).\(entry.name)"
        guard let tensor = checkpoint.tensor(named: name) else {
            let pairs = checkpoint.tensor(named: "population.pairing")?.shape.first ?? 0
            guard member < pairs else {
                throw DataError(
                    file: file, "no pair \(member); there are \(pairs), counted from 0")
            }
            throw DataError(file: file, "no tensor \(name)")
        }
        guard tensor.type == .float32, tensor.shape == entry.fileShape else {
            throw DataError(
                file: file, offset: nil,
                "\(name) is \(tensor.type.rawValue) \(tensor.shape), not F32 \(entry.fileShape)"
            )
        }
        let values = entry.transposed(checkpoint.floats(of: tensor), toFile: false)
        for (index, value) in values.enumerated() { vector.elements[entry.offset + index] = value }
    }

    /// The range in which pictures show examples.
    package var displayRange: ClosedRange<Float> {
        model.outputRange.upperBound.isInfinite ? -1...1 : model.outputRange
    }
}
