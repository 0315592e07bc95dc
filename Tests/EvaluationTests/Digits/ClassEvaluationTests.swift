import Evaluation
import Metrics
import Settings
import Testing

@Suite struct ClassEvaluationTests {
    @Test func realDigitsAreSureAndEven() throws {
        let data = try Digits.open("subset = \"train\"")
        let settings = try #require(
            try readEvaluation("metrics = [\"inception-score\"]\nsamples = 1000", data: data))
        #expect(settings.realCount == 0)
        #expect(settings.meanings[0].contains(DigitClassifier.stored.hash))
        #expect(settings.meanings[0].contains("of 1000 generated examples"))
        let evaluation = SampleEvaluation(settings, data: data, seed: 1)
        let values = Digits.examples(data, 0..<1000).withUnsafeBufferPointer(evaluation.values)
        #expect(values[0] > 9 && values[0] <= 10 && values[1] < 0.5)
        // A thousand other digits.
        #expect(abs(evaluation.perfect[0] - values[0]) < 0.3)
        #expect(evaluation.smallerSecondSample == nil)
        let one = [Float](repeating: 0, count: 50 * 784)
        #expect(abs(one.withUnsafeBufferPointer(evaluation.values)[0] - 1) < 1e-6)
        let broken = [Float](repeating: .nan, count: 50 * 784)
        #expect(broken.withUnsafeBufferPointer(evaluation.values)[0].isNaN)
    }

    @Test(arguments: ["fixed", "drawn"])
    func stacksOfRealDigitsReachTheirClasses(protocol name: String) throws {
        let data = try Digits.open(
            "subset = \"test\"\nprotocol = \"\(name)\"\nrange = [-1, 1]", source: "stacked-mnist")
        let settings = try #require(
            try readEvaluation("metrics = [\"stacked-modes\"]\nsamples = 600", data: data))
        let evaluation = SampleEvaluation(settings, data: data, seed: 1)
        let values = Digits.examples(data, 0..<600).withUnsafeBufferPointer(evaluation.values)
        let perfect = evaluation.perfect
        // Six deviations of what even draws have; few of them are named wrongly.
        #expect(abs(values[0] - perfect[0]) < 60 && abs(values[1] - perfect[1]) < 0.15)
        #expect(evaluation.smallerSecondSample == nil)
        #expect(!settings.meanings[0].contains("held-out digits have"))
    }

    @Test(arguments: [
        ("inception-score", "stacked-mnist", "count = 9", "one digit each"),
        ("stacked-modes", "mnist", "", "stacked digits"),
        ("inception-score", "mnist", "range = [0, 2]", "change data.range"),
        ("stacked-modes", "stacked-mnist", "count = 9\ncrop = 24", "28 x 28"),
    ]) func otherExamplesAreRefused(
        metric: String, source: String, keys: String, reason: String
    ) throws {
        let data = try Digits.open(keys, source: source)
        let error = #expect(throws: SettingsError.self) {
            try readEvaluation("samples = 9\nmetrics = [\"\(metric)\"]", data: data)
        }
        #expect(error?.key == "metrics")
        #expect(error?.description.hasPrefix("test.toml:2:") == true)
        #expect(error?.message.contains(reason) == true)
    }
}
