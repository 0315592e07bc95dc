import Datasets
import Metrics
import Randomness

/// The metrics of an experiment, ready to measure: what they compare samples with is in memory.
package struct SampleEvaluation: Sendable {
    private enum Measure: Sendable {
        case modes(any MixtureMetric.Type)
        case features(any FeatureMetric)
    }

    private let settings: EvaluationSettings
    private let measures: [Measure]
    private let mixture: MixtureReference?
    /// False where a real example could not be read, or has values that are no numbers.
    private let realIsFinite: Bool
    /// Values of one example.
    private let width: Int
    /// Real examples that no metric compares with, in place of samples: as many, or all there are.
    private let secondReal: [Float]

    /// Reads the real examples: a random subset of the data, which follows from the seed.
    ///
    /// - Parameter data: the same that the settings were read with.
    package init(_ settings: EvaluationSettings, data: any DataSource, seed: UInt64) {
        self.settings = settings
        let width = data.exampleShape.reduce(1, *)
        self.width = width
        mixture = data.mixture.map { MixtureReference(centres: $0.centres, sigma: $0.sigma) }
        let second = settings.realCount == 0 ? 0 : settings.sampleCount
        let chosen = RandomStream(seed: seed, step: 0, member: 0, purpose: .evaluationData)
            .subset(min(settings.realCount + second, data.count), of: data.count).map { Int32($0) }
        let real = Self.examples(chosen.prefix(settings.realCount), of: data, width)
            .withUnsafeBufferPointer { FeatureMatrix($0, width: width) }
        realIsFinite = real.isFinite
        secondReal = Self.examples(chosen.dropFirst(settings.realCount), of: data, width)
        measures = settings.metrics.map { metric in
            switch metric {
            case let metric as any MixtureMetric.Type: .modes(metric)
            case let metric as any FeatureMetric.Type: .features(metric.init(real: real))
            default: preconditionFailure("\(metric.identifier) measures nothing")
            }
        }
    }

    private static func examples(
        _ indices: ArraySlice<Int32>, of data: any DataSource, _ width: Int
    ) -> [Float] {
        var examples = [Float](repeating: 0, count: indices.count * width)
        indices.withUnsafeBufferPointer { indices in
            examples.withUnsafeMutableBufferPointer { examples in
                guard let first = examples.baseAddress else { return }
                data.copyExamples(indices, into: first)
            }
        }
        return examples
    }

    /// One value per column for examples like those of the data, one behind the other; NaN where
    /// the examples leave it undefined.
    package func values(_ examples: UnsafeBufferPointer<Float>) -> [Double] {
        let needsFeatures = measures.contains { if case .features = $0 { true } else { false } }
        let features = FeatureMatrix(
            needsFeatures ? examples : UnsafeBufferPointer(rebasing: examples[..<0]), width: width)
        let histogram = mixture.map { ModeHistogram(samples: examples, reference: $0) }
        return zip(measures, settings.metrics).flatMap { measure, metric -> [Double] in
            let missing = metric.columns.map { _ in Double.nan }
            switch measure {
            case .modes(let metric): return histogram.map(metric.values) ?? missing
            case .features(let metric):
                return realIsFinite && features.isFinite ? metric.values(features) : missing
            }
        }
    }

    /// What a perfect sampler has, one value per column: on average, where the modes are known; of
    /// features, the values of a second real sample, NaN where there is none.
    package var perfect: [Double] {
        let measured = secondReal.withUnsafeBufferPointer(values)
        var column = 0
        return measures.flatMap { measure -> [Double] in
            let values: [Double]
            switch measure {
            case .modes(let metric):
                values = metric.perfect(
                    modes: mixture?.centres.count ?? 1, samples: settings.sampleCount)
            case .features(let metric):
                let count = type(of: metric).columns.count
                values = Array(measured[column..<(column + count)])
            }
            column += values.count
            return values
        }
    }

    /// The size of the second real sample, where it is smaller than that of an evaluation, so that
    /// values that depend on the size are not those of a perfect sampler; else nil.
    package var smallerSecondSample: Int? {
        let needed = settings.realCount == 0 ? 0 : settings.sampleCount
        return secondReal.count < needed * width ? secondReal.count / width : nil
    }
}
