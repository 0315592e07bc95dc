import Datasets
import Metrics
import Settings

/// What `[evaluate]` asks for: metrics of fresh samples, and what they are compared with.
package struct EvaluationSettings: Sendable {
    package let metrics: [any SampleMetric.Type]

    /// Generated examples per evaluation and member.
    package let sampleCount: Int

    /// Real examples that metrics of features compare with; 0 where there are no such metrics.
    package let realCount: Int

    /// What those metrics compare.
    package let extractor: FeatureExtractor

    /// Channels of an image; 1 for other examples.
    private let channels: Int

    /// Nil where nothing is to be evaluated.
    ///
    /// - Parameter data: what the samples should be like; nil while describing.
    /// - Throws: `SettingsError` where a metric does not fit the data, or is asked for twice.
    package init?(settings: SettingsTable, every: Int, data: (any DataSource)?) throws {
        let catalog = Metrics.catalog
        let names = try settings.choices(
            "metrics", of: catalog.map { $0.identifier }, default: [],
            "Measures of the generated examples; `quadrille list metrics` says what they are.")
        sampleCount = try Self.samples(settings)
        metrics = names.map { name in catalog.first { $0.identifier == name }! }
        let features = metrics.first { $0 is any FeatureMetric.Type }
        let realSamples: Int
        (realSamples, extractor) =
            try features.map { _ in try Self.featureKeys(settings) } ?? (0, .raw)
        guard let data, !metrics.isEmpty, every > 0 else { return nil }
        realCount = min(realSamples, data.count)
        guard Set(names).count == names.count else {
            throw settings.error("metrics", "a metric stands twice")
        }
        let modes = metrics.first { $0 is any MixtureMetric.Type }
        if let modes, data.mixture == nil {
            throw settings.error(
                "metrics",
                "\(modes.identifier) needs data with known modes (gaussian-ring or gaussian-grid)")
        }
        channels = data.exampleShape.count == 3 ? data.exampleShape[2] : 1
        try checkClasses(settings, data)
        guard classifies || comparesFeatures else { return }
        try extractor.check(settings, "features", data)
        try checkMemory(settings, width: data.exampleShape.reduce(1, *))
        try checkCovariances(settings, width: extractor.width(of: data.exampleShape))
    }

    /// The share of the time that measuring should take at most; nil where nobody minds.
    ///
    /// Optional, and no part of a run's name: it changes nothing that is recorded.
    package static func timeBudget(_ settings: SettingsTable) throws -> Double? {
        try settings.optionalNumber(
            "time_budget", in: .unitInterval,
            "Share of the time that measuring may take before the run says how to lower it; "
                + "values are never left out.")
    }

    package static func samples(_ settings: SettingsTable) throws -> Int {
        try settings.integer(
            "samples", default: 2500, in: 1...10_000_000, unit: "examples",
            "Generated examples per evaluation and member.")
    }

    private func checkClasses(_ settings: SettingsTable, _ data: any DataSource) throws {
        for case let metric as any ClassMetric.Type in metrics {
            try FeatureExtractor.digits.check(settings, "metrics", data)
            guard metric.channels == channels else {
                throw settings.error(
                    "metrics",
                    metric.channels == 1
                        ? "\(metric.identifier) needs images of one digit each (mnist)"
                        : "\(metric.identifier) needs stacked digits (stacked-mnist)")
            }
        }
    }

    /// The keys that only metrics of features have.
    package static func featureKeys(
        _ settings: SettingsTable
    ) throws -> (realSamples: Int, extractor: FeatureExtractor) {
        let realSamples = try settings.integer(
            "real_samples", default: 2500, in: 1...10_000_000, unit: "examples",
            "Real examples to compare with, chosen at random once; all where there are fewer.")
        let extractor = try settings.choice(
            "features", default: FeatureExtractor.raw,
            "What is compared of examples: their values, or what a classifier makes of digits "
                + "(28 x 28, values on 0...1 or -1...1; of 3 channels each is a digit).")
        return (realSamples, extractor)
    }

    /// - Parameter width: values of an example; features are not more.
    private func checkMemory(_ settings: SettingsTable, width: Int) throws {
        let others = metrics.compactMap { $0 as? any FeatureMetric.Type }
            .map { $0.numbersPerExample }
        let most = FeatureComparison.mostFeatures / max(width, others.max() ?? 0)
        for (key, count) in [("samples", sampleCount), ("real_samples", realCount)]
        where count > most {
            throw settings.error(
                key,
                "\(count) examples of \(width) values are more than these metrics hold in memory; "
                    + "at most \(most) are possible")
        }
    }

    private func checkCovariances(_ settings: SettingsTable, width: Int) throws {
        let isFrechet = metrics.contains { $0 == FrechetMetric.self }
        if isFrechet, width > FrechetMetric.mostFeatures {
            throw settings.error(
                "metrics",
                "frechet needs the covariances of all features of an example, of at most "
                    + "\(FrechetMetric.mostFeatures); this data has \(width)")
        }
    }

    package var columns: [MetricColumn] { metrics.flatMap { $0.columns } }

    /// Whether a metric looks at what a classifier says of the samples.
    var classifies: Bool { metrics.contains { $0 is any ClassMetric.Type } }

    /// Whether a metric compares features with those of real examples.
    var comparesFeatures: Bool { metrics.contains { $0 is any FeatureMetric.Type } }

    /// Real examples in place of samples, where only they show what a perfect sampler has.
    var secondRealCount: Int {
        let measures = metrics.contains { metric in
            switch metric {
            case let metric as any ClassMetric.Type:
                metric.perfect(samples: sampleCount, classes: DigitClassifier.classCount) == nil
            default: metric is any FeatureMetric.Type
            }
        }
        return measures ? sampleCount : 0
    }

    /// By column: what it is, of which features and of how many examples.
    package var meanings: [String] { meanings(samples: sampleCount) }

    /// The same for another number of generated examples.
    func meanings(samples: Int) -> [String] {
        metrics.flatMap { metric in
            metric.columns.map { column in
                let usesDigits = metric is any ClassMetric.Type || extractor == .digits
                let floor =
                    usesDigits && channels == 1
                    ? DigitClassifier.stored.floorText(column.name).map { "; \($0)" } : nil
                return "\(column.meaning); \(examples(metric, samples))\(floor ?? "")"
            }
        }
    }

    private func examples(_ metric: any SampleMetric.Type, _ samples: Int) -> String {
        switch metric {
        case is any FeatureMetric.Type:
            "\(extractor.description) of \(samples) generated and \(realCount) real examples"
        case is any ClassMetric.Type:
            "by the \(DigitClassifier.stored.description), of \(samples) generated examples"
        default: "of \(samples) generated examples"
        }
    }
}
