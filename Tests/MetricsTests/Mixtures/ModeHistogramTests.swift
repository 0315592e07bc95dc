import Metrics
import Testing

@Suite("Mode histogram")
struct ModeHistogramTests {
    @Test func countsFollowTheNearestCentre() {
        let pair = MixtureReference(centres: [(0, 0), (4, 0)], sigma: 1)
        let found = histogram([1.9, 0, 2.1, 0, 4, 2, 9, 9], pair)
        #expect(found.counts == [1, 2])
        #expect(found.highQualityCount == 3)
        #expect(found.sampleCount == 4)
    }

    @Test func everySampleBelongsToOneCentre() {
        // Between two equally near centres: counted once, for the first.
        let pair = MixtureReference(centres: [(-1, 0), (1, 0)], sigma: 1)
        #expect(histogram([0, 0], pair).counts == [1, 0])
    }
}
