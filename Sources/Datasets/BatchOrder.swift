import Randomness

/// Which examples make up each real batch of one member.
///
/// Each epoch is a keyed permutation of the member's examples, cut into batches; what is left over
/// at its end and does not fill a batch is dropped. Batch b belongs to epoch e = b / p with
/// p = count / batchSize (whole numbers) and has the permutation's places (b mod p) * batchSize and
/// following. Nothing is stored: any batch can be drawn at any time.
package struct BatchOrder: Sendable {
    private let seed: UInt64
    private let member: UInt32
    private let part: ExamplePart
    package let batchSize: Int
    private let batchesPerEpoch: Int

    /// - Precondition: 1 <= batchSize <= part.count; the caller has told the user otherwise.
    package init(seed: UInt64, member: UInt32, part: ExamplePart, batchSize: Int) {
        precondition(
            batchSize >= 1 && batchSize <= part.count && part.count <= Int(Int32.max))
        self.seed = seed
        self.member = member
        self.part = part
        self.batchSize = batchSize
        batchesPerEpoch = part.count / batchSize
    }

    /// The order of all `count` examples.
    package init(seed: UInt64, member: UInt32, count: Int, batchSize: Int) {
        self.init(
            seed: seed, member: member, part: ExamplePart(all: count), batchSize: batchSize)
    }

    /// The epoch, from 0, of a batch.
    package func epoch(ofBatch batch: Int) -> Int {
        batch / batchesPerEpoch
    }

    /// The examples of a batch; `batch` counts, from 0, the real batches this member has drawn.
    ///
    /// - Precondition: `indices` has room for `batchSize`.
    package func fill(_ indices: UnsafeMutableBufferPointer<Int32>, batch: Int) {
        precondition(indices.count == batchSize, "room for another number of examples")
        let permutation = KeyedPermutation(
            count: part.count, seed: seed, member: member, epoch: UInt32(epoch(ofBatch: batch)))
        let start = batch % batchesPerEpoch * batchSize
        for place in 0..<batchSize {
            indices[place] = part[permutation[start + place]]
        }
    }
}
