import Adversarial
import Datasets
import Evaluation
import FileFormats
import GraphExecution
import Population
import Randomness
import Recording
import Threads

/// Examples of a member, for metrics and pictures: the working memory of each worker.
final class MemberSampling: @unchecked Sendable {
    // Unchecked: each worker uses its own buffer.
    private let plan: ExperimentPlan
    /// By group, as the next four.
    private let samplers: [GeneratorSampler]
    /// Those of evaluations: their statistics are `evaluate.normalization`.
    private let evaluatedSamplers: [GeneratorSampler]
    private let scatters: [ScatterPlot?]
    private let evaluations: [SampleEvaluation?]
    private let buffers: [FloatVector]

    /// 16 images in a 4x4 grid, or the points of a scatter plot.
    private static let imageCount = 16
    private static let pointCount = 1000

    init(_ plan: ExperimentPlan, workers: Int) {
        self.plan = plan
        let samplers = plan.groups.all.map { GeneratorSampler($0.model) }
        self.samplers = samplers
        evaluatedSamplers =
            plan.evaluatedNormalization == .running
            ? samplers
            : plan.groups.all.map {
                GeneratorSampler($0.model, normalization: plan.evaluatedNormalization)
            }
        scatters = plan.groups.all.map { Self.scatter($0.data) }
        evaluations = plan.groups.all.map { group in
            group.evaluation.map { SampleEvaluation($0, data: group.data, seed: plan.seed) }
        }
        let pictured = scatters[0] == nil ? Self.imageCount : Self.pointCount
        let count = max(plan.evaluation?.sampleCount ?? 0, pictured)
        let exampleCount = samplers[0].exampleCount
        buffers = (0..<workers).map { _ in FloatVector(count: count * exampleCount) }
    }

    /// Real points of the plane; nil for other examples.
    private static func scatter(_ data: any DataSource) -> ScatterPlot? {
        guard data.exampleShape == [2] else { return nil }
        let shown = min(pointCount, data.count)
        let points = FloatVector(count: shown * 2)
        let indices = (0..<shown).map(Int32.init)
        indices.withUnsafeBufferPointer { data.copyExamples($0, into: points.base) }
        return ScatterPlot(real: UnsafeBufferPointer(points.elements))
    }

    /// What the plans of all samplers need.
    var arenaCount: Int { (samplers + evaluatedSamplers).map(\.plan.arenaCount).max() ?? 0 }

    /// A stream of latents of a pair.
    private func latents(
        _ pair: Int, _ purpose: Purpose, step: Int, update: Int = 0
    ) -> RandomStream {
        RandomStream(
            seed: plan.seed, step: UInt32(step),
            member: UInt32(plan.population.firstMember + pair), purpose: purpose,
            update: UInt16(update))
    }

    /// Fills `examples` with those that evaluations see.
    private func fill(
        _ examples: UnsafeMutableBufferPointer<Float>, _ state: PopulationState, pair: Int,
        from latents: RandomStream, scratch: UnsafeMutablePointer<Float>
    ) {
        let sampler = evaluatedSamplers[plan.groups.number(of: pair)]
        sampler.sample(
            state.generators[pair], plan.evaluatedWeights,
            statistics: state.generatorStatistics[pair], from: latents,
            count: examples.count / sampler.exampleCount, scratch: scratch,
            into: examples.baseAddress!)
    }

