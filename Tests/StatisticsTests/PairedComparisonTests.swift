import Statistics
import Testing

struct PairedComparisonTests {
    private static func compare(_ differences: [Double]) -> PairedComparison {
        let treatment = Dictionary(uniqueKeysWithValues: differences.enumerated().map { ($0, $1) })
        return PairedComparison(treatment: treatment, control: treatment.mapValues { _ in 0 })
    }

    @Test func signFlipsAreThoseOfSciPy() throws {
        for sample in try StatisticsOracle.read().signFlips {
            let comparison = Self.compare(sample.differences)
            #expect(agree(comparison.pValue, sample.p), "of \(sample.differences)")
            #expect(comparison.test.isExact)
            if let near = sample.near {
                let width = near[1] - near[0]
                // The means of few differences lie far apart, so that a bound can fall into a gap.
                let share = sample.differences.count < 8 ? 0.2 : 0.06
                #expect(abs(comparison.interval.lower - near[0]) < share * width)
                #expect(abs(comparison.interval.upper - near[1]) < share * width)
            }
        }
    }

    /// Up to 40 differences, whose 2^40 patterns nobody could enumerate one by one.
    @Test func signFlipsOfRanksAreWilcoxons() throws {
        for sample in try StatisticsOracle.read().signedRanks {
            let test = SignFlipTest(sample.differences)
            #expect(abs(test.pValue / sample.p - 1) < 1e-12 && test.isExact)
        }
    }

    @Test func beyondFortyDifferencesItSaysThatItEstimates() {
        let test = SignFlipTest((0..<60).map { $0 < 38 ? 1 : -1 })
        // 2 P(B >= 38) with B ~ Binomial(60, 1/2).
        #expect(!test.isExact && abs(test.pValue - 0.0519) < 0.004)
        #expect(SignFlipTest([Double](repeating: 1, count: 60)).pValue == 1e-5)
    }

    @Test(arguments: [(1, 1), (2, 0.5), (5, 0.0625), (10, 0.001953125)])
    func theSmallestPIsReachedWhereAllAgree(count: Int, pValue: Double) {
        let comparison = Self.compare((1...count).map(Double.init))
        #expect(comparison.pValue == pValue && comparison.smallestPValue == pValue)
        #expect(Self.compare((1...count).map { -Double($0) }).pValue == pValue)
    }

    /// 7.1 - 7.0 and 1000.1 - 1000 are the same difference: 10 of 16 patterns reach 0.2.
    @Test func differencesThatDifferByRoundingAreTies() {
        let control = [7.0, 100, 1000, 3]
        let comparison = PairedComparison(
            treatment: Dictionary(
                uniqueKeysWithValues: zip(1..., zip(control, [0.1, 0.1, 0.1, -0.1]).map(+))),
            control: Dictionary(uniqueKeysWithValues: zip(1..., control)))
        #expect(comparison.pValue == 0.625)
    }

    @Test func nothingDiffersOrNothingIsThere() {
        #expect(Self.compare([0, 0, 0]).pValue == 1)
        #expect(Self.compare([0, 0, 0]).interval == ConfidenceInterval(lower: 0, upper: 0))
        let empty = Self.compare([])
        #expect(empty.count == 0 && empty.pValue.isNaN && empty.smallestPValue.isNaN)
        #expect(empty.meanDifference.isNaN && empty.interval.lower.isNaN)
        #expect(Self.compare([2]).interval.lower.isNaN)
        #expect(SignFlipTest([1, .nan]).pValue.isNaN && SignFlipTest([1, .infinity]).pValue.isNaN)
    }

    @Test func onlyWholePairsAreComparedAndTheRestIsNamed() {
        let comparison = PairedComparison(
            treatment: [1: 5, 2: .nan, 3: 7, 4: 1, 9: .infinity],
            control: [1: 4, 2: 0, 3: 5, 7: 2, 9: 1])
        #expect(comparison.seeds == [1, 3] && comparison.differences == [1, 2])
        #expect(comparison.unpairedSeeds == [2, 4, 7, 9])
        #expect(comparison.meanDifference == 1.5)
    }

    @Test func holmIsThatOfStatsmodels() throws {
        for sample in try StatisticsOracle.read().holm {
            let adjusted = Holm.adjust(sample.p)
            #expect(zip(adjusted, sample.adjusted).allSatisfy { agree($0, $1) })
            #expect(adjusted.count == sample.adjusted.count)
        }
    }

    @Test func testsThatWereNotMadeDoNotCount() {
        let adjusted = Holm.adjust([0.04, .nan, 0.02])
        #expect(adjusted[0] == 0.04 && adjusted[1].isNaN && adjusted[2] == 0.04)
        #expect(Holm.adjust([]).isEmpty)
    }
}
