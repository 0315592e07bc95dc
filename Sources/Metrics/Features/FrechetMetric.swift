import Kernels
import Statistics

/// `frechet = |m - n|^2 + tr(S + T - 2 (S T)^(1/2))`: between normal distributions with the means
/// `m`, `n` and the covariances `S`, `T` of the real and the generated features.
///
/// Covariances divide by `count - 1`, as `numpy.cov` in pytorch-fid. The trace of the root is that
/// of the symmetric `(A T A)^(1/2)` with `A = S^(1/2)`: eigenvalues that rounding made negative
/// count as 0, nothing is added to a diagonal. With features of an Inception network it is FID.
///
/// The squared distance, as usual. Biased upwards: compare at equal numbers of examples only. NaN
/// where a set has fewer than two examples. Source: Dowson and Landau, "The Fréchet distance
/// between multivariate normal distributions", 1982; Heusel et al., arXiv 1706.08500.
package struct FrechetMetric: FeatureMetric {
    package static let identifier = "frechet"
    package static let columns = [
        MetricColumn(
            "frechet", .lowerIsBetter, "Fréchet distance of normal distributions (squared)")
    ]

    /// Covariances of more take too much time and memory.
    package static let mostFeatures = 4096

    private let mean: [Double]
    /// `S^(1/2)` and `tr S`; nil where there is no covariance.
    private let root: [Double]?
    private let trace: Double

    package init(real: FeatureMatrix) {
        mean = real.mean
        let covariance = Self.covariance(of: real, mean: mean)
        trace = Self.trace(covariance, real.width)
        root = Self.root(of: covariance, order: real.width)
    }

    package func values(_ generated: FeatureMatrix) -> [Double] {
        guard let root, generated.count > 1 else { return [.nan] }
        let width = generated.width
        let generatedMean = generated.mean
        let covariance = Self.covariance(of: generated, mean: generatedMean)
        let inner = Self.product(Self.product(root, covariance, width), root, width)
        guard let system = SymmetricEigensystem(inner, order: width) else { return [.nan] }
        let rootTrace = system.values.reduce(0) { $0 + max($1, 0).squareRoot() }
        let distance = zip(mean, generatedMean).reduce(0) { sum, pair in
            sum + (pair.0 - pair.1) * (pair.0 - pair.1)
        }
        return [max(0, distance + trace + Self.trace(covariance, width) - 2 * rootTrace)]
    }

    /// `[feature, feature]`; NaN of fewer than two examples.
    private static func covariance(of matrix: FeatureMatrix, mean: [Double]) -> [Double] {
        let width = matrix.width
        guard matrix.count > 1 else {
            return [Double](repeating: .nan, count: width * width)
        }
        let centred = matrix.centred(at: mean)
        var sums = [Double](repeating: 0, count: width * width)
        MatrixProduct.run(
            rows: width, columns: width, inner: matrix.count,
            left: centred, leftStride: width, leftTransposed: true,
            right: centred, rightStride: width, rightTransposed: false,
            out: &sums, outStride: width)
        return sums.map { $0 / Double(matrix.count - 1) }
    }

    private static func trace(_ matrix: [Double], _ order: Int) -> Double {
        (0..<order).reduce(0) { $0 + matrix[$1 * order + $1] }
    }

    /// The symmetric root of a covariance: `sum_i sqrt(lambda_i) v_i v_i^T`.
    private static func root(of covariance: [Double], order: Int) -> [Double]? {
        guard let system = SymmetricEigensystem(covariance, order: order) else { return nil }
        var scaled = system.vectors
        for row in 0..<order {
            let factor = max(system.values[row], 0).squareRoot().squareRoot()
            for column in 0..<order { scaled[row * order + column] *= factor }
        }
        var root = [Double](repeating: 0, count: order * order)
        MatrixProduct.run(
            rows: order, columns: order, inner: order,
            left: scaled, leftStride: order, leftTransposed: true,
            right: scaled, rightStride: order, rightTransposed: false,
            out: &root, outStride: order)
        return root
    }

    private static func product(_ left: [Double], _ right: [Double], _ order: Int) -> [Double] {
        var product = [Double](repeating: 0, count: order * order)
        MatrixProduct.run(
            rows: order, columns: order, inner: order,
            left: left, leftStride: order, leftTransposed: false,
            right: right, rightStride: order, rightTransposed: false,
            out: &product, outStride: order)
        return product
    }
}
