import Datasets
import Metrics
import Settings

/// What `[evaluate]` asks for: metrics of fresh samples against a known mixture.
package struct MixtureEvaluation: Sendable {
    package let metrics: [any MixtureMetric.Type]
    package let sampleCount: Int
    private let reference: MixtureReference

    /// - Throws: `SettingsError` where metrics are asked for that the data has no reference for.
    package init?(
        settings: SettingsTable, every: Int, mixture: GaussianMixture?
    ) throws {
        let catalog = Metrics.catalog
        let names = try settings.choices(
            "metrics", of: catalog.map { $0.identifier }, default: [],
            "Measures of the generated examples, for Gaussian sets.")
        sampleCount = try settings.integer(
            "samples", default: 2500, in: 1...10_000_000, unit: "examples",
            "Generated examples per evaluation and member.")
        metrics = names.compactMap { name in
            catalog.first { $0.identifier == name } as? any MixtureMetric.Type
        }
        guard !metrics.isEmpty, every > 0 else { return nil }
        guard let mixture else {
            throw settings.error(
                "metrics",
                "these metrics need data with known modes (gaussian-ring or gaussian-grid)")
        }
        reference = MixtureReference(centres: mixture.centres, sigma: mixture.sigma)
    }

    package var columns: [MetricColumn] { metrics.flatMap { $0.columns } }

    /// One value per column for `[sampleCount, 2]` examples.
    package func values(_ examples: UnsafeBufferPointer<Float>) -> [Double] {
        precondition(examples.count >= 2 * sampleCount, "fewer samples than stated")
        let histogram = ModeHistogram(
            samples: UnsafeBufferPointer(rebasing: examples[..<(2 * sampleCount)]),
            reference: reference)
        return metrics.flatMap { $0.values(histogram) }
    }

    /// What as many samples of the mixture itself have on average, one value per column.
    package var perfect: [Double] {
        metrics.flatMap { $0.perfect(modes: reference.centres.count, samples: sampleCount) }
    }
}
