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
    /// The pairs of each group, counted from 0, and their model.
    private let groups: [(pairs: Range<Int>, model: AdversarialModel)]
    package let exampleShape: [Int]
    /// The pairs by their global indices.
    package let members: ClosedRange<Int>
    private let metadata: CheckpointMetadata
    private let file: String

    /// Opens the checkpoint of `step`, or the newest one.
    ///
    /// - Throws: `DataError` where there is none or it is damaged; `MissingCheckpointError` where
    ///   there are others; `SettingsError` where the run's experiment cannot be read.
    package init(directory: String, step: Int?) throws {
        let chosen: Int
        (chosen, checkpoint) = try Checkpoints.open(asked: step, in: directory)
        file = RunDirectory.checkpointPath(directory, step: chosen)
        self.step = chosen
        let checked = try CheckpointMetadata(checkpoint, step: chosen, file: file)
        metadata = checked
        exampleShape = checked.exampleShape
        members = checked.members
        let document = try SettingsDocument(
            contentsOf: RunDirectory.experimentPath(directory), overrides: [])
        groups = try Self.groups(document.root, checked)
    }

    private static func groups(
        _ root: SettingsTable, _ checkpoint: CheckpointMetadata
    ) throws -> [(pairs: Range<Int>, model: AdversarialModel)] {
        let roots = try PairGroup.roots(root)
        let population = try PopulationSettings(settings: root.table("population"), groups: roots)
        return try zip(population.groupRanges, roots.isEmpty ? [root] : roots).map { pairs, root in
            let model = try AdversarialModel(
                root: root, exampleShape: checkpoint.exampleShape,
                batchSize: ExperimentPlan.batchSize(root.table("data"), available: .max))
            return (pairs, model)
        }
    }

    /// The most examples that one call makes, of any member.
    package var largestCount: Int {
        groups.map { GeneratorSampler.largestArrayCount($0.model) }.min() ?? 0
    }

    /// Examples of one member from latents of their own (purpose `sampleLatent`, this step).
    ///
    /// - Parameters:
    ///   - member: the global index of the pair.
    ///   - weights: the average must be there.
    ///   - count: at most `largestCount`.
    /// - Throws: `EvaluationError` where the run has no such member; `DataError` where the
    ///   checkpoint has another shape.
    package func examples(
        member: Int, weights: GeneratorWeights = .current, count: Int
    ) throws -> [Float] {
        precondition(count <= largestCount, "\(count) examples, at most \(largestCount)")
        let model = try model(of: member)
        try LinearAlgebraLibrary.requireOneThread()
        let generator = NetworkState(model.generator, isAveraged: weights == .average)
        let statistics = FloatVector(statisticsOf: model.generator)
        let index = member - members.lowerBound
        for entry in model.generator.parameters.entries {
            if weights == .average {
                try fill(entry, index, generator.average, part: "average.")
            } else {
                try fill(entry, index, generator.parameters)
            }
        }
        for entry in model.generator.statistics.entries { try fill(entry, index, statistics) }
        for entry in model.generator.estimates.entries {
            try fill(entry, index, generator.estimates)
        }
        let sampler = GeneratorSampler(model)
        let scratch = FloatVector(count: sampler.plan.arenaCount)
        let size = count * sampler.exampleCount
        return [Float](unsafeUninitializedCapacity: size) { examples, initialized in
            sampler.sample(
                generator, weights, statistics: statistics,
                from: RandomStream(
                    seed: metadata.seed, step: metadata.step, member: UInt32(member),
                    purpose: .sampleLatent),
                count: count, scratch: scratch.base, into: examples.baseAddress!)
            initialized = size
        }
    }

    private func fill(
        _ entry: StateLayout.Entry, _ member: Int, _ vector: FloatVector, part: String = ""
    ) throws {
        let name = "generator.\(member).\(part)\(entry.name)"
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

    /// The model of a member by its global index.
    ///
    /// - Throws: `EvaluationError` where the run has no such member; `DataError` where its
    ///   experiment has fewer than its checkpoint.
    package func model(of member: Int) throws -> AdversarialModel {
        guard members.contains(member) else {
            let known =
                members.count == 1
                ? "the only pair is \(members.lowerBound)"
                : "the pairs are \(members.lowerBound) to \(members.upperBound)"
            throw EvaluationError("\(file): no pair \(member); \(known)")
        }
        let index = member - members.lowerBound
        guard let group = groups.first(where: { $0.pairs.contains(index) }) else {
            throw DataError(file: file, "the experiment beside it has no pair \(member)")
        }
        return group.model
    }

    /// The range in which pictures show examples of a member.
    package func displayRange(member: Int) throws -> ClosedRange<Float> {
        let range = try model(of: member).outputRange
        return range.upperBound.isInfinite ? -1...1 : range
    }
}
