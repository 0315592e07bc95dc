import Datasets
import Randomness
import Testing

@Suite struct BatchOrderTests {
    private func batch(_ order: BatchOrder, _ number: Int, size: Int) -> [Int32] {
        [Int32](unsafeUninitializedCapacity: size) { buffer, initialized in
            buffer.initialize(repeating: -1)
            order.fill(UnsafeMutableBufferPointer(rebasing: buffer[..<size]), batch: number)
            initialized = size
        }
    }

    @Test(arguments: [(10, 3), (10, 10), (10, 1), (97, 8), (4000, 32)])
    func anEpochTakesNoExampleTwice(count: Int, size: Int) {
        let order = BatchOrder(seed: 3, member: 1, count: count, batchSize: size)
        let batches = count / size
        for epoch in 0..<3 {
            var seen: Set<Int32> = []
            for number in (epoch * batches)..<((epoch + 1) * batches) {
                #expect(order.epoch(ofBatch: number) == epoch)
                seen.formUnion(batch(order, number, size: size))
            }
            #expect(seen.count == batches * size)
            #expect(seen.allSatisfy { $0 >= 0 && $0 < count })
        }
        #expect(order.epoch(ofBatch: 3 * batches) == 3)
    }

    @Test func epochsMembersAndSeedsDiffer() {
        let size = 50
        let order = BatchOrder(seed: 3, member: 1, count: 100, batchSize: size)
        let first = batch(order, 0, size: size)
        #expect(first == batch(order, 0, size: size))
        #expect(first != batch(order, 2, size: size))
        let member = BatchOrder(seed: 3, member: 2, count: 100, batchSize: size)
        #expect(first != batch(member, 0, size: size))
        let seed = BatchOrder(seed: 4, member: 1, count: 100, batchSize: size)
        #expect(first != batch(seed, 0, size: size))
    }

    /// Batch 5 of 3 per epoch: epoch 1, places 6 to 8 of its permutation.
    @Test func followsTheDocumentedRule() {
        let order = BatchOrder(seed: 9, member: 4, count: 10, batchSize: 3)
        let permutation = KeyedPermutation(count: 10, seed: 9, member: 4, epoch: 1)
        #expect(batch(order, 5, size: 3) == (6..<9).map { Int32(permutation[$0]) })
    }
}
