import CKernels
import Testing

@Suite struct MemoryLayoutTests {
    private func strides(_ extents: [Int]) -> [Int] {
        [extents[1] * extents[2] * extents[3], extents[2] * extents[3], extents[3], 1]
    }

    /// Every order of the axes, for shapes that meet whole blocks, parts of blocks and ones.
    @Test(arguments: [
        [1, 1, 1, 1], [1, 1, 8, 8], [1, 1, 100, 17], [2, 3, 4, 5], [3, 1, 9, 16], [4, 8, 1, 8],
        [2, 14, 14, 16], [1, 1, 1, 1000], [5, 1, 1, 7], [16, 24, 2, 3],
    ])
    func transposesEveryOrderOfAxes(extents: [Int]) {
        var numbers = TestNumbers(1)
        let count = extents.reduce(1, *)
        let values = numbers.floats(count)
        for order in Self.orders {
            let outExtents = order.map { extents[$0] }
            let inStrides = order.map { strides(extents)[$0] }
            let outStrides = strides(outExtents)
            var out = [Float](repeating: .nan, count: count)
            qk_copy_strided(&out, values, outExtents, outStrides, inStrides)
            let expected = reference(values, outExtents, outStrides, inStrides, count: count)
            #expect(out == expected, "\(extents) in order \(order)")
        }
    }

    /// Broadcast along every set of axes.
    @Test func broadcastsEverySetOfAxes() {
        var numbers = TestNumbers(2)
        let values = numbers.floats(3 * 4 * 5 * 6)
        for set in 0..<16 {
            let inStrides = strides([3, 4, 5, 6]).enumerated().map { axis, stride in
                set >> axis & 1 == 1 ? 0 : stride
            }
            var out = [Float](repeating: .nan, count: 360)
            qk_copy_strided(&out, values, [3, 4, 5, 6], strides([3, 4, 5, 6]), inStrides)
            #expect(
                out
                    == reference(
                        values, [3, 4, 5, 6], strides([3, 4, 5, 6]), inStrides, count: 360))
        }
    }

    /// A window of a larger array, into a window of a larger array, steps of two among them.
    @Test func copiesWindowsAndLeavesTheRest() {
        var numbers = TestNumbers(3)
        let values = numbers.floats(2000)
        let (extents, out, input) = ([2, 3, 9, 11], [600, 150, 14, 1], [700, 200, 20, 2])
        var result = [Float](repeating: -7, count: 1500)
        qk_copy_strided(&result, values, extents, out, input)
        #expect(result == reference(values, extents, out, input, count: 1500, fill: -7))
        let transposed = [600, 150, 1, 9]
        result = [Float](repeating: -7, count: 1500)
        qk_copy_strided(&result, values, extents, transposed, input)
        #expect(result == reference(values, extents, transposed, input, count: 1500, fill: -7))
        qk_copy_strided(&result, values, [2, 0, 9, 11], out, input)
    }

    private func reference(
        _ values: [Float], _ extents: [Int], _ out: [Int], _ input: [Int], count: Int,
        fill: Float = .nan
    ) -> [Float] {
        var result = [Float](repeating: fill, count: count)
        for i in 0..<extents[0] {
            for j in 0..<extents[1] {
                for k in 0..<extents[2] {
                    for l in 0..<extents[3] {
                        let from = i * input[0] + j * input[1] + k * input[2] + l * input[3]
                        result[i * out[0] + j * out[1] + k * out[2] + l * out[3]] = values[from]
                    }
                }
            }
        }
        return result
    }

    static let orders: [[Int]] = (0..<256).compactMap { code in
        let order = [code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6 & 3]
        return Set(order).count == 4 ? order : nil
    }

    @Test(arguments: [0, 1, 17, 1000])
    func fillsExactlyTheCount(count: Int) {
        var out = [Float](repeating: 1, count: count + 1)
        qk_fill(&out, 2.5, count)
        #expect(out == [Float](repeating: 2.5, count: count) + [1])
    }

    @Test(arguments: [1, 3, 16, 784])
    func gathersAndScalesBytes(size: Int) {
        var numbers = TestNumbers(4)
        let data = (0..<(size * 20)).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
        let indices: [Int32] = [19, 0, 7, 7, 3]
        var out = [Float](repeating: .nan, count: 5 * size)
        qk_gather_bytes(&out, data, indices, 5, size, 2 / 255, -1)
        let expected = indices.flatMap { index in
            (0..<size).map { Float(data[Int(index) * size + $0]) * (2 / 255) + -1 }
        }
        #expect(out == expected)
    }

    @Test func gathersFloats() {
        var numbers = TestNumbers(5)
        let data = numbers.floats(60)
        var out = [Float](repeating: .nan, count: 12)
        qk_gather_floats(&out, data, [14, 0, 14, 2], 4, 3)
        #expect(out == [42, 43, 44, 0, 1, 2, 42, 43, 44, 6, 7, 8].map { data[$0] })
    }
}
