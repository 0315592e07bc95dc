import CKernels
import Testing

@Suite struct ReductionTests {
    static let shapes: [(Int, Int, Int)] = [
        (1, 1, 1), (3, 2, 1), (7, 15, 1), (5, 16, 1), (4, 17, 1), (2, 63, 1), (2, 64, 1),
        (3, 65, 1), (1, 100, 1), (1, 5000, 1), (32, 784, 1), (1, 128, 2), (5, 1, 3), (2, 33, 12),
        (1, 1000, 31), (1, 5, 32), (2, 3, 63), (1, 32, 64), (3, 7, 65), (2, 9, 128), (1, 50, 200),
        (2, 0, 1), (2, 0, 5), (1, 0, 100), (0, 4, 1),
    ]

    /// Adds by halving: element i to element i + half.
    private func halved(_ lanes: [Float]) -> Float {
        if lanes.count == 1 { return lanes[0] }
        let half = lanes.count / 2
        return halved((0..<half).map { lanes[$0] + lanes[$0 + half] })
    }

    /// The documented order of addition, in plain Swift.
    private func ordered(_ terms: [Float], inner: Int) -> Float {
        if inner == 1 && terms.count < 16 { return terms.reduce(0, +) }
        let laneCount = inner == 1 ? 64 : inner < 32 ? 16 : 4
        var lanes = [Float](repeating: 0, count: laneCount)
        for (index, term) in terms.enumerated() { lanes[index % laneCount] += term }
        if laneCount == 4 { return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) }
        return halved(lanes)
    }

    @Test(arguments: shapes)
    func sumsInTheDocumentedOrder(outer: Int, axis: Int, inner: Int) {
        var numbers = TestNumbers(UInt64(outer * 1000 + axis * 10 + inner))
        let values = numbers.floats(outer * axis * inner)
        var sums = [Float](repeating: .nan, count: outer * inner)
        qk_sum(&sums, values, outer, axis, inner)
        for o in 0..<outer {
            for i in 0..<inner {
                let terms = (0..<axis).map { values[(o * axis + $0) * inner + i] }
                #expect(sums[o * inner + i] == ordered(terms, inner: inner))
                let exact = terms.reduce(0.0) { $0 + Double($1) }
                let size = terms.reduce(0.0) { $0 + abs(Double($1)) }
                #expect(abs(Double(sums[o * inner + i]) - exact) <= size * 1e-6)
            }
        }
    }

    @Test(arguments: [0, 1, 31, 32, 33, 1000, 101_632])
    func sumOfSquaresIsThatOfDoubles(count: Int) {
        var numbers = TestNumbers(5)
        let values = numbers.floats(count, limit: 1e30)
        let exact = values.reduce(0.0) { $0 + Double($1) * Double($1) }
        #expect(abs(qk_sum_squares(values, count) - exact) <= exact * 1e-13)
    }

    @Test(arguments: [1, 15, 16, 17, 1023, 1024, 1025, 5000])
    func findsTheFirstNonfiniteNumber(count: Int) {
        var numbers = TestNumbers(6)
        var values = numbers.floats(count, limit: .greatestFiniteMagnitude / 2)
        #expect(qk_first_nonfinite(values, count) == -1)
        values[count - 1] = .nan
        #expect(qk_first_nonfinite(values, count) == count - 1)
        values[count / 2] = -.infinity
        #expect(qk_first_nonfinite(values, count) == count / 2)
        values[count / 3] = .infinity
        #expect(qk_first_nonfinite(values, count) == count / 3)
        #expect(qk_first_nonfinite(values, 0) == -1)
    }
}
