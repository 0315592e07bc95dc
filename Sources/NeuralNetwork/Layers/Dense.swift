import Settings
import TensorGraph

/// `y = x W + b` on flattened examples.
///
/// `weight` is `[inputs, outputs]` in memory (`[outputs, inputs]` in files, as PyTorch's `Linear`
/// has it) and `bias` `[outputs]`; with `isSpectral` the weight that is used is W / sigma, by
/// `SpectralNormalization`.
package struct Dense: Layer {
    package let name: String
    package let outputs: Int
    package let isSpectral: Bool

    package init(name: String, outputs: Int, isSpectral: Bool = false) {
        self.name = name
        self.outputs = outputs
        self.isSpectral = isSpectral
    }

    package func outputShape(_ input: [Int]) -> [Int] { [outputs] }

    package func declare(
        input: [Int], parameters: inout StateLayout, statistics: inout StateLayout
    ) {
        parameters.append("\(name).weight", [input.reduce(1, *), outputs], .weight)
        parameters.append("\(name).bias", [outputs], .constant(0))
        if isSpectral {
            SpectralNormalization(layer: name).declare(outputs: outputs, &statistics)
        }
    }

    package func apply(_ input: Value, _ pass: NetworkPass) -> Value {
        let batch = input.shape[0]
        let flat = input.reshaped([batch, input.shape.elementCount / batch])
        let weight = pass.weight(of: name, isSpectral: isSpectral, outputAxis: 1)
        return flat.matrixProduct(weight) + pass.parameter("\(name).bias")
    }
}

extension Dense: ListedLayer {
    package static let identifier = "dense"

    package static func make(_ name: String, _ settings: SettingsTable) throws -> any Layer {
        Dense(
            name: name, outputs: try settings.unitCount(), isSpectral: try settings.isSpectral())
    }
}
