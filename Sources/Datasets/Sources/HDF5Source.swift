import FileFormats
import Settings

/// Images in an HDF5 file as BigGAN's and StudioGAN's scripts write them: `imgs`, unsigned bytes of
/// n x channels x height x width or n x height x width x channels, and, where present, `labels`,
/// n integers.
///
/// The HDF5 library is not made for hostile files: open those alone that you would run as a
/// program.
package struct HDF5Source: StoredDataSource, CataloguedDataSource {
    package static let identifier = "hdf5"
    package let examples: Examples

    package init(settings: SettingsTable, context: DataSourceContext) throws {
        let path = try settings.text(
            "path", default: nil,
            "HDF5 file of `imgs` (unsigned bytes, n x channels x height x width or n x height x "
                + "width x channels) and perhaps `labels`, from a source that you trust")
        let channels = try settings.imageChannels()
        let range = try settings.byteRange()
        let limit = try settings.exampleLimit()
        guard !context.describing else {
            examples = .none(exampleShape: [64, 64, channels], valueRange: range)
            return
        }
        let file = context.resolve(path)
        guard InputFile.exists(file) else {
            throw DataError(file: file, "not found, or not a regular file")
        }
        do {
            let root = try HDF5File.openForReading(file).root
            let images = try HDF5Images(root, file: file)
            let count = try settings.usedCount(of: images.count, limit: limit, file: file)
            try HDF5Images.checkSize(count: count, shape: images.shape, file: file)
            examples = Examples(
                bytes: try images.read(count: count, channels: channels),
                exampleShape: [images.shape[0], images.shape[1], channels],
                labels: try Self.labels(root, exampleCount: images.count, file: file)
                    .map { Array($0[..<count]) }, range: range)
        } catch let error as HDF5Error {
            throw DataError(file: file, "cannot \(error.operation): \(error.detail)")
        }
    }

    private static func labels(
        _ root: HDF5Group, exampleCount: Int, file: String
    ) throws -> [UInt16]? {
        guard root.hasMember("labels") else { return nil }
        let dataset = try root.openDataset("labels", type: .int64)
        guard case .integer = dataset.storedNumber, dataset.shape == [exampleCount] else {
            throw DataError(
                file: file,
                "labels are \(describeShape(dataset.shape)) of \(dataset.storedNumber); "
                    + "\(exampleCount) integers were expected, one per image")
        }
        return try dataset.readAll().withUnsafeBytes { bytes in
            try bytes.bindMemory(to: Int64.self).enumerated().map { index, value in
                guard let label = UInt16(exactly: value) else {
                    throw DataError(
                        file: file, "label \(value) of image \(index); 0 to 65535 were expected")
                }
                return label
            }
        }
    }
}

/// The dataset `imgs`, in either order of its axes.
private struct HDF5Images {
    let count: Int
    /// Height, width, channels (1 or 3).
    let shape: [Int]
    private let dataset: HDF5Dataset
    private let isPlanar: Bool

    /// Images that are read at a time.
    private static let blockCount = 256

    init(_ root: HDF5Group, file: String) throws {
        guard root.hasMember("imgs") else {
            throw DataError(file: file, "has no dataset `imgs` at its root")
        }
        dataset = try root.openDataset("imgs", type: .uint8)
        let extents = dataset.shape
        let stored = dataset.storedNumber
        guard stored == .integer(bytes: 1, isSigned: false), extents.count == 4 else {
            throw DataError(
                file: file,
                "imgs is \(describeShape(extents)) of \(stored); n x channels x height x width or "
                    + "n x height x width x channels of uint8 was expected")
        }
        isPlanar = extents[1] == 1 || extents[1] == 3
        guard isPlanar || extents[3] == 1 || extents[3] == 3 else {
            throw DataError(
                file: file,
                "imgs is \(describeShape(extents)): neither the second nor the last extent is a "
                    + "number of channels, 1 or 3")
        }
        count = extents[0]
        shape = isPlanar ? [extents[2], extents[3], extents[1]] : Array(extents[1...])
    }

    static func checkSize(count: Int, shape: [Int], file: String) throws {
        guard let size = checkedElementCount([count] + shape), size > 0,
            size <= InputFile.defaultLimit
        else {
            throw DataError(
                file: file,
                "\(describeShape([count] + shape)) bytes; more than none and at most "
                    + "\(InputFile.defaultLimit) are accepted (data.count takes fewer images)")
        }
    }

    /// `[count, height, width, channels]`.
    func read(count: Int, channels: Int) throws -> [UInt8] {
        let pixels = shape[0] * shape[1]
        var result: [UInt8] = []
        result.reserveCapacity(count * pixels * channels)
        var block = [UInt8](
            repeating: 0, count: min(Self.blockCount, count) * pixels * shape[2])
        for start in stride(from: 0, to: count, by: Self.blockCount) {
            let rows = start..<min(start + Self.blockCount, count)
            try block.withUnsafeMutableBytes { try dataset.read(rows: rows, into: $0) }
            for image in 0..<rows.count {
                let bytes = block[(image * pixels * shape[2])..<((image + 1) * pixels * shape[2])]
                let together = isPlanar ? pixelsTogether(bytes, channels: shape[2]) : Array(bytes)
                result += withChannels(channels, together, stored: shape[2])
            }
        }
        return result
    }
}
