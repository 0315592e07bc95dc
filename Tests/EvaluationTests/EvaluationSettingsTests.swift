import Datasets
import Evaluation
import Metrics
import Settings
import Testing

@Suite struct MixtureEvaluationTests {
    private let corners = GaussianMixture(centres: [(0, 0), (0, 9), (9, 0), (9, 9)], sigma: 1)

    private func evaluation(
        _ toml: String, every: Int = 100, mixture: GaussianMixture?
    ) throws -> MixtureEvaluation? {
        let table = try SettingsDocument(text: toml, file: "test.toml", overrides: []).root
        let evaluation = try MixtureEvaluation(settings: table, every: every, mixture: mixture)
        try table.finish()
        return evaluation
    }

    @Test func valuesComeInTheOrderOfTheColumns() throws {
        let evaluation = try #require(
            try evaluation(
                "metrics = [\"high-quality\", \"modes\"]\nsamples = 8", mixture: corners))
        #expect(evaluation.sampleCount == 8)
        let named = Metrics.catalog.map { $0.identifier }
        #expect(named.contains("modes") && named.contains("high-quality"))
        #expect(evaluation.columns.count == 2)
        #expect(evaluation.columns[1].name == "modes")
        // Six points near two of the centres, two near none.
        let samples: [Float] = [0, 0, 1, 0, 0, 1, 0, 9, 1, 9, 0, 8, 5, 5, 4, 4]
        let values = samples.withUnsafeBufferPointer { evaluation.values($0) }
        #expect(values == [0.75, 2])
    }

    @Test func everyMetricOfTheCatalogCanBeNamed() throws {
        for metric in Metrics.catalog {
            let evaluation = try #require(
                try evaluation("metrics = [\"\(metric.identifier)\"]", mixture: corners))
            #expect(evaluation.sampleCount == 2500)
            let samples = [Float](repeating: 9, count: 5000)
            let values = samples.withUnsafeBufferPointer { evaluation.values($0) }
            #expect(values.count == evaluation.columns.count)
            #expect(values.allSatisfy { $0.isFinite })
            #expect(evaluation.perfect.count == values.count)
        }
    }

    @Test func withoutMetricsOrIntervalThereIsNone() throws {
        #expect(try evaluation("", mixture: corners) == nil)
        #expect(try evaluation("metrics = []", mixture: nil) == nil)
        #expect(try evaluation("metrics = [\"modes\"]", every: 0, mixture: corners) == nil)
    }

    @Test func dataWithoutAMixtureIsRefused() throws {
        do {
            _ = try evaluation("metrics = [\"modes\"]", mixture: nil)
            Issue.record("metrics of unknown modes were accepted")
        } catch let error as SettingsError {
            #expect(error.key == "metrics")
            #expect(error.description.hasPrefix("test.toml:1:"))
            #expect(error.message.contains("gaussian-ring"))
        }
    }

    @Test(arguments: [
        "metrics = [\"mode\"]", "metrics = \"modes\"", "metrics = [\"modes\"]\nsamples = 0",
    ]) func valuesOutOfRangeAreRefused(toml: String) {
        #expect(throws: SettingsError.self) { try evaluation(toml, mixture: corners) }
    }
}
