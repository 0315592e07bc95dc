import Evaluation
import Testing

/// Worked out by hand from a matrix of three members; discriminators 2, 0 and 1 sit with the
/// generators 0, 1 and 2.
@Suite struct PopulationMeasuresTests {
    private let crossPlay = CrossPlay(
        discriminatorOfPair: [2, 0, 1],
        accuracy: [
            0.5, 0.25, 0.75,
            0.0, 0.5, 1.0,
            0.25, 0.25, 0.5,
        ],
        loss: [
            1, 2, 3,
            4, 5, 6,
            7, 8, 10,
        ])

    @Test func couplingGaps() {
        // Generator 0: (1 + 4) / 2 - 7; 1: (5 + 8) / 2 - 2; 2: (3 + 10) / 2 - 6.
        #expect(CouplingMeasure.values(crossPlay) == [[-4.5, 4.5, 0.5], [0.5 / 3]])
        let single = CrossPlay(discriminatorOfPair: [0], accuracy: [0.5], loss: [1])
        #expect(CouplingMeasure.values(single).joined().allSatisfy { $0.isNaN })
    }

    @Test func generativeAdversarialMetricTwo() {
        let values = AdversarialMetricTwo.values(crossPlay)
        #expect(values[0] == [0.25, 1.0 / 3, 0.75])
        #expect(values[1] == [0, 0.25, 0.5])
        // Without discriminator 2, 0 and 1.
        #expect(values[2] == [0.25, 0.375, 0.625])
        let single = CrossPlay(discriminatorOfPair: [0], accuracy: [0.5], loss: [1])
        #expect(AdversarialMetricTwo.values(single)[0] == [0.5])
        #expect(AdversarialMetricTwo.values(single)[2][0].isNaN)
        let critics = CrossPlay(
            discriminatorOfPair: [0, 1], accuracy: [.nan, .nan, 0.5, 0.5], loss: [1, 1, 1, 1])
        #expect(AdversarialMetricTwo.values(critics).joined().count { $0.isNaN } == 5)
    }

    @Test func generativeAdversarialMetric() {
        // 0 (discriminator 2) and 1 (0): 0.25 of 1's and 0.5 of 0's samples pass: 0 wins.
        // 0 and 2 (discriminator 1): 0.5 of 2's, 0 of 0's: 2 wins.
        // 1 and 2: 0.75 of 2's, 0.5 of 1's: 2 wins.
        let values = AdversarialMetric.values(crossPlay, heldOutAccuracy: [0.5, 0.4, 0.8])
        #expect(values[0] == [0.5, 0, 1])
        #expect(values[1] == [1.6, 2, 2])
        let even = CrossPlay(
            discriminatorOfPair: [0, 1], accuracy: [0, 0.5, 0.5, 1], loss: [0, 0, 0, 0])
        #expect(AdversarialMetric.values(even, heldOutAccuracy: [1, 1]) == [[0.5, 0.5], [1, 1]])
        let unknown = AdversarialMetric.values(even, heldOutAccuracy: [.nan, .nan])
        #expect(unknown[0] == [0.5, 0.5] && unknown[1].allSatisfy { $0.isNaN })
        // Beside a critic, which has no such share.
        let mixed = AdversarialMetric.values(crossPlay, heldOutAccuracy: [0.5, .nan, 0.8])
        #expect(mixed[1].allSatisfy { $0.isNaN })
        let blind = AdversarialMetric.values(even, heldOutAccuracy: [0, 0.5])
        #expect(blind[1] == [.infinity, .infinity])
    }

    @Test func discriminatorGaps() {
        let values = DiscriminatorGapMeasure.values(
            RealPlay(
                trainingAccuracy: [1, 0.5], heldOutAccuracy: [0.75, 0.5],
                trainingLoss: [0.25, 1], heldOutLoss: [1, 1.25]))
        #expect(values == [[1, 0.5], [0.75, 0.5], [0.25, 1], [1, 1.25], [0.75, 0.25], [0.5]])
    }
}
