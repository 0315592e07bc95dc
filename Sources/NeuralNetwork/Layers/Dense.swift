import TensorGraph

/// `y = x W^T + b` on flattened examples.
///
/// `weight` is `[outputs, inputs]` and `bias` `[outputs]`, as PyTorch's `Linear` has them.
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
        parameters.append("\(name).weight", [outputs, input.reduce(1, *)], .weight)
        parameters.append("\(name).bias", [outputs], .constant(0))
    }

    package func apply(_ input: Value, _ pass: NetworkPass) -> Value {
        let batch = input.shape[0]
        let flat = input.reshaped([batch, input.shape.elementCount / batch])
        let product = flat.matrixProduct(
            pass.parameter("\(name).weight"), transposed: false, true)
        return product + pass.parameter("\(name).bias")
    }
}
