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
    package let exampleShape: [Int]
    /// The pairs by their global indices.
    package let members: ClosedRange<Int>
    private let metadata: CheckpointMetadata
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
        let checked = try CheckpointMetadata(checkpoint, step: chosen, file: file)
        metadata = checked
        exampleShape = checked.exampleShape
        members = checked.members
        let document = try SettingsDocument(
            contentsOf: RunDirectory.experimentPath(directory), overrides: [])
        model = try AdversarialModel(
            root: document.root, exampleShape: exampleShape,
            batchSize: ExperimentPlan.batchSize(document.root.table("data"), available: .max))
    }

    /// The most examples that one call makes: 1 GiB of numbers, and as many latents as there are.
    package var largestCount: Int {
        min(
            Self.largestNumberCount / exampleShape.reduce(1, *),
            GeneratorSampler.largestCount(latentSize: model.latentSize))
    }

    private static let largestNumberCount = 1 << 28

    /// Examples of one member from latents of their own (purpose `sampleLatent`, this step).
    ///
    /// - Parameters:
    ///   - member: the global index of the pair.
    ///   - count: at most `largestCount`.
    /// - Throws: `DataError` where the checkpoint has no such member or another shape.
    package func examples(member: Int, count: Int) throws -> [Float] {
        precondition(count <= largestCount, "\(count) examples, at most \(largestCount)")
        guard members.contains(member) else {
            let known =
                members.count == 1
                ? "the only pair is \(members.lowerBound)"
                : "the pairs are \(members.lowerBound) to \(members.upperBound)"
            throw DataError(file: file, "no pair \(member); \(known)")
        }
        try LinearAlgebraLibrary.requireOneThread()
        let generator = NetworkState(model.generator)
        let statistics = FloatVector(statisticsOf: model.generator)
        let index = member - members.lowerBound
        for entry in model.generator.parameters.entries {
            try fill(entry, index, generator.parameters)
        }
        for entry in model.generator.statistics.entries { try fill(entry, index, statistics) }
        let sampler = GeneratorSampler(model)
        let scratch = FloatVector(count: sampler.plan.arenaCount)
        let size = count * sampler.exampleCount
        return [Float](unsafeUninitializedCapacity: size) { examples, initialized in
            sampler.sample(
                generator, statistics: statistics,
                from: RandomStream(
                    seed: metadata.seed, step: metadata.step, member: UInt32(member),
                    purpose: .sampleLatent),
                count: count, scratch: scratch.base, into: examples.baseAddress!)
            initialized = size
        }
    }

    private func fill(
        _ entry: StateLayout.Entry, _ member: Int, _ vector: FloatVector
    ) throws {
        let name = "generator.\(member).\(entry.name)"
        guard let tensor = checkpoint.tensor(named: name) else {
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
