import TensorGraph

/// Evaluates graphs as written, in double precision and in plain loops: the oracle for every
/// pass and kernel, and what finite differences check the gradient rules against.
package enum ReferenceEvaluator {
    /// The values of a program's outputs, row-major, for named inputs of matching sizes.
    package static func evaluate(
        _ outputs: [Value], inputs: [String: [Double]]
    ) -> [[Double]] {
        let program = GraphProgram(outputs: outputs)
        let isNeeded = program.reachable()
        var results = [[Double]](repeating: [], count: program.graph.nodes.count)
        for (index, node) in program.graph.nodes.enumerated() where isNeeded[index] {
            let operands = node.operands.map { Tensor(program.graph.nodes[$0].shape, results[$0]) }
            results[index] = evaluate(node, operands, inputs)
            precondition(
                results[index].count == node.shape.elementCount,
                "\(node.primitive.name): \(results[index].count) values for \(node.shape)")
        }
        return outputs.map { results[$0.index] }
    }

    /// Row-major values of one shape.
    package struct Tensor {
        package let shape: Shape
        package let values: [Double]

        package init(_ shape: Shape, _ values: [Double]) {
            self.shape = shape
            self.values = values
        }
    }

    private static func evaluate(
        _ node: Graph.Node, _ operands: [Tensor], _ inputs: [String: [Double]]
    ) -> [Double] {
        switch node.primitive {
        case let input as Input:
            guard let values = inputs[input.inputName] else {
                preconditionFailure("no value for input \(input.inputName)")
            }
            return values
        case let constant as Constant: return [constant.value]
        case is Reshape, is StopGradient: return operands[0].values
        case let elementwise as Elementwise:
            return operands[0].values.indices.map { index in
                elementwise.function.evaluate(operands.map { $0.values[index] })
            }
        case let primitive as any ReferenceEvaluable:
            return primitive.evaluate(operands, shape: node.shape)
        default: preconditionFailure("\(node.primitive.name) has no reference")
        }
    }
}

/// A primitive that says what its result is, in double precision.
package protocol ReferenceEvaluable {
    func evaluate(_ operands: [ReferenceEvaluator.Tensor], shape: Shape) -> [Double]
}

extension Shape {
    /// The position along each axis of the element at `index`.
    fileprivate func coordinates(_ index: Int) -> [Int] {
        zip(extents, strides).map { extent, stride in index / stride % extent }
    }

    /// The index of the element at `coordinates`.
    fileprivate func index(_ coordinates: [Int]) -> Int {
        zip(coordinates, strides).map(*).reduce(0, +)
    }
}

extension MatrixProduct: ReferenceEvaluable {
    package func evaluate(_ operands: [ReferenceEvaluator.Tensor], shape: Shape) -> [Double] {
        let (left, right) = (operands[0], operands[1])
        let matrix = left.shape.extents.suffix(2)
        let inner = transposesLeft ? matrix.first! : matrix.last!
        return (0..<shape.elementCount).map { index in
            let place = shape.coordinates(index)
            let (count, row, column) = (place.dropLast(2), place[place.count - 2], place.last!)
            return (0..<inner).map { k in
                left.values[left.shape.index(count + (transposesLeft ? [k, row] : [row, k]))]
                    * right.values[
                        right.shape.index(count + (transposesRight ? [column, k] : [k, column]))]
            }.reduce(0, +)
        }
    }
}

extension ConvolutionGeometry {
    /// Every use of an image element by a filter element: calls `body` with the indices of the
    /// result, the image and the filter, all without their channels.
    fileprivate func forEachUse(
        count: Int, image: ImageExtent, result: ImageExtent,
        _ body: (_ result: Int, _ image: Int, _ filter: Int) -> Void
    ) {
        for n in 0..<count {
            for y in 0..<result.height {
                for x in 0..<result.width {
                    for ky in 0..<kernel.height {
                        for kx in 0..<kernel.width {
                            let row =
                                y * stride.height - paddingBefore.height + ky * dilation.height
                            let column =
                                x * stride.width - paddingBefore.width + kx * dilation.width
                            guard (0..<image.height).contains(row),
                                (0..<image.width).contains(column)
                            else { continue }
                            body(
                                (n * result.height + y) * result.width + x,
                                (n * image.height + row) * image.width + column,
                                ky * kernel.width + kx)
                        }
                    }
                }
            }
        }
    }
}

extension Convolution: ReferenceEvaluable {
    package func evaluate(_ operands: [ReferenceEvaluator.Tensor], shape: Shape) -> [Double] {
        let (images, filters) = (operands[0], operands[1])
        let (inputs, outputs) = (filters.shape[2], filters.shape[3])
        var values = [Double](repeating: 0, count: shape.elementCount)
        geometry.forEachUse(
            count: shape[0], image: images.shape.imageExtent, result: shape.imageExtent
        ) { result, image, filter in
            for c in 0..<inputs {
                for o in 0..<outputs {
                    values[result * outputs + o] +=
                        images.values[image * inputs + c]
                        * filters.values[(filter * inputs + c) * outputs + o]
                }
            }
        }
        return values
    }
}

