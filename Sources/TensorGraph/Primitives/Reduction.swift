/// The sum over `axes`, which stay with extent 1.
package struct Sum: Primitive {
    package let axes: [Int]

    package var name: String { "sum over \(axes)" }
    package func resultShape(_ operands: [Shape]) -> Shape? {
        guard operands.count == 1, !axes.isEmpty, Set(axes).count == axes.count,
            axes.allSatisfy({ $0 >= 0 && $0 < operands[0].rank })
        else { return nil }
        var extents = operands[0].extents
        for axis in axes { extents[axis] = 1 }
        return Shape(extents)
    }
    package func pullback(_ cotangent: Value, operands: [Value], result: Value) -> [Value?] {
        [cotangent.broadcasted(to: operands[0].shape)]
    }
}