    /// The first values of a worker's buffer.
    private func buffer(_ worker: Int, examples: Int) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(
            rebasing: buffers[worker].elements[..<(examples * samplers[0].exampleCount)])
    }

    /// The metrics of fresh examples of a pair at the end of `step`: each evaluation has latents of
    /// its own.
    ///
    /// - Parameter onMetric: hears what each metric cost, and of "samples": making them, and what
    ///   metrics share.
    func evaluate(
        _ state: PopulationState, pair: Int, step: Int, worker: Int,
        scratch: UnsafeMutablePointer<Float>,
        onMetric: (_ name: String, _ nanoseconds: UInt64) -> Void = { _, _ in }
    ) -> [Double] {
        let group = plan.groups.number(of: pair)
        guard let evaluation = evaluations[group] else { return [] }
        var last = MonotonicClock.nanoseconds
        func passed(_ name: String) {
            let now = MonotonicClock.nanoseconds
            onMetric(name, now - last)
            last = now
        }
        let examples = buffer(worker, examples: plan.evaluation?.sampleCount ?? 0)
        fill(
            examples, state, pair: pair, from: latents(pair, .evaluationLatent, step: step),
            scratch: scratch)
        passed("samples")
        return evaluation.values(UnsafeBufferPointer(examples), onMetric: passed)
    }

    /// The examples that an evaluation of `count` at `step` sees.
    func evaluated(
        _ state: PopulationState, pair: Int, step: Int, count: Int,
        scratch: UnsafeMutablePointer<Float>
    ) -> [Float] {
        let size = count * samplers[0].exampleCount
        return [Float](unsafeUninitializedCapacity: size) { examples, filled in
            fill(
                UnsafeMutableBufferPointer(rebasing: examples[..<size]), state, pair: pair,
                from: latents(pair, .evaluationLatent, step: step), scratch: scratch)
            filled = size
        }
    }

    /// The evaluation of all pairs; nil where there is none, and where groups differ.
    var evaluation: SampleEvaluation? {
        evaluations.count == 1 ? evaluations[0] : nil
    }

    /// Fills a pair's sets of samples with fresh examples, set by set from a stream of its own.
    func fill(
        _ snapshot: PopulationSnapshot, sets: Int, _ state: PopulationState, pair: Int, step: Int,
        scratch: UnsafeMutablePointer<Float>
    ) {
        for set in 0..<sets {
            fill(
                snapshot.samples(pair, set: set), state, pair: pair,
                from: latents(pair, .populationLatent, step: step, update: set), scratch: scratch)
        }
    }

    /// The evaluation of the first group; nil where there is none.
    var firstEvaluation: SampleEvaluation? { evaluations[0] }

    /// The weights of a pair that pictures are taken of.
    func picturedWeights(of pair: Int) -> [GeneratorWeights] {
        plan.groups.group(of: pair).model.generatorAverage == nil
            ? [.current] : [.current, .average]
    }

    /// A grid or a scatter plot from latents that stay the same over the run.
    func picture(
        _ state: PopulationState, _ round: PairRound, _ weights: GeneratorWeights, worker: Int,
        scratch: UnsafeMutablePointer<Float>
    ) -> Picture {
        let group = plan.groups.number(of: round.pair)
        let count = scatters[group] == nil ? Self.imageCount : Self.pointCount
        let examples = buffer(worker, examples: count)
        samplers[group].sample(
            state.generators[round.pair], weights,
            statistics: state.generatorStatistics[round.pair],
            from: latents(round.pair, .sampleLatent, step: 0), count: count, scratch: scratch,
            into: examples.baseAddress!)
        return SamplePicture.of(
            UnsafeBufferPointer(examples), exampleShape: plan.data.exampleShape,
            range: plan.data.valueRange, scatter: scatters[group])
    }

    /// `step-00001000-pair-00`, with `-ema` for the average of the weights.
    func name(step: Int, pair: Int, _ weights: GeneratorWeights) -> String {
        let member = plan.population.firstMember + pair
        return "step-\(decimal(step, digits: 8))-pair-\(decimal(member, digits: 2))"
            + (weights == .average ? "-ema" : "")
    }
}

/// Draws examples as a picture fit for their shape.
package enum SamplePicture {
    /// A scatter plot for points of the plane, else a grid of images, four to a row; vectors
    /// become images of one row. Without `scatter` the points stand by themselves.
    package static func of(
        _ examples: UnsafeBufferPointer<Float>, exampleShape: [Int], range: ClosedRange<Float>,
        scatter: ScatterPlot?
    ) -> Picture {
        if exampleShape == [2] {
            return (scatter ?? ScatterPlot(axesOf: examples)).picture(of: examples)
        }
        let isImage = exampleShape.count == 3 && (exampleShape[2] == 1 || exampleShape[2] == 3)
        let shape = isImage ? exampleShape : [1, exampleShape.reduce(1, *), 1]
        return ImageGrid.picture(of: examples, shape: shape, range: range)
    }
}
