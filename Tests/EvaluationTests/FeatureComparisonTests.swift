import Evaluation
import FileFormats
import Metrics
import TestSupport
import Testing

@Suite struct FeatureComparisonTests {
    private let folder = TemporaryFolder()

    private func write(_ name: String, _ values: [Float], _ shape: [Int]) throws -> String {
        let path = "\(folder.path)/\(name)"
        try NPYFile.write(path: path, values, shape: shape)
        return path
    }

    private func numbers(_ count: Int, shift: Float = 0) -> [Float] {
        (0..<count).map { Float(($0 * 7919) % 1009) / 1009 + shift }
    }

    @Test(arguments: FeatureComparison.metrics.indices)
    func filesAreComparedByEveryMetric(index: Int) throws {
        let metric = FeatureComparison.metrics[index]
        let (real, generated) = (numbers(60 * 3), numbers(40 * 3, shift: 0.25))
        let comparison = try FeatureComparison(
            realFile: write("real.npy", real, [60, 3]),
            generatedFile: write("generated.npy", generated, [40, 3]))
        let found = metric.init(real: comparison.real).values(comparison.generated)
        func matrix(_ values: [Float]) -> FeatureMatrix {
            FeatureMatrix(values: values.map(Double.init), width: 3)
        }
        #expect(found == metric.init(real: matrix(real)).values(matrix(generated)))
        #expect(found.count == metric.columns.count && found.allSatisfy { $0.isFinite })
    }

    @Test func theSameFeaturesAreIdeal() throws {
        let file = try write("real.npy", numbers(200), [50, 4])
        let same = try FeatureComparison(realFile: file, generatedFile: file)
        #expect(PrecisionRecallMetric(real: same.real).values(same.generated) == [1, 1])
        #expect(FrechetMetric(real: same.real).values(same.generated)[0] < 1e-9)
    }

    @Test(
        arguments: [
            ([12], Float(0), "examples x features"), ([3, 2, 2], 0, "examples x features"),
            ([0, 4], 0, "examples x features"), ([4, 3], 0, "same extractor"),
            ([3, 4], .nan, "feature 1 of example 2"),
        ] as [([Int], Float, String)])
    func otherFilesAreRefused(shape: [Int], broken: Float, reason: String) throws {
        let count = shape.reduce(1, *)
        var values = numbers(count)
        if broken.isNaN { values[9] = broken }
        let (good, bad) = (
            try write("good.npy", numbers(20), [5, 4]), try write("bad.npy", values, shape)
        )
        let error = #expect(throws: DataError.self) {
            try FeatureComparison(realFile: good, generatedFile: bad)
        }
        #expect(error?.file == bad && error?.message.contains(reason) == true)
        #expect(throws: DataError.self) {
            try FeatureComparison(realFile: "\(folder.path)/none.npy", generatedFile: good)
        }
    }

    @Test func covariancesOfTooManyFeaturesAreRefused() {
        let wide = FeatureMatrix(values: [Double](repeating: 1, count: 2 * 4097), width: 4097)
        let comparison = FeatureComparison(real: wide, generated: wide)
        #expect(comparison.refusal(of: FrechetMetric.self)?.contains("4097") == true)
        #expect(comparison.refusal(of: PrecisionRecallMetric.self) == nil)
    }

    /// Of projections: 256 numbers for each example, of 2^27 in all.
    @Test func projectionsOfTooManyExamplesAreRefused() {
        let many = FeatureMatrix(values: [Double](repeating: 1, count: 1 << 20), width: 1)
        let comparison = FeatureComparison(real: many, generated: many)
        let refusal = comparison.refusal(of: SlicedWassersteinMetric.self)
        #expect(refusal?.contains("at most 524288 examples; here are 1048576") == true)
        #expect(comparison.refusal(of: PrecisionRecallMetric.self) == nil)
    }
}
