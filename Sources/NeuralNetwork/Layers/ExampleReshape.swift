import TensorGraph

/// The same numbers of each example under another shape.
package struct ExampleReshape: Layer {
    package let shape: [Int]

    package func outputShape(_ input: [Int]) -> [Int] { shape }

    package func apply(_ input: Value, _ pass: NetworkPass) -> Value {
        input.reshaped(Shape([input.shape[0]] + shape))
    }
}
