import TensorGraph
import Testing

@Suite struct ShapeTests {
    /// A primitive with fitting operands, and operands that it must refuse.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let name: String
        let fitting: [Shape]
        let unfitting: [[Shape]]
        let build: @Sendable ([Value]) -> Value
        var testDescription: String { name }
    }

    static let refusals: [Refusal] = [
        Refusal(
            name: "add", fitting: [[2], [2]],
            unfitting: [[[2]], [[2], [3]], [[2], [1]], [[2], [1, 2]], [[2], [2], [2]], []]
        ) { $0[0] + $0[1] },
        Refusal(name: "tanh", fitting: [[2]], unfitting: [[[2], [2]], []]) { $0[0].tanh() },
        Refusal(
            name: "select", fitting: [[2], [2], [2]], unfitting: [[[2], [2]], [[2], [2], [3]]]
        ) { Value.select($0[0], $0[1], $0[2]) },
        Refusal(
            name: "matrix product", fitting: [[2, 3], [3, 4]],
            unfitting: [[[2, 3], [4, 3]], [[2, 3]], [[3], [3, 4]], [[1, 2, 3], [3, 4]]]
        ) { $0[0].matrixProduct($0[1]) },
        Refusal(
            name: "transposed matrix product", fitting: [[3, 2], [4, 3]],
            unfitting: [[[2, 3], [3, 4]], [[3, 2], [3, 4]]]
        ) { $0[0].matrixProduct($0[1], transposed: true, true) },
        Refusal(name: "sum", fitting: [[2, 3]], unfitting: [[[2]], [[2], [2]], []]) {
            $0[0].sum(axes: [1])
        },
        Refusal(name: "reshape", fitting: [[6]], unfitting: [[[5]], [[6], [6]], []]) {
            $0[0].reshaped([2, 3])
        },
        Refusal(name: "transpose", fitting: [[2, 3]], unfitting: [[[6]], [[1, 2, 3]], []]) {
            $0[0].transposed([1, 0])
        },
        Refusal(
            name: "broadcast", fitting: [[3]], unfitting: [[[2]], [[2, 1, 3]], [[3, 3]], []]
        ) { $0[0].broadcasted(to: [2, 3]) },
        Refusal(
            name: "slice", fitting: [[5, 2]], unfitting: [[[3, 2]], [[5]], [[5, 1]], []]
        ) { $0[0].sliced(from: [2, 0], extents: [3, 2]) },
        Refusal(name: "pad", fitting: [[2]], unfitting: [[[4]], [[2, 1]], []]) {
            $0[0].padded(to: [4], at: [1])
        },
        Refusal(
            name: "concatenate", fitting: [[2, 3], [1, 3]],
            unfitting: [[[2, 3], [2, 4]], [[2, 3], [3]], [[]], []]
        ) { Value.concatenated($0, axis: 0) },
        Refusal(name: "stop-gradient", fitting: [[2]], unfitting: [[], [[2], [2]]]) {
            $0[0].stoppingGradient()
        },
    ]

    @Test(arguments: refusals) func wrongOperandsAreRefused(_ refusal: Refusal) {
        let graph = Graph()
        let operands = refusal.fitting.enumerated().map { graph.input("x\($0)", $1) }
        let primitive = refusal.build(operands).node.primitive
        #expect(primitive.resultShape(refusal.fitting) != nil)
        for shapes in refusal.unfitting {
            #expect(primitive.resultShape(shapes) == nil, "\(shapes)")
        }
    }

    @Test func inputsAndConstantsTakeNothing() {
        let graph = Graph()
        #expect(graph.input("x", [2]).node.primitive.resultShape([[2]]) == nil)
        #expect(graph.constant(1).node.primitive.resultShape([[]]) == nil)
    }

    @Test func stridesAreRowMajor() {
        let shape: Shape = [2, 3, 4]
        #expect(shape.strides == [12, 4, 1])
        #expect(shape.elementCount == 24 && shape.rank == 3)
        #expect(Shape.scalar.strides == [] && Shape.scalar.elementCount == 1)
        #expect("\(shape)" == "[2x3x4]")
    }

    @Test(
        arguments: [
            ([3], [2, 1], [2, 3]), ([], [4], [4]), ([1, 1], [5], [1, 5]),
            ([2, 3], [2, 3], [2, 3]),
            ([2], [3], nil), ([2, 3], [2], nil),
        ] as [([Int], [Int], [Int]?)])
    func broadcastingIsRightAligned(a: [Int], b: [Int], expected: [Int]?) {
        #expect(Shape(a).broadcast(with: Shape(b)) == expected.map(Shape.init))
        #expect(Shape(b).broadcast(with: Shape(a)) == expected.map(Shape.init))
    }
}
