import Statistics
import Testing

struct AveragesTests {
    @Test func averagesAreThoseOfSciPyAndRliable() throws {
        for sample in try StatisticsOracle.read().averages {
            let values = sample.values
            let scale = values.map(abs).max()!
            #expect(agree(Averages.mean(values), sample.mean, scale: scale))
            #expect(agree(Averages.median(values), sample.median, scale: scale))
            #expect(
                agree(Averages.interquartileMean(values), sample.interquartileMean, scale: scale))
            #expect(
                agree(Averages.standardDeviation(values), sample.standardDeviation, scale: scale))
            #expect(agree(Averages.standardError(values), sample.standardError, scale: scale))
            for quantile in sample.quantiles {
                let ours = Averages.quantile(quantile.probability, of: values)
                #expect(agree(ours, quantile.value, scale: scale))
            }
        }
    }

    @Test(
        arguments: [
            ([3], 3), ([1, 2], 1.5), ([9, 1, 2], 2), ([4, 1, 3, 2], 2.5),
        ] as [([Double], Double)])
    func theMedianIsTheMiddle(values: [Double], median: Double) {
        #expect(Averages.median(values) == median)
    }

    @Test func nothingHasNoAverage() {
        for average in [Averages.mean, Averages.median, Averages.interquartileMean] {
            #expect(average([]).isNaN && average([1, .nan, 2]).isNaN)
        }
        #expect(Averages.quantile(0.5, of: []).isNaN)
    }

    @Test func oneValueHasNoSpread() {
        #expect(Averages.standardDeviation([3]).isNaN && Averages.standardError([3]).isNaN)
        #expect(Averages.standardDeviation([3, 3]) == 0)
        #expect(Averages.interquartileMean([3]) == 3)
        #expect(Averages.quantile(0.975, of: [3]) == 3)
    }

    /// Times that were never reached are infinite, and their order is all that counts.
    @Test func ranksBearInfinity() {
        #expect(Averages.median([1, 2, .infinity]) == 2)
        #expect(Averages.median([1, .infinity, .infinity, .infinity]) == .infinity)
        #expect(Averages.quantile(0.9, of: [1, .infinity, .infinity]) == .infinity)
        #expect(Averages.quantile(0.5, of: [1, 2, .infinity]) == 2)
        #expect(Averages.interquartileMean([1, 2, 4, .infinity]) == 3)
    }
}
