import Datasets
import Metrics
import Randomness

/// The metrics of an experiment, ready to measure: what they compare samples with is in memory.
package struct SampleEvaluation: Sendable {
    private enum Measure: Sendable {
        case modes(any MixtureMetric.Type)
        /// Nil where a real example could not be read, or has values that are no numbers.
        case features((any FeatureMetric)?)
        case classes(any ClassMetric.Type)
    }

    private let settings: EvaluationSettings
    private let measures: [Measure]
    private let mixture: MixtureReference?
    private let exampleShape: [Int]
    private let range: ClosedRange<Float>
    /// Real examples that no metric compares with, in place of samples: as many, or all there are.
    private let secondReal: [Float]

    /// Reads the real examples: a random subset of the data, which follows from the seed.
    ///
    /// - Parameter data: the same that the settings were read with.
    package init(_ settings: EvaluationSettings, data: any DataSource, seed: UInt64) {
        self.settings = settings
        exampleShape = data.exampleShape
        range = data.valueRange
        mixture = data.mixture.map { MixtureReference(centres: $0.centres, sigma: $0.sigma) }
        let wanted = settings.realCount + settings.secondRealCount
        let chosen = RandomStream(seed: seed, step: 0, member: 0, purpose: .evaluationData)
            .subset(min(wanted, data.count), of: data.count).map { Int32($0) }
        let real = Self.examples(chosen.prefix(settings.realCount), of: data)
            .withUnsafeBufferPointer {
                ExampleReading($0, settings, data.exampleShape, data.valueRange).features
            }
        secondReal = Self.examples(chosen.dropFirst(settings.realCount), of: data)
        measures = settings.metrics.map { metric in
            switch metric {
            case let metric as any MixtureMetric.Type: .modes(metric)
            case let metric as any FeatureMetric.Type:
                .features(real.map { metric.init(real: $0) })
            case let metric as any ClassMetric.Type: .classes(metric)
            default: preconditionFailure("\(metric.identifier) measures nothing")
            }
        }
    }

    private static func examples(
        _ indices: ArraySlice<Int32>, of data: any DataSource
    ) -> [Float] {
        let width = data.exampleShape.reduce(1, *)
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
        values(examples, onMetric: { _ in })
    }

    /// The same values.
    ///
    /// - Parameter onMetric: hears of each metric when its values are there; what several share,
    ///   such as features, was made before the first.
    package func values(
        _ examples: UnsafeBufferPointer<Float>, onMetric: (_ identifier: String) -> Void
    ) -> [Double] {
        let reading = ExampleReading(examples, settings, exampleShape, range)
        let histogram = mixture.map { ModeHistogram(samples: examples, reference: $0) }
        return zip(measures, settings.metrics).flatMap { measure, metric -> [Double] in
            let values: [Double]? =
                switch measure {
                case .modes(let metric): histogram.map(metric.values)
                case .features(let metric): reading.features.flatMap { metric?.values($0) }
                case .classes(let metric): reading.predictions.map(metric.values)
                }
            onMetric(metric.identifier)
            return values ?? metric.columns.map { _ in .nan }
        }
    }

    /// What a perfect sampler has, one value per column: by formula, on average, where the modes
    /// or classes are known; else the values of a second real sample, NaN where there is none.
    package var perfect: [Double] {
        let measured = secondReal.withUnsafeBufferPointer { values($0) }
        var column = 0
        return zip(measures, settings.metrics).flatMap { measure, metric -> [Double] in
            let place = column..<(column + metric.columns.count)
            column = place.upperBound
            let expected: [Double]? =
                switch measure {
                case .modes(let metric):
                    metric.perfect(
                        modes: mixture?.centres.count ?? 1, samples: settings.sampleCount)
                case .features: nil
                case .classes(let metric):
                    metric.perfect(
                        samples: settings.sampleCount, classes: DigitClassifier.classCount)
                }
            return expected ?? Array(measured[place])
        }
    }

    /// The size of the second real sample, where it is smaller than that of an evaluation, so that
    /// values that depend on the size are not those of a perfect sampler; else nil.
    package var smallerSecondSample: Int? {
        let width = exampleShape.reduce(1, *)
        return secondReal.count < settings.secondRealCount * width
            ? secondReal.count / width : nil
    }
}

/// What metrics look at of examples, computed once for all of them.
private struct ExampleReading {
    /// Nil where no metric compares features, and where one is no number.
    let features: FeatureMatrix?
    /// Nil where no metric looks at classes, and where a value is no number.
    let predictions: ClassPredictions?

    init(
        _ examples: UnsafeBufferPointer<Float>, _ settings: EvaluationSettings,
        _ exampleShape: [Int], _ range: ClosedRange<Float>
    ) {
        let readsDigits =
            settings.classifies || settings.comparesFeatures && settings.extractor == .digits
        // The largest of a window could hide a value that is no number.
        let digits =
            readsDigits && examples.allSatisfy(\.isFinite)
            ? DigitClassifier.stored.read(examples, exampleShape: exampleShape, range: range) : nil
        let predictions = settings.classifies ? digits?.predictions : nil
        self.predictions = predictions?.isFinite == true ? predictions : nil
        guard settings.comparesFeatures else {
            features = nil
            return
        }
        let matrix =
            settings.extractor == .digits
            ? digits?.featureMatrix
            : FeatureMatrix(examples, width: exampleShape.reduce(1, *))
        features = matrix?.isFinite == true ? matrix : nil
    }
}
