import Datasets
import FileFormats
import Randomness
import Settings
import Testing

@Suite struct TransformedExamplesTests {
    private let folder = TemporaryFolder()

    /// Four images of 3 x 4 pixels and two channels' worth of rising numbers.
    private func open(_ keys: String) throws -> any DataSource {
        let values = (0..<(4 * 3 * 4)).map { Float($0) }
        try folder.write("file.npy", NPYFile.bytes(of: values, shape: [4, 3, 4, 1]))
        return try DatasetsTests.open(
            "source = \"npy\"\npath = \"file.npy\"\n" + keys, folder: folder.path)
    }

    /// The batch of all four images, in their order.
    private func batch(
        _ source: any DataSource, step: Int = 1, member: UInt32 = 0, attempt: UInt8 = 0
    ) -> [[Float]] {
        let size = source.exampleShape.reduce(1, *)
        let order = BatchOrder(seed: 1, member: member, count: 4, batchSize: 4)
        let batch = RealBatch(
            order: order, seed: 1, member: member, step: step, update: 0, attempt: attempt,
            number: step - 1)
        var examples = [Float](repeating: .nan, count: 4 * size)
        var scratch = [Float](repeating: 0, count: source.scratchCount)
        ([0, 1, 2, 3] as [Int32]).withUnsafeBufferPointer {
            source.copyBatch($0, of: batch, into: &examples, scratch: &scratch)
        }
        return (0..<4).map { Array(examples[($0 * size)..<(($0 + 1) * size)]) }
    }

    @Test func nothingIsDoneUnlessAsked() throws {
        let source = try open("")
        #expect(source.scratchCount == 0)
        #expect(batch(source).joined().elementsEqual((0..<48).map { Float($0) }))
    }

    @Test func centresAreCutOut() throws {
        let source = try open("crop = 2")
        #expect(source.exampleShape == [2, 2, 1])
        #expect(batch(source)[0] == [1, 2, 5, 6])
        #expect(copy([3], of: source) == [37, 38, 41, 42])
    }

    @Test func randomCropsAndFlipsFollowFromMemberStepAndPlace() throws {
        let source = try open("crop = 2\ncrop_place = \"random\"\nflip = true")
        for step in 1...20 {
            let stream = RandomStream(
                seed: 1, step: UInt32(step), member: 5, purpose: .exampleTransform)
            for (place, image) in batch(source, step: step, member: 5).enumerated() {
                let top = stream.bounded(4 * place, below: 2)
                let left = stream.bounded(4 * place + 1, below: 3)
                let corner = Float(12 * place + 4 * top + left)
                let upright = [corner, corner + 1, corner + 4, corner + 5]
                let isFlipped = stream.bounded(4 * place + 2, below: 2) == 1
                #expect(image == (isFlipped ? [1, 0, 3, 2].map { upright[$0] } : upright))
            }
        }
        #expect(batch(source, attempt: 1) != batch(source))
        #expect(copy([0], of: source) == [1, 2, 5, 6])
    }

    @Test func noiseDecaysAndSparesWhatIsOnlyLookedAt() throws {
        let source = try open("input_noise = 0.5\ninput_noise_decay = 4")
        for (step, scale) in [(1, 0.5), (3, 0.25), (5, 0), (9, 0)] as [(Int, Float)] {
            var noise = [Float](repeating: 0, count: 48)
            noise.withUnsafeMutableBufferPointer {
                RandomStream(seed: 1, step: UInt32(step), member: 2, purpose: .inputNoise)
                    .fillNormal($0)
            }
            let expected = noise.enumerated().map { Float($0) + scale * $1 }
            #expect(batch(source, step: step, member: 2).joined().elementsEqual(expected))
        }
        #expect(copy([1], of: source) == (12..<24).map { Float($0) })
        #expect(batch(try open("input_noise = 1"), step: 1000) != batch(try open("")))
    }

    @Test(arguments: [
        "crop = 4", "crop_place = \"random\"", "shard = \"even\"", "shards = 2",
        "shard = \"class\"\nshards = 2", "shard = \"even\"\nshards = 5", "input_noise = -1",
    ]) func contradictionsAreRefused(keys: String) {
        #expect(throws: SettingsError.self) { try open(keys) }
    }

    @Test func partsAreDealtOut() throws {
        let even = try open("shard = \"even\"\nshards = 3")
        let parts = (0..<4).map { even.part(ofMember: $0) }
        #expect(parts.map(\.count) == [2, 1, 1, 2] && even.smallestPartCount == 1)
        let examples = parts.map { part in (0..<part.count).map { part[$0] } }
        #expect(examples == [[0, 3], [1], [2], [0, 3]])
        try folder.write("labels.npy", NPYFile.bytes(of: [7, 300, 7, 2], shape: [4]))
        let classes = try open("labels = \"labels.npy\"\nshard = \"class\"\nshards = 2")
        let dealt = (0..<2).map { classes.part(ofMember: $0) }
        // 2 and 300 go to member 0, 7 to member 1.
        #expect(dealt.map { part in (0..<part.count).map { part[$0] } } == [[1, 3], [0, 2]])
        #expect(classes.labels == [7, 300, 7, 2])
        #expect(throws: SettingsError.self) {
            try open("labels = \"labels.npy\"\nshard = \"class\"\nshards = 4")
        }
    }

    @Test func vectorsHaveNoPixels() throws {
        try folder.write("vectors.npy", NPYFile.bytes(of: [1, 2, 3, 4], shape: [2, 2]))
        for key in ["crop = 1", "flip = true"] {
            #expect(throws: SettingsError.self) {
                try DatasetsTests.open(
                    "source = \"npy\"\npath = \"vectors.npy\"\n" + key, folder: folder.path)
            }
        }
        #expect(throws: SettingsError.self) {
            try DatasetsTests.open("source = \"gaussian-ring\"\nflip = true")
        }
    }
}
