import Experiment
import FileFormats
import Testing

/// Runs on a folder of images that does not fit in memory, each member on a part of its own, with
/// all that is done to examples at random.
struct RealExamplesTests {
    private let folder = TemporaryFolder()

    private static let experiment = """
        name = "images"
        seed = 3
        steps = 24

        [data]
        source = "images"
        path = "photos"
        range = [-1, 1]
        batch_size = 4
        memory = 0
        loaders = 2
        size = 6
        crop = 5
        crop_place = "random"
        flip = true
        input_noise = 0.1
        input_noise_decay = 20
        shard = "even"
        shards = 3

        [population]
        pairs = 3

        [swap]
        interval = 4

        [training]
        discriminator_updates = 2

        [generator]
        latent_size = 2
        hidden = [8]
        output = "tanh"

        [discriminator]
        hidden = [8]

        [record]
        metrics_every = 1
        samples_every = 0
        checkpoint_every = 0

        [evaluate]
        every = 0
        """

    init() throws {
        for image in 0..<24 { try write(image, start: image) }
    }

    private func write(_ image: Int, start: Int) throws {
        let bytes = (0..<(8 * 8 * 3)).map { UInt8(truncatingIfNeeded: 11 * start + 3 * $0) }
        try folder.write(
            "photos/\(image).png",
            PNG.encode(Picture(width: 8, height: 8, channels: 3, bytes: bytes)))
    }

    /// In the folder with the images; a run that is there already is replaced.
    private func run(
        _ overrides: [String] = [], workers: Int = 1,
        poison: () throws -> Void = {}
    ) throws -> FinishedRun {
        try FinishedRun(
            overrides, text: Self.experiment, workers: workers, in: folder,
            start: .new(overwrite: true), poison: { _ in try! poison() })
    }

    @Test func workersAndLoadersChangeNoBit() throws {
        let first = try run()
        #expect(first.ending == .finished)
        let bits = try first.bits()
        for (loaders, memory, workers) in [(0, 0, 1), (1, 0, 3), (3, 0, 2), (0, 64, 2)] {
            let other = try run(
                ["data.loaders=\(loaders)", "data.memory=\(memory)"], workers: workers)
            #expect(try other.bits() == bits)
            #expect(other.session.directory == first.session.directory)
        }
    }

    @Test func membersKeepTheirPartAlone() throws {
        let together = try run(["swap.interval=0"], workers: 2).bits()
        for member in 0..<3 {
            let alone = try run(
                ["swap.interval=0", "population.pairs=1", "population.first_member=\(member)"]
            ).bits()
            #expect(alone.generators == [together.generators[member]])
            #expect(alone.discriminators == [together.discriminators[member]])
        }
        let whole = try run(["swap.interval=0", "data.shard=none", "data.shards=1"]).bits()
        #expect(whole.generators != together.generators)
    }

    /// Loaders look ahead by the numbers that images have in the whole set.
    @Test func someImagesAreHeldOut() throws {
        let overrides = [
            "data.held_out=6", "evaluate.population=[\"discriminator-gap\"]",
            "evaluate.population_every=8", "evaluate.population_samples=6",
        ]
        let bits = try run(overrides).bits()
        #expect(bits.population.map(\.axis) == [0, 8, 16, 24])
        for row in bits.population {
            row.bytes.withUnsafeBytes { bytes in
                // Behind who sits with whom.
                for offset in stride(from: 12, to: bytes.count, by: 8) {
                    let value = bytes.loadUnaligned(fromByteOffset: offset, as: Double.self)
                    #expect(value.isFinite)
                }
            }
        }
        for (loaders, memory, workers) in [(0, 0, 3), (3, 0, 2), (0, 64, 2)] {
            let other = try run(
                overrides + ["data.loaders=\(loaders)", "data.memory=\(memory)"],
                workers: workers)
            #expect(try other.bits() == bits)
        }
        let without = try run().bits()
        #expect(without.generators != bits.generators)
    }

    @Test(arguments: [
        "data.crop_place=centre", "data.flip=false", "data.input_noise=0", "data.size=7",
        "data.fit=stretch", "data.channels=1",
    ]) func everythingThatIsDoneMatters(change: String) throws {
        let bits = try run().bits()
        let other = try run([change]).bits()
        // Square images are not cut.
        #expect((other.discriminators == bits.discriminators) == (change == "data.fit=stretch"))
    }

    @Test func imagesThatAreLostEndTheRunWithTheirName() throws {
        let lost = try run(poison: {
            for image in 0..<24 { try write(image, start: image + 1) }
        })
        guard case .failed(let reason) = lost.ending else {
            Issue.record("ended as \(lost.ending)")
            return
        }
        #expect(reason.contains("real examples are lost"))
        #expect(reason.contains("has changed since the run began"))
    }

    @Test func aBatchFitsIntoTheSmallestPart() {
        let error = #expect(throws: (any Error).self) { try run(["data.batch_size=9"]) }
        #expect("\(error!)".contains("data.batch_size"))
    }
}
