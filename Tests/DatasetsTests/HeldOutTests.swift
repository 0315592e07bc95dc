import Datasets
import FileFormats
import Randomness
import Settings
import Testing

@Suite struct HeldOutTests {
    private let folder = TemporaryFolder()

    /// Ten vectors (0, 1), (2, 3), ... with the labels 0, 1, 2, 0, 1, 2, ...
    private func open(_ keys: String, seed: UInt64 = 1) throws -> any DataSource {
        try folder.write(
            "file.npy", NPYFile.bytes(of: (0..<20).map { Float($0) }, shape: [10, 2]))
        try folder.write(
            "labels.npy", NPYFile.bytes(of: (0..<10).map { Float($0 % 3) }, shape: [10]))
        return try DatasetsTests.open(
            "source = \"npy\"\npath = \"file.npy\"\nlabels = \"labels.npy\"\n" + keys, seed: seed,
            folder: folder.path)
    }

    /// The number of each vector.
    private func numbers(_ vectors: [Float]) -> [Int] {
        stride(from: 0, to: vectors.count, by: 2).map { Int(vectors[$0]) / 2 }
    }

    @Test func eachExampleIsHeldOutOrTrainedOn() throws {
        let source = try open("held_out = 4")
        #expect(source.count == 6 && source.smallestPartCount == 6)
        let training = numbers(copy(Array(0..<6), of: source))
        let heldOut = numbers(source.heldOutExamples(count: 100, seed: 9))
        #expect(training == training.sorted())
        #expect(Set(training).union(heldOut).count == 10 && heldOut.count == 4)
        #expect(source.labels == training.map { UInt16($0 % 3) })
        #expect(source.heldOutExamples(count: 3, seed: 1).count == 6)
        // What the documentation says.
        let stream = RandomStream(seed: 1, step: 0, member: 0, purpose: .data, update: 4)
        #expect(heldOut == stream.subset(4, of: 10))
        #expect(try open("held_out = 4", seed: 2).heldOutExamples(count: 4, seed: 1) != [])
    }

    /// What a member is measured by is what it trains on.
    @Test(arguments: ["", "shard = \"even\"\nshards = 2\n", "shard = \"class\"\nshards = 3\n"])
    func trainingExamplesAreThoseOfAMember(keys: String) throws {
        let source = try open(keys + "held_out = 3")
        #expect(source.partCount == (keys.isEmpty ? 1 : keys.contains("even") ? 2 : 3))
        var all: [Int] = []
        for member in 0..<source.partCount {
            let part = source.part(ofMember: UInt32(member))
            let own = (0..<part.count).map { Int(part[$0]) }
            for count in [1, 2, 100] {
                let chosen = numbers(
                    source.trainingExamples(count: count, member: UInt32(member), seed: 5))
                #expect(chosen.count == min(count, own.count) && Set(chosen).isSubset(of: own))
                #expect(Set(chosen).count == chosen.count)
            }
            let next = UInt32(member + source.partCount)
            #expect(
                source.trainingExamples(count: 9, member: UInt32(member), seed: 5)
                    == source.trainingExamples(count: 9, member: next, seed: 5))
            all += own
        }
        let heldOut = numbers(source.heldOutExamples(count: 3, seed: 1))
        #expect((all + heldOut).sorted() == Array(0..<10))
    }

    /// Batches name examples of the whole set, as loaders know them.
    @Test(arguments: ["", "shard = \"even\"\nshards = 2\n", "shard = \"class\"\nshards = 3\n"])
    func nobodyTrainsOnWhatIsHeldOut(keys: String) throws {
        let source = try open(keys + "held_out = 3")
        let heldOut = Set(numbers(source.heldOutExamples(count: 3, seed: 1)))
        let parts = keys.isEmpty ? 1 : keys.contains("even") ? 2 : 3
        var seen: [Int] = []
        for member in 0..<parts {
            let part = source.part(ofMember: UInt32(member))
            let order = BatchOrder(seed: 1, member: UInt32(member), part: part, batchSize: 1)
            var indices: [Int32] = [0]
            for batch in 0..<part.count {
                indices.withUnsafeMutableBufferPointer { order.fill($0, batch: batch) }
                let real = RealBatch(
                    order: order, seed: 1, member: UInt32(member), step: batch + 1, update: 0,
                    attempt: 0, number: batch)
                var example: [Float] = [0, 0]
                var scratch = [Float](repeating: 0, count: source.scratchCount + 1)
                indices.withUnsafeBufferPointer {
                    source.copyBatch($0, of: real, into: &example, scratch: &scratch)
                }
                seen += numbers(example)
            }
        }
        #expect(Set(seen).isDisjoint(with: heldOut))
        #expect(seen.count == 7 && Set(seen).count == 7)
    }

    @Test func withoutTheKeyThereIsNone() throws {
        let source = try open("")
        #expect(source.count == 10 && source.heldOutExamples(count: 5, seed: 1).isEmpty)
    }

    @Test(arguments: ["held_out = 10", "held_out = 0", "held_out = -1"])
    func whatLeavesNothingIsRefused(keys: String) {
        let error = #expect(throws: SettingsError.self) { try open(keys) }
        #expect(error?.key == "data.held_out")
    }

    @Test func knownDistributionsAreDrawnFromAnew() throws {
        let ring = try DatasetsTests.open("source = \"gaussian-ring\"\ncount = 50", seed: 3)
        let new = ring.heldOutExamples(count: 50, seed: 3)
        #expect(new.count == 100 && ring.count == 50)
        #expect(new != copy(Array(0..<50), of: ring))
        #expect(ring.heldOutExamples(count: 20, seed: 3) == Array(new.prefix(40)))
        // Every point is near one of the centres.
        let centres = try #require(ring.mixture).centres
        for point in stride(from: 0, to: 100, by: 2) {
            #expect(
                centres.contains { abs($0.0 - new[point]) + abs($0.1 - new[point + 1]) < 0.15 })
        }
        let error = #expect(throws: SettingsError.self) {
            try DatasetsTests.open("source = \"gaussian-ring\"\nheld_out = 5")
        }
        #expect(error?.key == "data.held_out")
    }
}
