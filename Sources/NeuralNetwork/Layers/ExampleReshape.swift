import Settings
import TensorGraph

/// The same numbers of each example under another shape.
package struct ExampleReshape: Layer {
    package let shape: [Int]

    package func refusal(of input: [Int]) -> String? {
        input.reduce(1, *) == shape.reduce(1, *)
            ? nil : "\(input) and \(shape) are different numbers of elements"
    }

    package func outputShape(_ input: [Int]) -> [Int] { shape }

    package func apply(_ input: Value, _ pass: NetworkPass) -> Value {
        input.reshaped(Shape([input.shape[0]] + shape))
    }
}

extension ExampleReshape: ListedLayer {
    package static let identifier = "reshape"

    package static func make(_ name: String, _ settings: SettingsTable) throws -> any Layer {
        let shape = try settings.integers(
            "shape", default: nil, each: 1...65_536,
            "Shape of an example, such as [height, width, channels].")
        guard (1...3).contains(shape.count) else {
            throw settings.error("shape", "expected one to three extents, found \(shape.count)")
        }
        return ExampleReshape(shape: shape)
    }
}
