import Randomness
import Settings

/// Normal with variance `2 / inputs` (He et al. 2015, arXiv 1502.01852).
package struct HeInitializer: Initializer {
    package static let identifier = "he"

    package init(settings: SettingsTable) throws {}

    package func fill(
        _ weight: UnsafeMutableBufferPointer<Float>, columns: Int,
        fan: (inputs: Int, outputs: Int), from stream: RandomStream
    ) {
        stream.fillNormal(weight)
        let deviation = (2 / Float(fan.inputs)).squareRoot()
        for index in weight.indices { weight[index] *= deviation }
    }
}
