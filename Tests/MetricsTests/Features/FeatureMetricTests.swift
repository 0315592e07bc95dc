import Foundation
import Metrics
import Randomness
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

    /// By default 100 subsets of 1,000 examples each, as the documentation names their streams; few
    /// small ones are summed one by one, many large ones from the kernel of all.
    @Test func kernelDistancesOfDrawnSubsets() throws {
        func normals(_ count: Int, seed: UInt64, shift: Double) -> FeatureMatrix {
            var numbers = [Float](repeating: 0, count: count * 3)
            numbers.withUnsafeMutableBufferPointer {
                RandomStream(seed: seed, step: 0, member: 0, purpose: .data).fillNormal($0)
            }
            return FeatureMatrix(values: numbers.map { Double($0) + shift }, width: 3)
        }
        func subsets(_ size: Int, of count: Int, update: UInt16) -> [[Int]] {
            (0..<100).map {
                RandomStream(
                    seed: 0, step: UInt32($0), member: 0, purpose: .evaluationData, update: update
                ).subset(size, of: count)
            }
        }
        let (real, generated) = (normals(1500, seed: 1, shift: 0), normals(1200, seed: 2, shift: 1))
        let metric = KernelInceptionMetric(real: real)
        let found = metric.values(generated)
        let (realSubsets, generatedSubsets) = (
            subsets(1000, of: 1500, update: 1), subsets(1000, of: 1200, update: 2)
        )
        #expect(
            found
                == metric.values(
                    generated, realSubsets: realSubsets, generatedSubsets: generatedSubsets))
        #expect(found[0] > 0.1 && found[1] > 0 && found[1] < 0.1 * found[0])
        // The same formula, term by term, for the first of small subsets.
        let (left, right) = (
            subsets(20, of: 1500, update: 1), subsets(20, of: 1200, update: 2)
        )
        let estimates = zip(left, right).map { left, right in
            func kernels(
                _ a: FeatureMatrix, _ rows: [Int], _ b: FeatureMatrix, _ columns: [Int],
                isSame: Bool
            ) -> Double {
                rows.reduce(0) { sum, row in
                    columns.reduce(sum) { sum, column in
                        let product = (0..<3).reduce(0) {
                            $0 + a.values[3 * row + $1] * b.values[3 * column + $1]
                        }
                        return isSame && row == column ? sum : sum + pow(product / 3 + 1, 3)
                    }
                }
            }
            return
                (kernels(real, left, real, left, isSame: true)
                + kernels(generated, right, generated, right, isSame: true)) / (20 * 19)
                - 2 * kernels(real, left, generated, right, isSame: false) / 400
        }
        let small = metric.values(generated, realSubsets: left, generatedSubsets: right)
        #expect(agree([small[0]], [estimates.reduce(0, +) / 100], 1e-9))
    }

    /// The order of generated examples changes rounding alone, except where as many are taken as
    /// there are real ones, or subsets are drawn.
    @Test(arguments: featureMetrics.indices)
    func theOrderOfSamplesDoesNotMatter(index: Int) {
        let oracle = Self.cases[3]
        let count = min(oracle.realFeatures.count, oracle.generatedFeatures.count)
        func rows(_ matrix: FeatureMatrix, _ order: some Sequence<Int>) -> FeatureMatrix {
            FeatureMatrix(
                values: order.flatMap {
                    matrix.values[($0 * oracle.width)..<(($0 + 1) * oracle.width)]
                }, width: oracle.width)
        }
        let real = rows(oracle.realFeatures, 0..<count)
        let generated = rows(oracle.generatedFeatures, 0..<count)
        let turned = rows(oracle.generatedFeatures, (0..<count).reversed())
        let metric = featureMetrics[index].init(real: real)
        let (first, second) = (metric.values(generated), metric.values(turned))
        let isSpread = featureMetrics[index] == KernelInceptionMetric.self
        // Subsets of all examples are the same but for their order: their deviation is rounding.
        #expect(agree(isSpread ? [first[0]] : first, isSpread ? [second[0]] : second, 1e-9))
    }

    /// Nor does the number of evaluations before.
    @Test(arguments: featureMetrics.indices)
    func evaluationsAreRepeatable(index: Int) {
        let oracle = Self.cases[3]
        let metric = featureMetrics[index].init(real: oracle.realFeatures)
        let first = metric.values(oracle.generatedFeatures)
        #expect(metric.values(oracle.generatedFeatures) == first)
        #expect(first.allSatisfy { $0.isFinite })
    }
}
