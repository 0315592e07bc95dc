import Kernels
import Randomness
import Settings

/// Rows (or columns, if there are fewer) are orthonormal: the Q factor of a normal matrix with
/// the signs of R's diagonal (Saxe et al. 2013, arXiv 1312.6120).
package struct OrthogonalInitializer: Initializer {
    package static let identifier = "orthogonal"

    package init(settings: SettingsTable) throws {}

    package func fill(
        _ weight: UnsafeMutableBufferPointer<Float>, outputs: Int, inputs: Int,
        from stream: RandomStream
    ) {
        stream.fillNormal(weight)
        let orthonormal = OrthogonalMatrix.orthonormalize(
            weight.map(Double.init), rows: outputs, columns: inputs)
        for index in weight.indices { weight[index] = Float(orthonormal[index]) }
    }
}
