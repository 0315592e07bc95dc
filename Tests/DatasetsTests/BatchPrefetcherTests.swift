import Datasets
import FileFormats
import Foundation
import Settings
import Testing

/// Batches of a folder that does not fit in the memory it is given.
@Suite struct BatchPrefetcherTests {
    private let folder = TemporaryFolder()
    private static let count = 100

    init() throws {
        for image in 0..<Self.count {
            try folder.write("\(image).png", png(width: 64, height: 64, start: image))
        }
    }

    private func open(_ keys: String) throws -> any DataSource {
        try DatasetsTests.open(
            "source = \"images\"\npath = \".\"\nrange = [0, 255]\n" + keys, folder: folder.path)
    }

    private func batch(
        _ source: any DataSource, member: UInt32, number: Int, microbatches: Int = 1
    ) -> [Float] {
        let order = BatchOrder(
            seed: 1, member: member, part: source.part(ofMember: member), batchSize: 8)
        var batch = RealBatch(
            order: order, seed: 1, member: member, step: number + 1, update: 0, attempt: 0,
            number: number)
        var indices = [Int32](repeating: 0, count: 8)
        indices.withUnsafeMutableBufferPointer { order.fill($0, batch: number) }
        let size = source.exampleShape.reduce(1, *)
        var examples = [Float](repeating: -1, count: 8 * size)
        var scratch = [Float](repeating: 0, count: source.scratchCount)
        for part in 0..<microbatches {
            batch.firstPlace = part * 8 / microbatches
            let places = batch.firstPlace..<((part + 1) * 8 / microbatches)
            indices[places].withUnsafeBufferPointer { indices in
                examples.withUnsafeMutableBufferPointer { examples in
                    source.copyBatch(
                        indices, of: batch, into: examples.baseAddress! + places.lowerBound * size,
                        scratch: &scratch)
                }
            }
        }
        return examples
    }

    /// Whatever is kept in memory and whoever decodes the rest, in whatever order it is asked for.
    @Test(arguments: [(0, 0), (1, 0), (4, 0), (0, 1), (2, 1)]) func batchesAreThoseInMemory(
        loaders: Int, memory: Int
    ) throws {
        let inMemory = try open("")
        // 12 KiB an image: 1 MiB holds 85 of the 100.
        let source = try open("loaders = \(loaders)\nmemory = \(memory)")
        for number in [0, 1, 2, 3, 9, 8, 8, 0, 1] {
            for member: UInt32 in [0, 1, 64] {
                #expect(
                    batch(source, member: member, number: number, microbatches: 1 + number % 2)
                        == batch(inMemory, member: member, number: number))
            }
        }
        #expect(source.failure == nil)
        #expect(copy([99, 0], of: source) == copy([99, 0], of: inMemory))
        #expect(source.fingerprint == inMemory.fingerprint)
    }

    /// Members 0 and 64 share their memory, and here they ask for it all the time.
    @Test func membersAskAtTheSameTime() throws {
        let inMemory = try open("")
        let source = try open("loaders = 2\nmemory = 0")
        let members: [UInt32] = [0, 64, 1, 128]
        let expected = members.map { member in
            (0..<12).map { batch(inMemory, member: member, number: $0) }
        }
        DispatchQueue.concurrentPerform(iterations: members.count) { place in
            for number in 0..<12 {
                let isSame =
                    batch(source, member: members[place], number: number)
                    == expected[place][number]
                #expect(isSame, "member \(members[place]), batch \(number)")
            }
        }
    }

    @Test(arguments: [0, 2]) func aFileThatChangesGivesNaN(loaders: Int) throws {
        let source = try open("loaders = \(loaders)\nmemory = 0")
        #expect(batch(source, member: 0, number: 0).allSatisfy { $0.isFinite })
        for image in 0..<Self.count {
            try folder.write("\(image).png", png(width: 64, height: 64, start: image + 1))
        }
        let later = batch(source, member: 0, number: 3)
        #expect(later.allSatisfy { $0.isNaN })
        #expect(source.failure?.message == "has changed since the run began")
    }
}
