import FileFormats
import Settings

/// The keys of the sources that are made of the MNIST files.
struct MNISTKeys {
    let path: String
    let subset: String
    let range: ClosedRange<Float>

    init(settings: SettingsTable) throws {
        path = try settings.text(
            "path", default: "data/mnist-5k",
            "folder of the four IDX files, plain or gzip, relative to the experiment file")
        subset = try settings.choice(
            "subset", of: ["train", "test"], default: "train", "which part of the set is used")
        range = try settings.byteRange()
    }

    func read(_ context: DataSourceContext) throws -> MNISTDigits {
        try MNISTDigits(
            prefix: context.resolve(path) + (subset == "train" ? "/train" : "/t10k"))
    }
}

/// All images and labels of one part of MNIST.
struct MNISTDigits {
    /// `[digit, 28, 28]`.
    let pixels: [UInt8]
    /// 0 to 9.
    let labels: [UInt8]
    let imagePath: String

    /// No digits: stands for a set that is only described.
    init() {
        (pixels, labels, imagePath) = ([], [], "")
    }

    /// - Parameter prefix: "data/mnist-5k/train".
    init(prefix: String) throws {
        imagePath = try Self.find("\(prefix)-images-idx3-ubyte")
        let labelPath = try Self.find("\(prefix)-labels-idx1-ubyte")
        let images = try IDXFile(contentsOf: imagePath)
        guard images.shape.count == 3, images.shape[1...] == [28, 28] else {
            throw DataError(
                file: imagePath, offset: 3,
                "images of \(describeShape(images.shape)); n x 28 x 28 was expected "
                    + "(the source idx reads other sizes)")
        }
        labels = try readLabels(labelPath, exampleCount: images.shape[0], examples: imagePath)
        if let place = labels.firstIndex(where: { $0 > 9 }) {
            throw DataError(
                file: labelPath, "label \(labels[place]) of example \(place); 0 to 9 were expected")
        }
        guard !labels.isEmpty else { throw DataError(file: imagePath, "holds no examples") }
        pixels = images.bytes
    }

    /// The file of this name, or the one with `.gz` behind it.
    private static func find(_ path: String) throws -> String {
        if InputFile.exists(path) { return path }
        if InputFile.exists("\(path).gz") { return "\(path).gz" }
        throw DataError(
            file: path, "not found, and no \(path).gz either; data.path names their folder")
    }
}
