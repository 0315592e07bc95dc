import Evaluation
import FileFormats
import Metrics

/// Features that another program has computed of real examples and of samples of each member of a
/// run.
struct FeatureFiles {
    private let real: FeatureMatrix
    private let comparisons: [FeatureComparison]
    private let metrics: [any FeatureMetric.Type]

    /// - Parameters:
    ///   - real: an npy file, examples x features.
    ///   - generated: one such file for each member, in their order.
    ///   - metrics: identifiers; empty for all that compare features.
    ///   - pairs: members of the run.
    /// - Throws: `DataError` for files that cannot be read, or do not fit each other;
    ///   `EvaluationError` for another number of files than members, and for metrics that compare
    ///   no features, or not as many.
    init(real: String, generated: [String], metrics names: [String], pairs: Int) throws {
        guard generated.count == pairs else {
            throw EvaluationError(
                "--generated-features names \(generated.count) files; the run has \(pairs) "
                    + "members, and each needs one")
        }
        let matrix = try FeatureComparison.matrix(real)
        self.real = matrix
        comparisons = try generated.map {
            try FeatureComparison(real: matrix, realFile: real, generatedFile: $0)
        }
        metrics = try Self.metrics(names, comparisons)
    }

    private static func metrics(
        _ names: [String], _ comparisons: [FeatureComparison]
    ) throws -> [any FeatureMetric.Type] {
        let all = FeatureComparison.metrics
        func refusal(of metric: any FeatureMetric.Type) -> String? {
            comparisons.lazy.compactMap { $0.refusal(of: metric) }.first
        }
        guard !names.isEmpty else { return all.filter { refusal(of: $0) == nil } }
        return try names.map { name in
            guard let metric = all.first(where: { $0.identifier == name }) else {
                throw EvaluationError(
                    "\(name) compares no features; there are "
                        + all.map { $0.identifier }.joined(separator: ", "))
            }
            if let refusal = refusal(of: metric) { throw EvaluationError(refusal) }
            return metric
        }
    }

    var columns: [MetricColumn] { metrics.flatMap { $0.columns } }

    /// Samples of each member's file; one number where they are the same.
    var samples: String {
        let counts = comparisons.map(\.generated.count)
        return Set(counts).count == 1
            ? "\(counts[0])" : counts.map(String.init).joined(separator: " ")
    }

    /// By member, one value for each column.
    func values() -> [[Double]] {
        let prepared = metrics.map { $0.init(real: real) }
        return comparisons.map { comparison in
            prepared.flatMap { $0.values(comparison.generated) }
        }
    }
}
