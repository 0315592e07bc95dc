import FileFormats
import Metrics

/// Generated examples against real ones by features that anything may have made: the measures of
/// `FeatureMetric` on two matrices, `[example, feature]`.
///
/// A value depends on the numbers of examples and on the extractor of the features.
package struct FeatureComparison: Sendable {
    package let real: FeatureMatrix
    package let generated: FeatureMatrix

    /// All metrics that compare features.
    package static let metrics = Metrics.catalog.compactMap { $0 as? any FeatureMetric.Type }

    /// A matrix is as large as this at most: 1 GiB in double precision.
    package static let mostFeatures = 1 << 27

    /// - Precondition: all features are finite, and both matrices as wide as each other.
    package init(real: FeatureMatrix, generated: FeatureMatrix) {
        precondition(real.isFinite && generated.isFinite, "features that are no numbers")
        precondition(real.width == generated.width, "features of different extractors")
        self.real = real
        self.generated = generated
    }

    /// Reads two npy files of examples x features.
    ///
    /// - Throws: `DataError` for a file that is no such array, is too large, holds a number that is
    ///   not finite, or has other features than the first.
    package init(realFile: String, generatedFile: String) throws {
        try self.init(
            real: Self.matrix(realFile), realFile: realFile, generatedFile: generatedFile)
    }

    /// The same with real features that were read from `realFile`.
    package init(real: FeatureMatrix, realFile: String, generatedFile: String) throws {
        let generated = try Self.matrix(generatedFile)
        guard generated.width == real.width else {
            throw DataError(
                file: generatedFile,
                "\(generated.width) features of each example, but \(realFile) has \(real.width); "
                    + "both must come from the same extractor")
        }
        self.init(real: real, generated: generated)
    }

    /// - Throws: `DataError`, as above.
    package static func matrix(_ file: String) throws -> FeatureMatrix {
        let array = try NPYFile(contentsOf: file)
        guard array.shape.count == 2, !array.shape.contains(0) else {
            throw DataError(
                file: file,
                "an array of \(describeShape(array.shape)); examples x features was expected")
        }
        guard array.shape[0] <= mostFeatures / array.shape[1] else {
            throw DataError(
                file: file,
                "\(describeShape(array.shape)) numbers; at most \(mostFeatures) are compared")
        }
        let matrix = FeatureMatrix(values: array.doubles(), width: array.shape[1])
        if let place = matrix.values.firstIndex(where: { !$0.isFinite }) {
            throw DataError(
                file: file,
                "feature \(place % matrix.width) of example \(place / matrix.width) is "
                    + "\(matrix.values[place]); finite numbers were expected")
        }
        return matrix
    }

    /// Why a metric cannot compare features as wide or examples as many as these; nil where it can.
    package func refusal(of metric: any FeatureMetric.Type) -> String? {
        let most = Self.mostFeatures / max(metric.numbersPerExample, 1)
        let count = max(real.count, generated.count)
        if count > most {
            return "\(metric.identifier) compares at most \(most) examples; here are \(count)"
        }
        guard metric == FrechetMetric.self, real.width > FrechetMetric.mostFeatures else {
            return nil
        }
        return "\(metric.identifier) needs the covariances of all features, of at most "
            + "\(FrechetMetric.mostFeatures); here are \(real.width)"
    }
}
