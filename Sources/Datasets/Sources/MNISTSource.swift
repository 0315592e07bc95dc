import FileFormats
import Settings

/// Handwritten digits: grey images of 28 x 28 with a label from 0 to 9. Fashion-MNIST and others
/// with the same files fit as well.
package struct MNISTSource: StoredDataSource {
    package static let identifier = "mnist"
    package let examples: Examples

    package init(settings: SettingsTable, context: DataSourceContext) throws {
        let path = try settings.text(
            "path", default: "data/mnist-5k",
            "folder of the four IDX files, plain or gzip, relative to the experiment file")
        let subset = try settings.choice(
            "subset", of: ["train", "test"], default: "train", "which part of the set is used")
        let range = try settings.byteRange()
        let limit = try settings.exampleLimit()
        guard !context.describing else {
            examples = .none(exampleShape: [28, 28, 1], valueRange: range)
            return
        }
        let prefix = context.resolve(path) + (subset == "train" ? "/train" : "/t10k")
        let imagePath = try Self.find("\(prefix)-images-idx3-ubyte")
        let labelPath = try Self.find("\(prefix)-labels-idx1-ubyte")
        let images = try IDXFile(contentsOf: imagePath)
        guard images.shape.count == 3, images.shape[1...] == [28, 28] else {
            throw DataError(
                file: imagePath, offset: 3,
                "images of \(describeShape(images.shape)); n x 28 x 28 was expected "
                    + "(the source idx reads other sizes)")
        }
        let labels = try readLabels(
            labelPath, exampleCount: images.shape[0], examples: imagePath)
        if let place = labels.firstIndex(where: { $0 > 9 }) {
            throw DataError(
                file: labelPath, "label \(labels[place]) of example \(place); 0 to 9 were expected")
        }
        let count = try settings.usedCount(of: labels.count, limit: limit, file: imagePath)
        examples = Examples(
            bytes: Array(images.bytes[..<(count * 28 * 28)]), exampleShape: [28, 28, 1],
            labels: Array(labels[..<count]), range: range)
    }

    /// The file of this name, or the one with `.gz` behind it.
    private static func find(_ path: String) throws -> String {
        if InputFile.exists(path) { return path }
        if InputFile.exists("\(path).gz") { return "\(path).gz" }
        throw DataError(
            file: path, "not found, and no \(path).gz either; data.path names their folder")
    }
}
