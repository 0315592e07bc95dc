import Randomness
import Settings

/// Uniform on `(-a, a)`, `a = sqrt(6 / (inputs + outputs))` (Glorot and Bengio 2010).
package struct GlorotInitializer: Initializer {
    package static let identifier = "glorot"

    package init(settings: SettingsTable) throws {}

    package func fill(
        _ weight: UnsafeMutableBufferPointer<Float>, columns: Int,
        fan: (inputs: Int, outputs: Int), from stream: RandomStream
    ) {
        stream.fillOpenUniform(weight)
        let bound = (6 / Float(fan.inputs + fan.outputs)).squareRoot()
        for index in weight.indices { weight[index] = (weight[index] * 2 - 1) * bound }
    }
}
