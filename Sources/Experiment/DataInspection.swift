import Datasets
import FileFormats
import Recording
import Settings

/// What `quadrille data inspect` looks at: the data of an experiment, or files that are none yet.
package struct DataInspection {
    /// The word of `data.source`.
    package let sourceName: String
    package let data: any DataSource
    package let statistics: ExampleStatistics

    /// Most images of a grid, and most points of a scatter plot.
    private static let imageCount = 64
    private static let pointCount = 1000
    /// Most numbers of a picture.
    private static let largestPicture = 1 << 24

    /// - Parameters:
    ///   - place: an experiment file; or a folder or file of examples, whose kind its content
    ///     tells; or the name of a source that needs no path.
    ///   - overrides: `data.size=64`, `seed=2`.
    /// - Throws: `SettingsError` for keys, `DataError` for data.
    package init(_ place: String, overrides: [String]) throws {
        if let other = overrides.first(where: { !$0.hasPrefix("data.") && !$0.hasPrefix("seed=") })
        {
            throw SettingsError(
                position: .argument(overrides.firstIndex(of: other)! + 1),
                key: String(other.prefix { $0 != "=" }),
                message: "only keys of [data] and the seed matter to the data")
        }
        let isExperiment = place.hasSuffix(".toml")
        let document =
            isExperiment
            ? try SettingsDocument(contentsOf: place, overrides: overrides)
            : try SettingsDocument(
                text: DataPlace.experiment(of: place), file: place, overrides: overrides)
        let settings = try document.root.table("data")
        sourceName = try DataSources.name(settings: settings)
        _ = try ExperimentPlan.batchSize(settings, available: .max)
        let context = DataSourceContext(
            seed: try ExperimentPlan.length(document.root).seed,
            directory: isExperiment ? ExperimentPlan.directory(of: place) : ".", describing: false)
        data = try DataSources.open(settings: settings, context: context)
        try settings.finish(foreign: KeyCatalog.foreignKeys(below: []))
        statistics = ExampleStatistics(of: data)
        if let failure = data.failure { throw failure }
    }

    /// Examples from all over the set, as images side by side or as points of the plane.
    package func picture() -> Picture {
        let shape = data.exampleShape
        let isPlane = shape == [2]
        let size = shape.reduce(1, *)
        let most = min(
            isPlane ? Self.pointCount : Self.imageCount, max(1, Self.largestPicture / size))
        let examples = data.examples(spreadOver: min(most, data.count))
        return examples.withUnsafeBufferPointer { examples in
            if isPlane { return ScatterPlot(axesOf: examples).picture(of: examples) }
            let isImage = shape.count == 3
            return ImageGrid.picture(
                of: examples, shape: isImage ? shape : [1, size, 1], range: data.valueRange,
                columns: 8)
        }
    }

    /// The classes that occur, with their numbers of examples.
    package var classes: [(label: Int, name: String?, count: Int)] {
        var counts: [Int: Int] = [:]
        for label in data.labels ?? [] { counts[Int(label), default: 0] += 1 }
        return counts.sorted { $0.key < $1.key }.map { label, count in
            (label, data.classNames.map { $0[label] }, count)
        }
    }
}

/// Extremes and mean of the values of a set.
package struct ExampleStatistics {
    package private(set) var minimum = Float.infinity
    package private(set) var maximum = -Float.infinity
    package let mean: Double
    /// Examples that were looked at, from all over the set.
    package let count: Int

    private static let largestCount = 4096
    private static let blockCount = 16

    init(of data: any DataSource) {
        count = min(Self.largestCount, data.count)
        let size = data.exampleShape.reduce(1, *)
        let indices = data.indices(spreadOver: count)
        var block = [Float](repeating: 0, count: Self.blockCount * size)
        var sum = 0.0
        for start in stride(from: 0, to: count, by: Self.blockCount) {
            let some = indices[start..<min(start + Self.blockCount, count)]
            some.withUnsafeBufferPointer { data.copyExamples($0, into: &block) }
            for value in block[..<(some.count * size)] {
                minimum = min(minimum, value)
                maximum = max(maximum, value)
                sum += Double(value)
            }
        }
        mean = sum / Double(count * size)
    }
}

extension DataSource {
    /// `wanted` examples at equal distances.
    fileprivate func indices(spreadOver wanted: Int) -> [Int32] {
        (0..<wanted).map { Int32($0 * count / wanted) }
    }

    fileprivate func examples(spreadOver wanted: Int) -> [Float] {
        let indices = indices(spreadOver: wanted)
        var examples = [Float](repeating: 0, count: wanted * exampleShape.reduce(1, *))
        indices.withUnsafeBufferPointer { copyExamples($0, into: &examples) }
        return examples
    }
}

/// What a folder or file of examples is.
private enum DataPlace {
    /// The lines of an experiment that takes its data from there.
    static func experiment(of place: String) throws -> String {
        let isSource = DataSources.catalog.contains { $0.identifier == place }
        if isSource && !RunDirectory.isFolder(place) && !InputFile.exists(place) {
            return "[data]\nsource = \(quoted(place))\n"
        }
        return "[data]\nsource = \"\(try kind(of: place))\"\npath = \(quoted(place))\n"
    }

    private static func kind(of place: String) throws -> String {
        if RunDirectory.isFolder(place) {
            func has(_ names: [String]) -> Bool {
                names.contains { InputFile.exists("\(place)/\($0)") }
            }
            if has(["data_batch_1.bin", "test_batch.bin"]) { return "cifar10" }
            if has(["train-images-idx3-ubyte", "train-images-idx3-ubyte.gz"]) { return "mnist" }
            return "images"
        }
        let start = try InputFile.read(place, first: 8)
        let signatures: [(bytes: [UInt8], kind: String)] = [
            (Array("\u{93}NUMPY".unicodeScalars.map { UInt8($0.value) }), "npy"),
            ([0x89, 0x48, 0x44, 0x46], "hdf5"), ([0x1f, 0x8b], "idx"), ([0, 0, 8], "idx"),
        ]
        if let found = signatures.first(where: { start.starts(with: $0.bytes) }) {
            return found.kind
        }
        if start.starts(with: [0x89, 0x50, 0x4e, 0x47]) || start.starts(with: [0xff, 0xd8, 0xff]) {
            throw DataError(file: place, "is one image; name the folder that holds all of them")
        }
        throw DataError(
            file: place,
            "is no data that is known: an experiment file (.toml), a folder of images, of MNIST or "
                + "of CIFAR-10, or an npy, HDF5 or IDX file was expected")
    }

    /// A TOML string.
    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            let mustBeEscaped =
                scalar.value < 32 || scalar.value == 127 || scalar == "\"" || scalar == "\\"
            return mustBeEscaped
                ? "\\u" + String(String(0x10000 + scalar.value, radix: 16).dropFirst())
                : String(scalar)
        }
        return "\"\(escaped.joined())\""
    }
}
