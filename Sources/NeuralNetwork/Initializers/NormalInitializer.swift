import Randomness
import Settings

/// Normal with a given standard deviation (0.02 in DCGAN, arXiv 1511.06434).
package struct NormalInitializer: Initializer {
    package static let identifier = "normal"
    package let deviation: Float

    package init(settings: SettingsTable) throws {
        deviation = Float(
            try settings.number(
                "initializer_deviation", default: 0.02, in: .positive,
                "Standard deviation of the weights."))
    }

    package func fill(
        _ weight: UnsafeMutableBufferPointer<Float>, columns: Int,
        fan: (inputs: Int, outputs: Int), from stream: RandomStream
    ) {
        stream.fillNormal(weight)
        for index in weight.indices { weight[index] *= deviation }
    }
}
