import Datasets
import Foundation
import Settings

/// The digits of MNIST-5k.
enum Digits {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Experiments/data/mnist-5k").path()

    /// - Parameter keys: further lines of `[data]`.
    static func open(
        _ keys: String = "subset = \"test\"", source: String = "mnist"
    ) throws -> any DataSource {
        let document = try SettingsDocument(
            text: "source = \"\(source)\"\npath = \".\"\n" + keys, file: "test.toml", overrides: [])
        return try DataSources.open(
            settings: document.root,
            context: DataSourceContext(seed: 1, directory: folder, describing: false))
    }

    /// Examples one behind the other.
    static func examples(_ data: any DataSource, _ indices: Range<Int32>) -> [Float] {
        var examples = [Float](
            repeating: 0, count: indices.count * data.exampleShape.reduce(1, *))
        Array(indices).withUnsafeBufferPointer { indices in
            examples.withUnsafeMutableBufferPointer {
                data.copyExamples(indices, into: $0.baseAddress!)
            }
        }
        return examples
    }
}
