import Evaluation
import Metrics
import Settings
import Testing

@Suite struct FeatureExtractorTests {
    private let lines = "metrics = [\"frechet\"]\nsamples = 100\nreal_samples = 200\n"

    @Test func digitsAreComparedByWhatTheClassifierMakesOfThem() throws {
        let data = try Digits.open()
        let settings = try #require(
            try readEvaluation(lines + "features = \"digits\"", data: data))
        #expect(settings.extractor == .digits)
        #expect(settings.meanings[0].contains(DigitClassifier.stored.hash))
        #expect(settings.meanings[0].contains("not comparable with published values"))
        #expect(settings.meanings[0].contains("held-out digits have"))
        let evaluation = SampleEvaluation(settings, data: data, seed: 1)
        // Real digits are near, noise is far.
        let perfect = evaluation.perfect[0]
        let noise = (0..<(100 * 784)).map { Float(($0 * 7919) % 1009) / 1009 }
        let far = noise.withUnsafeBufferPointer { evaluation.values($0)[0] }
        #expect(perfect.isFinite && far > 5 * perfect)
        var broken = noise
        broken[5] = -.infinity
        #expect(broken.withUnsafeBufferPointer { evaluation.values($0)[0] }.isNaN)
    }

    @Test func rawValuesAreTheDefault() throws {
        let settings = try readEvaluation(lines, data: try Digits.open())
        #expect(settings?.extractor == .raw)
        #expect(FeatureExtractor.raw.width(of: [28, 28, 3]) == 2352)
        #expect(FeatureExtractor.digits.width(of: [28, 28, 3]) == 384)
    }

    @Test(arguments: [
        ("range = [0, 255]", "mnist", "0...1 or -1...1"), ("crop = 20", "mnist", "28 x 28"),
    ]) func whatIsNoDigitIsRefused(keys: String, source: String, reason: String) throws {
        let data = try Digits.open(keys, source: source)
        let error = #expect(throws: SettingsError.self) {
            try readEvaluation(lines + "features = \"digits\"", data: data)
        }
        #expect(error?.key == "features")
        #expect(error?.description.hasPrefix("test.toml:4:") == true)
        #expect(error?.message.contains(reason) == true)
    }

    @Test func onlyMetricsOfFeaturesHaveThem() throws {
        let error = #expect(throws: SettingsError.self) {
            try readEvaluation(
                "metrics = [\"modes\"]\nfeatures = \"raw\"", data: FixedExamples.corners())
        }
        #expect(error?.key == "features")
    }
}
