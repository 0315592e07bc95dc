import Metrics
import Testing

@Suite("Mode histogram")
struct ModeHistogramTests {
    @Test func countsFollowTheNearestCentre() {
        let pair = MixtureReference(centres: [(0, 0), (4, 0)], sigma: 1)
        let histogram = measure([1.9, 0, 2.1, 0, 4, 2, 9, 9], pair).histogram
        #expect(histogram.counts == [1, 2])
        #expect(histogram.highQualityCount == 3)
        #expect(histogram.sampleCount == 4)
    }

    @Test func everySampleBelongsToOneCentre() {
        // Between two equally near centres: counted once, for the first.
        let pair = MixtureReference(centres: [(-1, 0), (1, 0)], sigma: 1)
        #expect(measure([0, 0], pair).histogram.counts == [1, 0])
    }

    @Test func onlyTheStatedSamplesCount() {
        let samples: [Float] = [1, 0, 1, 0, 1, 0]
        let measured = samples.withUnsafeBufferPointer {
            MeasuredSamples(samples: $0, count: 2, reference: ring)
        }
        #expect(measured.histogram.sampleCount == 2)
    }
}
