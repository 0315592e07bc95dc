import Statistics
import Testing

struct CurveTests {
    private let curve = Curve(x: [0, 10, 30, 40], y: [.nan, 3, 5, 4])

    @Test func areasAreThoseOfSciPy() throws {
        for sample in try StatisticsOracle.read().curves {
            let curve = Curve(x: sample.x, y: sample.y)
            let range = sample.x.last! - sample.x[0]
            #expect(agree(curve.area(), sample.area, scale: range))
            #expect(agree(curve.area(isNormalized: true), sample.area / range))
        }
    }

    @Test func aConstantHasItselfAsNormalizedArea() {
        #expect(Curve(x: [5, 6, 105], y: [2, 2, 2]).area(isNormalized: true) == 2)
    }

    @Test func bestPassesOverWhatIsNotDefined() {
        #expect(curve.best(.higherIsBetter) == 5 && curve.best(.lowerIsBetter) == 3)
        #expect(Curve(x: [1], y: [.nan]).best(.higherIsBetter).isNaN)
    }

    @Test func aGapHasNoAreaAndAnUndefinedEndNoLastValue() {
        #expect(curve.area().isNaN && curve.last == 4)
        #expect(Curve(x: [1, 2], y: [1, .nan]).last.isNaN)
    }

    @Test(arguments: [(10, 3), (29.5, 3), (30, 5), (40, 4)] as [(Double, Double)])
    func aValueHoldsUntilTheNextRow(position: Double, value: Double) {
        #expect(curve.value(at: position) == value)
    }

    @Test(arguments: [-1, 0, 40.5, .nan] as [Double])
    func outsideAndInGapsThereIsNoValue(position: Double) {
        #expect(curve.value(at: position).isNaN)
    }

    @Test func aThresholdIsReachedAtOrBeyondIt() {
        #expect(curve.timeTo(threshold: 4, direction: .higherIsBetter) == 30)
        #expect(curve.timeTo(threshold: 3, direction: .lowerIsBetter) == 10)
        #expect(curve.timeTo(threshold: 6, direction: .higherIsBetter) == nil)
        #expect(curve.timeTo(threshold: .nan, direction: .higherIsBetter) == nil)
    }

    @Test func noRowsHaveNoNumbers() {
        let empty = Curve(x: [], y: [])
        #expect(empty.last.isNaN && empty.area().isNaN && empty.value(at: 0).isNaN)
        #expect(empty.best(.lowerIsBetter).isNaN)
        #expect(Curve(x: [3], y: [1]).area(isNormalized: true).isNaN)
    }
}
