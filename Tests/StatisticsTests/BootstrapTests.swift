import Statistics
import Testing

struct BootstrapTests {
    private static func statistic(_ name: String) -> ([[Double]]) -> Double {
        name == "mean"
            ? { Averages.mean($0.map(Averages.mean)) }
            : { Averages.interquartileMean($0.flatMap(\.self)) }
    }

    /// On the very resamples that rliable drew, to the last digits.
    @Test func percentilesAreThoseOfRliable() throws {
        for sample in try StatisticsOracle.read().bootstrap {
            let resamples = sample.drawn.map { drawn in
                zip(sample.strata, drawn).map { values, indices in indices.map { values[$0] } }
            }
            for expected in sample.intervals {
                let interval = ConfidenceInterval(
                    percentilesOf: resamples.map(Self.statistic(expected.statistic)),
                    level: sample.level)
                #expect(agree(interval.lower, expected.exact[0]))
                #expect(agree(interval.upper, expected.exact[1]))
            }
        }
    }

    /// With generators of their own the two differ by chance, less the more resamples they make.
    @Test func ownResamplesComeCloseToRliable() throws {
        for sample in try StatisticsOracle.read().bootstrap {
            for expected in sample.intervals {
                let interval = Bootstrap.interval(
                    strata: sample.strata, statistic: Self.statistic(expected.statistic),
                    resamples: 20_000)
                let width = expected.near[1] - expected.near[0]
                #expect(abs(interval.lower - expected.near[0]) < 0.03 * width)
                #expect(abs(interval.upper - expected.near[1]) < 0.03 * width)
            }
        }
    }

    @Test func strataKeepTheirValuesAndSizes() {
        let interval = Bootstrap.interval(
            strata: [[1, 1, 1], [5, 5]],
            statistic: { $0.map(\.count) == [3, 2] ? $0[0][0] + $0[1][1] : .nan })
        #expect(interval == ConfidenceInterval(lower: 6, upper: 6))
    }

    @Test func theSameSeedGivesTheSameBounds() {
        func bounds(_ seed: UInt64) -> ConfidenceInterval {
            Bootstrap.interval(
                of: [1, 2, 4, 8.5, 3.25], statistic: Averages.mean, resamples: 50, seed: seed)
        }
        #expect(bounds(1) == bounds(1))
        #expect(bounds(1) != bounds(2))
    }

    @Test(arguments: [[], [[]], [[3]], [[3], [4]], [[1, 2], []], [[1, .nan]]] as [[[Double]]])
    func whatCannotBeSaidIsUndefined(strata: [[Double]]) {
        let interval = Bootstrap.interval(
            strata: strata, statistic: { Averages.mean($0.flatMap(\.self)) })
        #expect(interval.lower.isNaN && interval.upper.isNaN)
    }
}
