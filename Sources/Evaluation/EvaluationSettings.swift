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

    /// The matrices of an evaluation are as large as this at most: 1 GiB in double precision.
    private static let mostFeatures = 1 << 27

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
        let realSamples = try features.map { _ in try Self.realSamples(settings) } ?? 0
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
        if features != nil { try checkFeatures(settings, width: data.exampleShape.reduce(1, *)) }
    }

    package static func samples(_ settings: SettingsTable) throws -> Int {
        try settings.integer(
            "samples", default: 2500, in: 1...10_000_000, unit: "examples",
            "Generated examples per evaluation and member.")
    }

    /// The key that only metrics of features have.
    package static func realSamples(_ settings: SettingsTable) throws -> Int {
        try settings.integer(
            "real_samples", default: 2500, in: 1...10_000_000, unit: "examples",
            "Real examples to compare with, chosen at random once; all where there are fewer.")
    }

    private func checkFeatures(_ settings: SettingsTable, width: Int) throws {
        for (key, count) in [("samples", sampleCount), ("real_samples", realCount)]
        where count > Self.mostFeatures / width {
            throw settings.error(
                key,
                "\(count) examples of \(width) values are more than metrics hold in memory; at "
                    + "most \(Self.mostFeatures / width) are possible")
        }
        let isFrechet = metrics.contains { $0 == FrechetMetric.self }
        if isFrechet, width > FrechetMetric.mostFeatures {
            throw settings.error(
                "metrics",
                "frechet needs the covariances of all values of an example, of at most "
                    + "\(FrechetMetric.mostFeatures); this data has \(width)")
        }
    }

    package var columns: [MetricColumn] { metrics.flatMap { $0.columns } }

    /// By column: what it is, of which features and of how many examples.
    package var meanings: [String] {
        metrics.flatMap { metric in
            let examples =
                metric is any FeatureMetric.Type
                ? "raw features of \(sampleCount) generated and \(realCount) real examples"
                : "of \(sampleCount) generated examples"
            return metric.columns.map { "\($0.meaning); \(examples)" }
        }
    }
}
