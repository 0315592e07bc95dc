import Randomness
import Testing

@Suite struct KeyedPermutationTests {
    private func permutation(
        _ count: Int, seed: UInt64 = 1, member: UInt32 = 0, epoch: UInt32 = 0
    ) -> [Int] {
        let keyed = KeyedPermutation(count: count, seed: seed, member: member, epoch: epoch)
        return (0..<count).map { keyed[$0] }
    }

    @Test func isABijectionForEveryCount() {
        for count in Array(0...300) + [511, 512, 513, 1000, 4095, 4097, 5000, 60_000, 65_537] {
            #expect(permutation(count, epoch: UInt32(count)).sorted() == Array(0..<count))
        }
    }

    @Test func theLargestCountStaysInside() {
        let keyed = KeyedPermutation(count: 1 << 31, seed: 3, member: 1, epoch: 2)
        let places = (0..<1000).map { keyed[$0 * 2_000_003] }
        #expect(places.allSatisfy { (0..<(1 << 31)).contains($0) })
        #expect(Set(places).count == 1000)
    }

    @Test func dependsOnSeedMemberAndEpoch() {
        let orders = [
            permutation(100), permutation(100, seed: 2), permutation(100, member: 1),
            permutation(100, epoch: 1), permutation(100, seed: 1 << 40),
        ]
        #expect(Set(orders).count == orders.count)
        #expect(permutation(100) == permutation(100))
    }

    /// Over many epochs each index goes everywhere equally often: chi-squared on 99 degrees of
    /// freedom has mean 99 and standard deviation 14.
    @Test(arguments: [0, 1, 50, 99])
    func placesAreUniform(index: Int) {
        var counts = [Int](repeating: 0, count: 100)
        for epoch in 0..<20_000 {
            counts[KeyedPermutation(count: 100, seed: 7, member: 0, epoch: UInt32(epoch))[index]] +=
                1
        }
        let chiSquared = counts.reduce(0.0) { $0 + Double(($1 - 200) * ($1 - 200)) / 200 }
        #expect(chiSquared < 99 + 6 * 14)
    }

    /// All 24 orders of four elements appear about equally often.
    @Test func ordersOfFewElementsAreUniform() {
        var counts: [[Int]: Int] = [:]
        for epoch in 0..<24_000 { counts[permutation(4, epoch: UInt32(epoch)), default: 0] += 1 }
        #expect(counts.count == 24)
        let chiSquared = counts.values.reduce(0.0) { $0 + Double(($1 - 1000) * ($1 - 1000)) / 1000 }
        #expect(chiSquared < 23 + 6 * 6.8)
    }

    /// Neighbours do not stay neighbours: the expected number that do is one in 2 / count.
    @Test func neighboursAreSeparated() {
        let order = permutation(10_000)
        let kept = zip(order, order.dropFirst()).filter { abs($0 - $1) == 1 }.count
        #expect(kept < 12)
    }
}
