import Randomness
import Testing

@Suite struct RandomSubsetTests {
    private func stream(_ step: UInt32) -> RandomStream {
        RandomStream(seed: 3, step: step, member: 0, purpose: .evaluationData)
    }

    @Test(arguments: [(0, 0), (0, 5), (1, 1), (3, 7), (50, 50)])
    func membersAreDifferent(size: Int, count: Int) {
        let subset = stream(0).subset(size, of: count)
        #expect(subset.count == size && Set(subset).count == size)
        #expect(subset.allSatisfy { (0..<count).contains($0) })
    }

    /// What the documentation says, literally.
    @Test(arguments: [(1, 1), (4, 10), (10, 10), (9, 80), (10, 80), (12, 80), (70, 80)])
    func itIsTheBeginningOfAShuffle(size: Int, count: Int) {
        var order = Array(0..<count)
        for place in 0..<size {
            order.swapAt(place, place + stream(2).bounded(place, below: count - place))
        }
        #expect(stream(2).subset(size, of: count) == Array(order[..<size]))
    }

    @Test func allAreEquallyLikely() {
        var counts = [Int](repeating: 0, count: 10)
        for step in 0..<5000 {
            for member in stream(UInt32(step)).subset(4, of: 10) { counts[member] += 1 }
        }
        // 2,000 each, with a standard deviation of 35.
        #expect(counts.allSatisfy { abs($0 - 2000) < 210 })
    }

    @Test func aFewOfVeryManyTakeNoMemory() {
        let subset = stream(5).subset(2000, of: Int(Int32.max))
        #expect(Set(subset).count == 2000)
        #expect(subset.allSatisfy { (0..<Int(Int32.max)).contains($0) })
    }

    @Test func aLargerSubsetBeginsWithASmallerOne() {
        #expect(stream(1).subset(9, of: 30).starts(with: stream(1).subset(4, of: 30)))
    }
}
