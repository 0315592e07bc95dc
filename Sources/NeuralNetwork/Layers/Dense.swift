import TensorGraph

/// `y = x W + b` on flattened examples.
///
/// `weight` is `[inputs, outputs]` in memory (`[outputs, inputs]` in files, as PyTorch's `Linear`
/// has it) and `bias` `[outputs]`.
package struct Dense: Layer {
    package let name: String
    package let outputs: Int

    package init(name: String, outputs: Int) {
        self.name = name
        self.outputs = outputs
    }

    package func outputShape(_ input: [Int]) -> [Int] { [outputs] }

    package func declare(
        input: [Int], parameters: inout StateLayout, statistics: inout StateLayout
    ) {
        parameters.append("\(name).weight", [input.reduce(1, *), outputs], .weight)
        parameters.append("\(name).bias", [outputs], .constant(0))
    }

    package func apply(_ input: Value, _ pass: NetworkPass) -> Value {
        let batch = input.shape[0]
        let flat = input.reshaped([batch, input.shape.elementCount / batch])
        return flat.matrixProduct(pass.parameter("\(name).weight"))
            + pass.parameter("\(name).bias")
    }
}
