import Foundation
import Metrics
import Testing

private let featureMetrics = Metrics.catalog.compactMap { $0 as? any FeatureMetric.Type }

/// Points on a line, `i^2 / 7`: no two distances are equal.
private func points(_ range: Range<Int>) -> FeatureMatrix {
    FeatureMatrix(values: range.map { Double($0 * $0) / 7 }, width: 1)
}

@Suite("Metrics of features")
struct FeatureMetricTests {
    private static let cases = MetricsOracle.stored.features

    @Test(arguments: cases.indices) func agreesWithTheReferences(index: Int) {
        let oracle = Self.cases[index]
        let (real, generated) = (oracle.realFeatures, oracle.generatedFeatures)
        func values(_ metric: any FeatureMetric.Type) -> [Double] {
            metric.init(real: real).values(generated)
        }
        // SciPy's root of a singular product is good to half the digits.
        let isSingular = min(real.count, generated.count) <= oracle.width
        #expect(
            agree(values(FrechetMetric.self), [oracle.frechet], isSingular ? 1e-6 : 1e-10))
        #expect(agree(values(MeanDiscrepancyMetric.self), [oracle.mmd]))
        #expect(agree(values(PrecisionRecallMetric.self), oracle.precisionRecall))
        #expect(agree(values(DensityCoverageMetric.self), oracle.densityCoverage))
        #expect(
            agree(values(NearestNeighborAccuracyMetric.self), oracle.nearestNeighborAccuracy))
        #expect(agree(values(MemorizationMetric.self), oracle.memorization))
        #expect(
            agree(
                KernelInceptionMetric(real: real).values(
                    generated, realSubsets: oracle.kid.real,
                    generatedSubsets: oracle.kid.generated),
                [oracle.kid.mean, oracle.kid.deviation]))
        #expect(
            agree(
                SlicedWassersteinMetric(real: real, directions: oracle.directions)
                    .values(generated), [oracle.slicedWasserstein]))
    }

    /// Twice as many neighbours of each example, at no distance: the radii become smaller.
    @Test func equalSetsAreIdeal() {
        let real = MetricsOracle.stored.features[2].realFeatures
        func values(_ metric: any FeatureMetric.Type) -> [Double] {
            metric.init(real: real).values(real)
        }
        #expect(agree(values(FrechetMetric.self), [0], 1e-10))
        #expect(values(SlicedWassersteinMetric.self) == [0])
        #expect(values(PrecisionRecallMetric.self) == [1, 1])
        #expect(values(DensityCoverageMetric.self) == [1, 1])
        #expect(values(NearestNeighborAccuracyMetric.self) == [0, 0, 0])
        #expect(values(MemorizationMetric.self) == [0, 0])
        // Unbiased for independent sets: of copies, below zero.
        #expect(values(KernelInceptionMetric.self)[0] < 0)
        #expect(values(MeanDiscrepancyMetric.self)[0] < 0)
    }

    @Test func setsFarApartAreTold() {
        let real = points(0..<20)
        let far = FeatureMatrix(values: real.values.map { $0 + 1e4 }, width: 1)
        func values(_ metric: any FeatureMetric.Type) -> [Double] {
            metric.init(real: real).values(far)
        }
        #expect(agree(values(FrechetMetric.self), [1e8], 1e-10))
        #expect(agree(values(SlicedWassersteinMetric.self), [1e4], 1e-10))
        #expect(values(PrecisionRecallMetric.self) == [0, 0])
        #expect(values(DensityCoverageMetric.self) == [0, 0])
        #expect(values(NearestNeighborAccuracyMetric.self) == [1, 1, 1])
        #expect(values(MemorizationMetric.self)[0] == 1)
    }

    /// The bound itself counts for precision and recall, and not for density and coverage.
    @Test func boundsAreClosedOrOpenAsPublished() {
        let real = FeatureMatrix(values: [0, 1, 2, 3, 4, 5], width: 1)
        // 3 from the third nearest neighbour of 0, exactly on the bound of nothing else.
        let edge = FeatureMatrix(values: [-3, -3, -3, -3], width: 1)
        #expect(PrecisionRecallMetric(real: real).values(edge)[0] == 1)
        // The fifth neighbour of 0 is at 5.
        let outer = FeatureMatrix(values: [-5], width: 1)
        #expect(DensityCoverageMetric(real: real).values(outer) == [0, 0])
        let inner = FeatureMatrix(values: [-4.5], width: 1)
        #expect(DensityCoverageMetric(real: real).values(inner) == [0.2, 1.0 / 6])
    }

    @Test func anEquallyNearNeighborCountsHalf() {
        // Each has its own and the other kind's nearest at distance 1.
        let real = FeatureMatrix(values: [0, 0, 1, 0], width: 2)
        let generated = FeatureMatrix(values: [0, 1, 1, 1], width: 2)
        #expect(
            NearestNeighborAccuracyMetric(real: real).values(generated) == [0.5, 0.5, 0.5])
    }

    /// N(0, 1) to N(3, 4) in each of two independent features: 2 (9 + (2 - 1)^2).
    @Test func frechetOfKnownDistributions() {
        // The mean is 0, and the variance 1, with the division by 4 - 1.
        let unit = [-1.0, -1, 1, 1].map { $0 * 0.75.squareRoot() }
        let other = [-1.0, 1, -1, 1].map { $0 * 0.75.squareRoot() }
        func grid(_ shift: Double, _ scale: Double) -> FeatureMatrix {
            FeatureMatrix(
                values: zip(unit, other).flatMap { [shift + scale * $0, shift + scale * $1] },
                width: 2)
        }
        let metric = FrechetMetric(real: grid(0, 1))
        #expect(agree(metric.values(grid(3, 2)), [20]))
        #expect(agree(metric.values(grid(0, 1)), [0]))
    }

    @Test(arguments: featureMetrics.indices)
    func tooFewExamplesHaveNoValue(index: Int) {
        let metric = featureMetrics[index]
        let one = FeatureMatrix(values: [1, 2], width: 2)
        let none = FeatureMatrix(values: [], width: 2)
        for (real, generated) in [(one, none), (none, one), (none, none)] {
            let values = metric.init(real: real).values(generated)
            #expect(values.count == metric.columns.count)
            #expect(values.allSatisfy { $0.isNaN }, "\(metric.identifier)")
        }
        #expect(metric.init(real: one).values(one).count == metric.columns.count)
    }

    /// The order of the examples does not matter, nor does the number of evaluations before.
    @Test(arguments: featureMetrics.indices)
    func evaluationsAreRepeatable(index: Int) {
        let oracle = Self.cases[3]
        let metric = featureMetrics[index].init(real: oracle.realFeatures)
        let first = metric.values(oracle.generatedFeatures)
        #expect(metric.values(oracle.generatedFeatures) == first)
        #expect(first.allSatisfy { $0.isFinite })
    }
}
