import TensorGraph
import Testing

/// One use of a primitive or of a composition, on operands of stated shapes.
struct PrimitiveSample: CustomTestStringConvertible, Sendable {
    let name: String
    let operands: [Shape]
    let expected: Shape
    /// Where the operands' elements lie.
    var range: ClosedRange<Double> = 0.3...1.5
    /// Elements get a random sign.
    var isSigned = true
    let build: @Sendable ([Value]) -> Value

    var testDescription: String { "\(name) of \(operands)" }

    /// Operand elements: away from 0, and neighbours in different operands away from each
    /// other, so that no kink of `maximum` or `select` is near.
    func values(using generator: inout SeededGenerator) -> [[Double]] {
        var all: [[Double]] = []
        for shape in operands {
            all.append(
                (0..<shape.elementCount).map { index in
                    while true {
                        let size = Double.random(in: range, using: &generator)
                        let value = isSigned && Bool.random(using: &generator) ? -size : size
                        let isAway = all.allSatisfy {
                            index >= $0.count || abs($0[index] - value) > 0.1
                        }
                        if isAway { return value }
                    }
                })
        }
        return all
    }
}

enum PrimitiveSamples {
    static let all =
        elementwise + layout + products + convolutions + shifts + sums + compositions + images

    private static let shapes: [Shape] = [
        [], [1], [3], [1, 4], [2, 3], [2, 1, 3], [1, 1, 1, 1], [2, 1, 2, 2],
    ]

    static let elementwise: [PrimitiveSample] = ElementwiseFunction.allCases.flatMap { function in
        let isSigned: Bool
        switch function {
        case .logarithm, .squareRoot: isSigned = false
        default: isSigned = true
        }
        return shapes.map { shape in
            PrimitiveSample(
                name: function.rawValue,
                operands: Array(repeating: shape, count: function.arity), expected: shape,
                isSigned: isSigned
            ) { $0[0].graph.append(Elementwise(function), $0) }
        }
    }

    /// A sample of one operand whose square is taken, so that a second derivative exists.
    private static func unary(
        _ name: String, _ operand: Shape, _ expected: Shape,
        _ build: @escaping @Sendable (Value) -> Value
    ) -> PrimitiveSample {
        PrimitiveSample(name: name, operands: [operand], expected: expected) {
            build($0[0] * $0[0])
        }
    }

    static let layout: [PrimitiveSample] = [
        unary("reshape", [], [1, 1]) { $0.reshaped([1, 1]) },
        unary("reshape", [2, 3], [3, 1, 2]) { $0.reshaped([3, 1, 2]) },
        unary("reshape", [2, 1, 2, 2], [8]) { $0.flattened() },
        unary("transpose", [3], [3]) { $0.transposed([0]) },
        unary("transpose", [2, 3], [3, 2]) { $0.transposed([1, 0]) },
        unary("transpose", [1, 3], [3, 1]) { $0.transposed([1, 0]) },
        unary("transpose", [2, 3, 4], [4, 2, 3]) { $0.transposed([2, 0, 1]) },
        unary("transpose", [2, 3, 1, 2], [1, 2, 2, 3]) { $0.transposed([2, 0, 3, 1]) },
        unary("broadcast", [], [2, 3]) { $0.broadcasted(to: [2, 3]) },
        unary("broadcast", [1], [4]) { $0.broadcasted(to: [4]) },
        unary("broadcast", [3], [2, 3]) { $0.broadcasted(to: [2, 3]) },
        unary("broadcast", [3, 1], [2, 3, 2]) { $0.broadcasted(to: [2, 3, 2]) },
        unary("broadcast", [2, 1, 1, 3], [2, 2, 2, 3]) { $0.broadcasted(to: [2, 2, 2, 3]) },
        unary("copy", [2, 3], [2, 3]) { $0.copied() },
        unary("slice", [4], [2]) { $0.sliced(from: [1], extents: [2]) },
        unary("slice", [4, 3], [2, 3]) { $0.sliced(axis: 0, from: 2, count: 2) },
        unary("slice", [2, 5], [2, 1]) { $0.sliced(axis: 1, from: 4, count: 1) },
        unary("slice", [2, 3, 2, 2], [1, 2, 2, 1]) {
            $0.sliced(from: [1, 1, 0, 1], extents: [1, 2, 2, 1])
        },
        unary("pad", [2], [5]) { $0.padded(to: [5], at: [2]) },
        unary("pad", [1, 2], [3, 2]) { $0.padded(to: [3, 2], at: [1, 0]) },
        unary("pad", [2, 1, 2], [2, 3, 4]) { $0.padded(to: [2, 3, 4], at: [0, 1, 2]) },
        unary("pad", [1, 2, 2, 1], [2, 3, 2, 2]) {
            $0.padded(to: [2, 3, 2, 2], at: [1, 1, 0, 0])
        },
        concatenation([[2], [1], [3]], axis: 0, [6]),
        concatenation([[2, 3], [1, 3]], axis: 0, [3, 3]),
        concatenation([[2, 1], [2, 3], [2, 2]], axis: 1, [2, 6]),
        concatenation([[1, 2, 2], [1, 1, 2]], axis: 1, [1, 3, 2]),
        concatenation([[1, 2, 2, 1], [1, 2, 2, 2]], axis: 3, [1, 2, 2, 3]),
    ]

