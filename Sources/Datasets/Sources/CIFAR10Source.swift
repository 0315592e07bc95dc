import FileFormats
import Settings

/// Colour images of 32 x 32 in ten classes, in the "binary version" of the set: records of a label
/// and 3,072 bytes, all red ones first.
///
/// Source: Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
package struct CIFAR10Source: StoredDataSource, CataloguedDataSource {
    package static let identifier = "cifar10"
    package let examples: Examples

    private static let side = 32
    private static let names = [
        "train": (1...5).map { "data_batch_\($0).bin" }, "test": ["test_batch.bin"],
    ]

    package init(settings: SettingsTable, context: DataSourceContext) throws {
        let path = try settings.text(
            "path", default: nil,
            "folder of data_batch_1.bin ... data_batch_5.bin and test_batch.bin, relative to the "
                + "experiment file")
        let subset = try settings.choice(
            "subset", of: ["train", "test"], default: "train", "which part of the set is used")
        let channels = try settings.imageChannels()
        let range = try settings.byteRange()
        let limit = try settings.exampleLimit()
        guard !context.describing else {
            examples = .none(exampleShape: [Self.side, Self.side, channels], valueRange: range)
            return
        }
        let folder = context.resolve(path)
        var content = CIFAR10Content()
        for name in Self.names[subset]! { try content.append(recordsOf: "\(folder)/\(name)") }
        let count = try settings.usedCount(of: content.labels.count, limit: limit, file: folder)
        let colours = Array(content.pixels[..<(count * CIFAR10Content.imageSize)])
        examples = Examples(
            bytes: withChannels(channels, colours, stored: 3),
            exampleShape: [Self.side, Self.side, channels], labels: Array(content.labels[..<count]),
            range: range)
    }
}

/// The images of some files in the binary format of CIFAR-10.
package struct CIFAR10Content {
    /// `[image, 32, 32, 3]`.
    package private(set) var pixels: [UInt8] = []
    package private(set) var labels: [UInt16] = []

    package static let imageSize = 3 * 32 * 32
    private static let recordSize = 1 + imageSize
    /// Ten times the records of a file of the set, for sets of others in this format.
    private static let largestFile = 100_000 * recordSize

    package init() {}

    package mutating func append(recordsOf path: String) throws {
        try append(try InputFile.read(path, limit: Self.largestFile), file: path)
    }

    /// - Throws: `DataError` for content that is not whole records with labels from 0 to 9.
    package mutating func append(_ content: [UInt8], file: String) throws {
        let count = content.count / Self.recordSize
        guard count > 0, content.count == count * Self.recordSize else {
            throw DataError(
                file: file,
                "\(content.count) bytes are not whole records of \(Self.recordSize) (a label and "
                    + "32 x 32 x 3 bytes); is this the binary version of CIFAR-10?")
        }
        pixels.reserveCapacity(pixels.count + count * Self.imageSize)
        for record in 0..<count {
            let start = record * Self.recordSize
            guard content[start] <= 9 else {
                throw DataError(
                    file: file, offset: start,
                    "label \(content[start]) of image \(record); 0 to 9 were expected")
            }
            labels.append(UInt16(content[start]))
            let planes = content[(start + 1)..<(start + Self.recordSize)]
            pixels += pixelsTogether(planes, channels: 3)
        }
    }
}
