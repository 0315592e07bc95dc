import Datasets
import FileFormats
import Settings
import Testing

/// What holds for each source of the catalog.
@Suite struct DataSourcesTests {
    @Test func identifiersAreUnique() {
        let names = DataSources.catalog.map { $0.identifier }
        #expect(Set(names).count == names.count)
        #expect(
            names == [
                "mnist", "idx", "npy", "cifar10", "images", "hdf5", "stacked-mnist",
                "gaussian-ring", "gaussian-grid",
            ])
    }

    @Test(arguments: DataSources.catalog.indices)
    func describingReadsNoFile(place: Int) throws {
        let document = SettingsDocument.describing()
        let context = DataSourceContext(seed: 1, directory: "/nowhere", describing: true)
        let source = try DataSources.catalog[place].init(
            settings: document.root.table("data"), context: context)
        #expect(source.count == 0)
        #expect(document.declarations.contains { $0.key == "count" })
        #expect(document.declarations.allSatisfy { !$0.meaning.isEmpty })
    }

    /// One small set of each source.
    static let samples: [(lines: String, shape: [Int], count: Int)] = [
        ("source = \"mnist\"\npath = \"data/mnist-5k\"\nsubset = \"test\"", [28, 28, 1], 1000),
        ("source = \"idx\"\npath = \"images\"\nlabels = \"labels\"", [2, 3, 1], 4),
        ("source = \"npy\"\npath = \"array.npy\"", [3], 4),
        ("source = \"cifar10\"\npath = \".\"\nsubset = \"test\"", [32, 32, 3], 3),
        ("source = \"images\"\npath = \"pictures\"", [4, 4, 3], 3),
        ("source = \"images\"\npath = \"pictures\"\nmemory = 0\nloaders = 1", [4, 4, 3], 3),
        (
            "source = \"stacked-mnist\"\npath = \"data/mnist-5k\"\ncount = 30", [28, 28, 3], 30
        ),
        ("source = \"gaussian-ring\"\ncount = 50", [2], 50),
        ("source = \"gaussian-grid\"\ncount = 50", [2], 50),
    ]

    @Test(arguments: samples.indices)
    func examplesAreWithinTheRangeAndRepeatable(place: Int) throws {
        let folder = TemporaryFolder()
        try folder.write("images", idx([4, 2, 3], (0..<24).map { UInt8(255 - $0) }))
        try folder.write("labels", idx([4], [3, 2, 1, 0]))
        try folder.write("array.npy", NPYFile.bytes(of: (0..<12).map { Float($0) }, shape: [4, 3]))
        try folder.write("test_batch.bin", [UInt8](repeating: 4, count: 3 * 3073))
        for start in 1...3 { try folder.write("pictures/\(start).png", png(start: start)) }
        let sample = Self.samples[place]
        let directory = sample.lines.contains("mnist") ? experimentsFolder : folder.path
        let source = try open(sample.lines, folder: directory)
        let again = try open(sample.lines, folder: directory)
        #expect(source.exampleShape == sample.shape)
        #expect(source.count == sample.count)
        #expect(source.labels.map { $0.count == sample.count } ?? true)
        #expect(source.fingerprint == again.fingerprint)
        #expect(source.fingerprint.count == 16)
        let all = copy(Array(0..<Int32(source.count)), of: source)
        #expect(all == copy(Array(0..<Int32(source.count)), of: again))
        #expect(all.allSatisfy(source.valueRange.contains))
        // The order of the indices is the order of the copies.
        let size = source.exampleShape.reduce(1, *)
        let swapped = copy([2, 0], of: source)
        #expect(Array(swapped[..<size]) == Array(all[(2 * size)..<(3 * size)]))
        #expect(Array(swapped[size...]) == Array(all[..<size]))
        #expect(copy([], of: source).isEmpty)
    }

    @Test func anUnknownSourceNamesTheNearest() {
        let error = #expect(throws: SettingsError.self) { try open("source = \"minst\"") }
        #expect(error?.description.contains("mnist") == true)
    }
}