    private static func concatenation(
        _ operands: [Shape], axis: Int, _ expected: Shape
    ) -> PrimitiveSample {
        PrimitiveSample(name: "concatenate", operands: operands, expected: expected) {
            Value.concatenated($0.map { $0 * $0 }, axis: axis)
        }
    }

    /// Kernel, stride, padding, dilation, image and channels of each.
    static let convolutions: [PrimitiveSample] = geometries.flatMap { geometry, image in
        let result = geometry.resultExtent(of: image)!
        let (images, filters, output): (Shape, Shape, Shape) = (
            [2, image.height, image.width, 2],
            [geometry.kernel.height, geometry.kernel.width, 2, 3],
            [2, result.height, result.width, 3]
        )
        return [
            PrimitiveSample(
                name: "convolution", operands: [images, filters], expected: output
            ) { $0[0].convolution($0[1], geometry) },
            PrimitiveSample(
                name: "convolution-input-gradient", operands: [output, filters], expected: images
            ) { $0[0].convolutionInputGradient($0[1], geometry, image: image) },
            PrimitiveSample(
                name: "convolution-filter-gradient", operands: [images, output], expected: filters
            ) { $0[0].convolutionFilterGradient($0[1], geometry) },
        ]
    }

    private static let geometries: [(ConvolutionGeometry, ImageExtent)] = [
        (.init(kernel: .init(1, 1)), .init(2, 3)),
        (.init(kernel: .init(2, 3)), .init(2, 3)),
        (
            .init(kernel: .init(3, 3), paddingBefore: .init(1, 1), paddingAfter: .init(1, 1)),
            .init(3, 4)
        ),
        (
            .init(
                kernel: .init(4, 4), stride: .init(2, 2), paddingBefore: .init(1, 1),
                paddingAfter: .init(1, 1)), .init(6, 4)
        ),
        (
            .init(
                kernel: .init(2, 1), stride: .init(3, 2), paddingBefore: .init(0, 2),
                paddingAfter: .init(1, 0)), .init(5, 3)
        ),
        (
            .init(
                kernel: .init(3, 2), stride: .init(1, 2), paddingBefore: .init(2, 1),
                paddingAfter: .init(1, 2), dilation: .init(2, 3)), .init(4, 5)
        ),
        (.init(kernel: .init(1, 1), stride: .init(2, 2)), .init(4, 3)),
        (
            .init(
                kernel: .init(2, 2), paddingBefore: .init(3, 3), paddingAfter: .init(3, 3)),
            .init(1, 1)
        ),
    ]

    /// Offsets on both sides, on one side, and some beyond the image.
    static let shifts: [PrimitiveSample] = [
        (ImageExtent(-1, -1), ImageExtent(3, 3)), (ImageExtent(0, -2), ImageExtent(1, 5)),
        (ImageExtent(-4, 2), ImageExtent(9, 3)),
    ].flatMap { first, choices in
        [false, true].map { back in
            PrimitiveSample(
                name: "shift", operands: [[3, 3, 4, 2], [3, 2]], expected: [3, 3, 4, 2],
                range: 0...0.99, isSigned: false
            ) { ($0[0] * $0[0]).shifted($0[1], first: first, choices: choices, back: back) }
        }
    }

