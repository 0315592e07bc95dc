import Datasets
import Evaluation
import Metrics
import Testing

@Suite struct SampleEvaluationTests {
    private func evaluation(
        _ toml: String, _ data: any DataSource, seed: UInt64 = 1
    ) throws -> SampleEvaluation {
        SampleEvaluation(
            try #require(try readEvaluation(toml, data: data)), data: data, seed: seed)
    }

    private func values(_ evaluation: SampleEvaluation, _ samples: [Float]) -> [Double] {
        samples.withUnsafeBufferPointer { evaluation.values($0) }
    }

    @Test func valuesComeInTheOrderOfTheMetrics() throws {
        let evaluation = try evaluation(
            "metrics = [\"high-quality\", \"modes\"]\nsamples = 8", FixedExamples.corners())
        // Six points near two of the centres, two near none.
        let samples: [Float] = [0, 0, 1, 0, 0, 1, 0, 9, 1, 9, 0, 8, 5, 5, 4, 4]
        #expect(values(evaluation, samples) == [0.75, 2])
        var heard: [String] = []
        _ = samples.withUnsafeBufferPointer { samples in
            evaluation.values(samples, onMetric: { heard.append($0) })
        }
        #expect(heard == ["high-quality", "modes"])
    }

    @Test(arguments: Metrics.catalog.indices)
    func everyMetricOfTheCatalogCanBeNamed(index: Int) throws {
        let metric = Metrics.catalog[index]
        let data = try Self.examples(for: metric)
        let realSamples = metric is any FeatureMetric.Type ? "\nreal_samples = 40" : ""
        let evaluation = try evaluation(
            "metrics = [\"\(metric.identifier)\"]\nsamples = 40" + realSamples, data)
        let found = values(evaluation, Digits.examples(data, 0..<40))
        #expect(found.count == metric.columns.count)
        #expect(found.allSatisfy { $0.isFinite })
        #expect(evaluation.perfect.count == metric.columns.count)
        #expect(evaluation.perfect.allSatisfy { $0.isFinite })
    }

    /// 80 of the kind that the metric measures.
    private static func examples(for metric: any SampleMetric.Type) throws -> any DataSource {
        guard let metric = metric as? any ClassMetric.Type else { return FixedExamples.corners(80) }
        let source = metric.channels == 1 ? "mnist" : "stacked-mnist"
        return try Digits.open("count = 80", source: source)
    }

    /// All real examples are compared with: as samples they are the ideal.
    @Test func theDataItselfIsIdeal() throws {
        let data = FixedExamples.unknown(shape: [5, 2, 2], count: 60)
        let evaluation = try evaluation(
            "metrics = [\"precision-recall\", \"sliced-wasserstein\"]\nsamples = 60", data)
        let found = values(evaluation, data.values)
        #expect(found[0] == 1 && found[1] == 1 && abs(found[2]) < 1e-12)
        // No second sample is left to tell what a perfect sampler has.
        #expect(evaluation.perfect.allSatisfy { $0.isNaN })
        #expect(evaluation.smallerSecondSample == 0)
    }

    @Test func theRealExamplesFollowFromTheSeed() throws {
        let data = FixedExamples.unknown()
        let lines = "metrics = [\"frechet\"]\nsamples = 30\nreal_samples = 30"
        let samples = Array(data.values[..<60])
        let first = values(try evaluation(lines, data), samples)
        #expect(values(try evaluation(lines, data), samples) == first)
        #expect(values(try evaluation(lines, data, seed: 2), samples) != first)
    }

    @Test(arguments: [(70, nil), (71, 29), (40, nil)] as [(Int, Int?)])
    func aSecondSampleIsWhatIsLeft(real: Int, left: Int?) throws {
        let evaluation = try evaluation(
            "metrics = [\"frechet\"]\nsamples = 30\nreal_samples = \(real)", FixedExamples.unknown()
        )
        #expect(evaluation.smallerSecondSample == left)
        #expect(evaluation.perfect[0].isFinite)
        let modes = try self.evaluation("metrics = [\"modes\"]", FixedExamples.corners())
        #expect(modes.smallerSecondSample == nil)
    }

    @Test func samplesThatAreNotFiniteHaveNoFeatures() throws {
        let evaluation = try evaluation(
            "metrics = [\"modes\", \"frechet\"]\nsamples = 3", FixedExamples.corners())
        let found = values(evaluation, [0, 0, 9, 9, .nan, 1])
        #expect(found[0] == 2 && found[1].isNaN)
    }

    @Test(arguments: Metrics.catalog.compactMap { $0 as? any FeatureMetric.Type }.indices)
    func realExamplesThatAreNotFiniteGiveNoValue(index: Int) throws {
        let metric = Metrics.catalog.compactMap { $0 as? any FeatureMetric.Type }[index]
        var values = FixedExamples.unknown(count: 20).values
        values[7] = .nan
        let data = FixedExamples(exampleShape: [2], values: values)
        let evaluation = try evaluation(
            "metrics = [\"\(metric.identifier)\"]\nsamples = 20", data)
        let samples = FixedExamples.unknown(count: 20).values
        #expect(self.values(evaluation, samples).allSatisfy { $0.isNaN })
    }
}
