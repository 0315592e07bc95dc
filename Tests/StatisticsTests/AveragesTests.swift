import Statistics
import Testing

struct AveragesTests {
    @Test(
        arguments: [
            ([3], 3), ([1, 2], 1.5), ([9, 1, 2], 2), ([4, 1, 3, 2], 2.5),
        ] as [([Double], Double)])
    func theMedianIsTheMiddle(values: [Double], median: Double) {
        #expect(Averages.median(values) == median)
    }

    @Test func theMeanIsTheSumByTheCount() {
        #expect(Averages.mean([1, 2, 6]) == 3)
    }

    @Test func nothingHasNoAverage() {
        #expect(Averages.mean([]).isNaN && Averages.median([]).isNaN)
        #expect(Averages.mean([1, .nan]).isNaN && Averages.median([1, .nan]).isNaN)
    }
}