    static let products: [PrimitiveSample] = [
        [2, 3, 4], [1, 3, 2], [2, 1, 3], [3, 2, 1], [1, 1, 1], [3, 2, 3, 4], [1, 2, 2, 1],
    ]
    .flatMap { extents in
        [(false, false), (false, true), (true, false), (true, true)].map { left, right in
            let (count, matrix) = (extents.dropLast(3), Array(extents.suffix(3)))
            let (rows, inner, columns) = (matrix[0], matrix[1], matrix[2])
            return PrimitiveSample(
                name: "matrix-product",
                operands: [
                    Shape(count + (left ? [inner, rows] : [rows, inner])),
                    Shape(count + (right ? [columns, inner] : [inner, columns])),
                ], expected: Shape(count + [rows, columns])
            ) { $0[0].matrixProduct($0[1], transposed: left, right) }
        }
    }

    static let sums: [PrimitiveSample] = [
        unary("sum", [3], [1]) { $0.sum(axes: [0]) },
        unary("sum", [2, 3], [1, 3]) { $0.sum(axes: [0]) },
        unary("sum", [2, 3], [2, 1]) { $0.sum(axes: [1]) },
        unary("sum", [2, 3], [1, 1]) { $0.sum(axes: [1, 0]) },
        unary("sum", [1, 1], [1, 1]) { $0.sum(axes: [0, 1]) },
        unary("sum", [2, 3, 2], [1, 3, 1]) { $0.sum(axes: [0, 2]) },
        unary("sum", [2, 1, 2, 2], [1, 1, 2, 1]) { $0.sum(axes: [3, 0]) },
        unary("sum", [2, 3, 2, 2], [2, 1, 1, 2]) { $0.sum(axes: [1, 2]) },
        unary("sum of all", [2, 1, 2, 2], []) { $0.sum() },
        unary("sum of all", [], []) { $0.sum() },
        unary("mean", [2, 3, 2], [2, 1, 2]) { $0.mean(axes: [1]) },
        unary("mean of all", [2, 3], []) { $0.mean() },
    ]

    static let compositions: [PrimitiveSample] = [
        plain("relu", [2, 3], [2, 3]) { $0[0].relu() },
        plain("relu of a product", [2, 3], [2, 3]) { ($0[0] * $0[0] - $0[0]).relu() },
        plain("leaky-relu", [2, 3], [2, 3]) { $0[0].leakyRelu(slope: 0.2) },
        plain("squared leaky-relu", [4], [4]) { values in
            let activation = values[0].leakyRelu(slope: 0.2)
            return activation * activation * activation
        },
        plain("negative slope", [4], [4]) { values in
            let activation = values[0].leakyRelu(slope: -0.5)
            return activation * activation
        },
        plain("clamp", [2, 3], [2, 3]) { ($0[0] * $0[0]).clamped(to: 0.001) },
        plain("clamp", [2, 3], [2, 3]) { ($0[0] * $0[0]).clamped(to: 9) },
        plain("arithmetic with numbers", [3], [3]) { (1 - $0[0] * 3 + 2 - 0.5) / 4 * (2 * $0[0]) },
        PrimitiveSample(name: "broadcasting", operands: [[3], [2, 1]], expected: [2, 3]) {
            $0[0] / $0[1] * $0[0] - $0[1].tanh()
        },
        PrimitiveSample(name: "select a number", operands: [[3], [3]], expected: [3]) {
            Value.select($0[0], $0[1] * $0[1], 2)
        },
        PrimitiveSample(
            name: "two dense layers", operands: [[2, 3], [4, 3], [4], [2, 4]], expected: [2, 2]
        ) {
            let hidden = ($0[0].matrixProduct($0[1], transposed: false, true) + $0[2]).tanh()
            return hidden.matrixProduct($0[3], transposed: false, true).softplus()
        },
    ]

    static func plain(
        _ name: String, _ operand: Shape, _ expected: Shape,
        _ build: @escaping @Sendable ([Value]) -> Value
    ) -> PrimitiveSample {
        PrimitiveSample(name: name, operands: [operand], expected: expected, build: build)
    }
}