extension ConvolutionInputGradient: ReferenceEvaluable {
    package func evaluate(_ operands: [ReferenceEvaluator.Tensor], shape: Shape) -> [Double] {
        let (cotangent, filters) = (operands[0], operands[1])
        let (inputs, outputs) = (filters.shape[2], filters.shape[3])
        var values = [Double](repeating: 0, count: shape.elementCount)
        geometry.forEachUse(
            count: shape[0], image: image, result: cotangent.shape.imageExtent
        ) { result, image, filter in
            for c in 0..<inputs {
                for o in 0..<outputs {
                    values[image * inputs + c] +=
                        cotangent.values[result * outputs + o]
                        * filters.values[(filter * inputs + c) * outputs + o]
                }
            }
        }
        return values
    }
}

extension ConvolutionFilterGradient: ReferenceEvaluable {
    package func evaluate(_ operands: [ReferenceEvaluator.Tensor], shape: Shape) -> [Double] {
        let (images, cotangent) = (operands[0], operands[1])
        let (inputs, outputs) = (shape[2], shape[3])
        var values = [Double](repeating: 0, count: shape.elementCount)
        geometry.forEachUse(
            count: images.shape[0], image: images.shape.imageExtent,
            result: cotangent.shape.imageExtent
        ) { result, image, filter in
            for c in 0..<inputs {
                for o in 0..<outputs {
                    values[(filter * inputs + c) * outputs + o] +=
                        images.values[image * inputs + c]
                        * cotangent.values[result * outputs + o]
                }
            }
        }
        return values
    }
}

extension Shift: ReferenceEvaluable {
    package func evaluate(_ operands: [ReferenceEvaluator.Tensor], shape: Shape) -> [Double] {
        let (images, numbers) = (operands[0], operands[1].values)
        return (0..<shape.elementCount).map { index in
            var place = shape.coordinates(index)
            place[1] -= offset(\.height, numbers[2 * place[0]])
            place[2] -= offset(\.width, numbers[2 * place[0] + 1])
            let isInside = (0..<shape[1]).contains(place[1]) && (0..<shape[2]).contains(place[2])
            return isInside ? images.values[shape.index(place)] : 0
        }
    }
}

extension Sum: ReferenceEvaluable {
    package func evaluate(_ operands: [ReferenceEvaluator.Tensor], shape: Shape) -> [Double] {
        var result = [Double](repeating: 0, count: shape.elementCount)
        for (index, value) in operands[0].values.enumerated() {
            var coordinates = operands[0].shape.coordinates(index)
            for axis in axes { coordinates[axis] = 0 }
            result[shape.index(coordinates)] += value
        }
        return result
    }
}

extension Transpose: ReferenceEvaluable {
    package func evaluate(_ operands: [ReferenceEvaluator.Tensor], shape: Shape) -> [Double] {
        (0..<shape.elementCount).map { index in
            var source = [Int](repeating: 0, count: shape.rank)
            for (axis, position) in shape.coordinates(index).enumerated() {
                source[permutation[axis]] = position
            }
            return operands[0].values[operands[0].shape.index(source)]
        }
    }
}

extension Broadcast: ReferenceEvaluable {
    package func evaluate(_ operands: [ReferenceEvaluator.Tensor], shape: Shape) -> [Double] {
        let source = Shape(operands[0].shape.leftPadded(toRank: shape.rank))
        return (0..<shape.elementCount).map { index in
            let position = zip(shape.coordinates(index), source.extents).map { $1 == 1 ? 0 : $0 }
            return operands[0].values[source.index(position)]
        }
    }
}

extension Slice: ReferenceEvaluable {
    package func evaluate(_ operands: [ReferenceEvaluator.Tensor], shape: Shape) -> [Double] {
        (0..<shape.elementCount).map { index in
            let position = zip(shape.coordinates(index), starts).map(+)
            return operands[0].values[operands[0].shape.index(position)]
        }
    }
}

extension Pad: ReferenceEvaluable {
    package func evaluate(_ operands: [ReferenceEvaluator.Tensor], shape: Shape) -> [Double] {
        var result = [Double](repeating: 0, count: shape.elementCount)
        for (index, value) in operands[0].values.enumerated() {
            let position = zip(operands[0].shape.coordinates(index), starts).map(+)
            result[shape.index(position)] = value
        }
        return result
    }
}

extension Concatenate: ReferenceEvaluable {
    package func evaluate(_ operands: [ReferenceEvaluator.Tensor], shape: Shape) -> [Double] {
        var result = [Double](repeating: 0, count: shape.elementCount)
        var start = 0
        for operand in operands {
            for (index, value) in operand.values.enumerated() {
                var position = operand.shape.coordinates(index)
                position[axis] += start
                result[shape.index(position)] = value
            }
            start += operand.shape[axis]
        }
        return result
    }
}
