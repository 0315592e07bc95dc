import Kernels
import Randomness
import Settings

/// Columns (or rows, if there are fewer) are orthonormal: the Q factor of a normal matrix with
/// the signs of R's diagonal (Saxe et al. 2013, arXiv 1312.6120).
package struct OrthogonalInitializer: Initializer {
    package static let identifier = "orthogonal"

    package init(settings: SettingsTable) throws {}

    package func fill(
        _ weight: UnsafeMutableBufferPointer<Float>, columns: Int,
        fan: (inputs: Int, outputs: Int), from stream: RandomStream
    ) {
        stream.fillNormal(weight)
        let orthonormal = OrthogonalMatrix.orthonormalize(
            weight.map(Double.init), rows: weight.count / columns, columns: columns)
        for index in weight.indices { weight[index] = Float(orthonormal[index]) }
    }
}
