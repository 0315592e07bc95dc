import Adversarial
import Datasets
import Evaluation
import FileFormats
import Population
import Randomness
import Recording

/// Examples of a member, for metrics and pictures: the working memory of each worker.
final class MemberSampling: @unchecked Sendable {
    // Unchecked: each worker uses its own buffer.
    private let plan: ExperimentPlan
    private let sampler: GeneratorSampler
    private let buffers: [FloatVector]
    private let scatter: ScatterPlot?

    /// 16 images in a 4x4 grid, or the points of a scatter plot.
    private static let imageCount = 16
    private static let pointCount = 1000

    init(_ plan: ExperimentPlan, sampler: GeneratorSampler, workers: Int) {
        self.plan = plan
        self.sampler = sampler
        let isPlane = plan.data.exampleShape == [2]
        let pictured = isPlane ? Self.pointCount : Self.imageCount
        let count = max(plan.evaluation?.sampleCount ?? 0, pictured)
        buffers = (0..<workers).map { _ in FloatVector(count: count * sampler.exampleCount) }
        guard isPlane else {
            scatter = nil
            return
        }
        let shown = min(Self.pointCount, plan.data.count)
        let points = FloatVector(count: shown * 2)
        let indices = (0..<shown).map(Int32.init)
        indices.withUnsafeBufferPointer { plan.data.copyExamples($0, into: points.base) }
        scatter = ScatterPlot(real: UnsafeBufferPointer(points.elements))
    }

    private func sample(
        _ state: PopulationState, _ round: PairRound, _ purpose: Purpose, step: Int, count: Int,
        worker: Int, scratch: UnsafeMutablePointer<Float>
    ) -> UnsafeBufferPointer<Float> {
        let member = UInt32(plan.population.firstMember + round.pair)
        sampler.sample(
            state.generators[round.pair], statistics: state.generatorStatistics[round.pair],
            from: RandomStream(
                seed: plan.seed, step: UInt32(step), member: member, purpose: purpose),
            count: count, scratch: scratch, into: buffers[worker].base)
        return UnsafeBufferPointer(
            rebasing: UnsafeBufferPointer(buffers[worker].elements)[
                ..<(count * sampler.exampleCount)])
    }

    /// The metrics of fresh examples: each evaluation has latents of its own.
    func evaluate(
        _ state: PopulationState, _ round: PairRound, worker: Int,
        scratch: UnsafeMutablePointer<Float>
    ) -> [Double] {
        guard let evaluation = plan.evaluation else { return [] }
        return evaluation.values(
            sample(
                state, round, .evaluationLatent, step: round.lastStep,
                count: evaluation.sampleCount, worker: worker, scratch: scratch))
    }

    /// A grid or a scatter plot from latents that stay the same over the run.
    func picture(
        _ state: PopulationState, _ round: PairRound, worker: Int,
        scratch: UnsafeMutablePointer<Float>
    ) -> Picture {
        let count = scatter == nil ? Self.imageCount : Self.pointCount
        let examples = sample(
            state, round, .sampleLatent, step: 0, count: count, worker: worker, scratch: scratch)
        return SamplePicture.of(
            examples, exampleShape: plan.data.exampleShape, range: plan.data.valueRange,
            scatter: scatter)
    }

    /// `step-00001000-pair-00`.
    func name(step: Int, pair: Int) -> String {
        let member = plan.population.firstMember + pair
        return "step-\(decimal(step, digits: 8))-pair-\(decimal(member, digits: 2))"
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
