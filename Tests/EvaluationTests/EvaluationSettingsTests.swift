import Datasets
import Evaluation
import Metrics
import Settings
import Testing

/// What the lines of `[evaluate]` ask for.
func readEvaluation(
    _ toml: String, every: Int = 100, data: (any DataSource)?
) throws -> EvaluationSettings? {
    let table = try SettingsDocument(text: toml, file: "test.toml", overrides: []).root
    let evaluation = try EvaluationSettings(settings: table, every: every, data: data)
    try table.finish()
    return evaluation
}

@Suite struct EvaluationSettingsTests {
    @Test func columnsComeInTheOrderOfTheMetrics() throws {
        let settings = try #require(
            try readEvaluation(
                "metrics = [\"precision-recall\", \"modes\"]\nsamples = 8\nreal_samples = 30",
                data: FixedExamples.corners()))
        #expect(settings.sampleCount == 8 && settings.realCount == 30)
        #expect(settings.columns.map(\.name) == ["precision", "recall", "modes"])
        #expect(settings.meanings.count == 3)
        #expect(settings.meanings[0].hasSuffix("raw features of 8 generated and 30 real examples"))
        #expect(settings.meanings[2].hasSuffix("of 8 generated examples"))
    }

    @Test func allOfAFewRealExamplesAreTaken() throws {
        let settings = try readEvaluation("metrics = [\"mmd\"]", data: FixedExamples.unknown())
        #expect(settings?.realCount == 100 && settings?.sampleCount == 2500)
    }

    @Test func withoutMetricsOrIntervalThereIsNone() throws {
        let corners = FixedExamples.corners()
        #expect(try readEvaluation("", data: corners) == nil)
        #expect(try readEvaluation("metrics = []", data: FixedExamples.unknown()) == nil)
        #expect(try readEvaluation("metrics = [\"modes\"]", every: 0, data: corners) == nil)
    }

    @Test func dataWithoutKnownModesIsRefused() throws {
        do {
            _ = try readEvaluation(
                "metrics = [\"mmd\", \"modes\"]", data: FixedExamples.unknown())
            Issue.record("metrics of unknown modes were accepted")
        } catch let error as SettingsError {
            #expect(error.key == "metrics")
            #expect(error.description.hasPrefix("test.toml:1:"))
            #expect(error.message.contains("modes needs data"))
            #expect(error.message.contains("gaussian-ring"))
        }
    }

    @Test(arguments: [
        ("metrics = [\"mode\"]", "metrics"), ("metrics = \"modes\"", "metrics"),
        ("metrics = [\"modes\"]\nsamples = 0", "samples"),
        ("metrics = [\"modes\", \"modes\"]", "metrics"),
        ("metrics = [\"mmd\"]\nreal_samples = 0", "real_samples"),
        // Only metrics of features compare with real examples.
        ("metrics = [\"modes\"]\nreal_samples = 9", "real_samples"),
    ]) func valuesThatDoNotFitAreRefused(toml: String, key: String) throws {
        let error = #expect(throws: SettingsError.self) {
            try readEvaluation(toml, data: FixedExamples.corners())
        }
        #expect(error?.key == key)
    }

    @Test func moreThanFitsInMemoryIsRefused() throws {
        let wide = FixedExamples.unknown(shape: [64, 64, 3], count: 2)
        #expect(throws: SettingsError.self) {
            try readEvaluation("metrics = [\"mmd\"]\nsamples = 11000", data: wide)
        }
        #expect(try readEvaluation("metrics = [\"mmd\"]\nsamples = 10000", data: wide) != nil)
        for metric in ["inception-score", "frechet"] {
            let error = #expect(throws: SettingsError.self) {
                try readEvaluation(
                    "metrics = [\"\(metric)\"]\nsamples = 200000", data: try Digits.open())
            }
            #expect(error?.key == "samples")
        }
        let error = #expect(throws: SettingsError.self) {
            try readEvaluation("metrics = [\"frechet\"]", data: wide)
        }
        #expect(error?.message.contains("12288") == true)
    }
}
