import Foundation
import Metrics
import Testing

/// What `Tests/Oracles/class_values.py` wrote.
private struct ClassOracle: Decodable {
    struct Scored: Decodable {
        let logits: [Float]
        /// Mean and standard deviation.
        let score: [Double]
    }
    struct Perfect: Decodable {
        let samples: Int
        /// By column: the mean over many draws and its standard error.
        let values: [[Double]]
    }

    let inception: [Scored]
    let perfect: [Perfect]

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Oracles/class_values.json")
        self = try JSONDecoder().decode(ClassOracle.self, from: Data(contentsOf: file))
    }
}

/// A classifier that is sure of these classes, `[example][channel]`.
private func sure(_ labels: [[Int]]) -> ClassPredictions {
    var logits: [Float] = []
    for label in labels.joined() {
        for digit in 0..<10 { logits.append(digit == label ? 1000 : 0) }
    }
    return ClassPredictions(logits: logits, channels: labels.first?.count ?? 3, classes: 10)
}

@Suite struct ClassPredictionsTests {
    @Test func probabilitiesAreTheSoftmaxOfLogits() {
        let predictions = ClassPredictions(
            logits: [0, Float(log(3.0)), 1000, 1000, -1000, 0, 5, 5], channels: 2, classes: 2)
        #expect(predictions.count == 2 && predictions.isFinite)
        #expect(agree(predictions.probabilities, [0.25, 0.75, 0.5, 0.5, 0, 1, 0.5, 0.5], 1e-7))
        #expect(predictions.likeliest(example: 0) == 1)
        #expect(predictions.likeliest(example: 0, channel: 1) == 0)
        #expect(predictions.likeliest(example: 1) == 1)
    }

    @Test func whatIsNoNumberIsSeen() {
        for logit: Float in [.nan, .infinity] {
            let predictions = ClassPredictions(logits: [0, logit], channels: 1, classes: 2)
            #expect(!predictions.isFinite)
        }
    }
}

@Suite struct InceptionScoreMetricTests {
    @Test func valuesAreThoseOfTheFormula() throws {
        for scored in try ClassOracle().inception {
            let predictions = ClassPredictions(logits: scored.logits, channels: 1, classes: 10)
            #expect(agree(InceptionScoreMetric.values(predictions), scored.score))
        }
    }

    @Test func sureAndEvenSamplesHaveTheMost() {
        let even = sure((0..<1000).map { [$0 % 10] })
        #expect(agree(InceptionScoreMetric.values(even), [10, 0]))
        let alike = sure([[Int]](repeating: [4], count: 30))
        #expect(agree(InceptionScoreMetric.values(alike), [1, 0]))
        let unsure = ClassPredictions(
            logits: [Float](repeating: 3, count: 200), channels: 1, classes: 10)
        #expect(agree(InceptionScoreMetric.values(unsure), [1, 0]))
        #expect(InceptionScoreMetric.values(sure([[1], [2]])).allSatisfy { $0.isNaN })
        #expect(InceptionScoreMetric.perfect(samples: 100, classes: 10) == nil)
    }
}

@Suite struct StackedModesMetricTests {
    @Test func classesAreCounted() {
        let three = sure([[0, 0, 7], [0, 7, 0], [9, 9, 9], [0, 0, 7]])
        // Shares of 1/2, 1/4 and 1/4.
        let divergence = 0.5 * log(500.0) + 2 * 0.25 * log(250.0)
        #expect(agree(StackedModesMetric.values(three), [3, divergence]))
        let one = sure([[Int]](repeating: [1, 2, 3], count: 50))
        #expect(agree(StackedModesMetric.values(one), [1, log(1000.0)]))
        let all = sure((0..<1000).map { [$0 / 100, $0 / 10 % 10, $0 % 10] })
        #expect(agree(StackedModesMetric.values(all), [1000, 0]))
        #expect(StackedModesMetric.values(sure([])).allSatisfy { $0.isNaN })
    }

    @Test func aPerfectSamplerHasWhatManyDrawsHave() throws {
        for expected in try ClassOracle().perfect {
            let found = try #require(
                StackedModesMetric.perfect(samples: expected.samples, classes: 10))
            for (value, drawn) in zip(found, expected.values) {
                #expect(abs(value - drawn[0]) <= 5 * drawn[1] + 1e-6, "\(expected.samples)")
            }
        }
    }

    /// One or two draws from eight classes.
    @Test func aPerfectSamplerOfFewDrawsIsCountedByHand() throws {
        let one = try #require(StackedModesMetric.perfect(samples: 1, classes: 2))
        #expect(agree(one, [1, log(8.0)]))
        let two = try #require(StackedModesMetric.perfect(samples: 2, classes: 2))
        #expect(agree(two, [1 + 7.0 / 8, (log(8.0) + 7 * log(4.0)) / 8]))
    }
}
