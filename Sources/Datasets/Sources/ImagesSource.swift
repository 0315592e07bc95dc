import CKernels
import FileFormats
import Settings
import Threads

/// A folder of PNG and JPEG images, each sub-folder a class, or no sub-folders and no classes.
///
/// All images are decoded once when the source is opened: so the number of good ones, a digest of
/// their contents and every fault are known before training begins. Decoded images are kept as far
/// as `data.memory` goes; the others are decoded again for each batch that has them, ahead of time
/// by loader threads. A file that has changed meanwhile gives NaN, which ends the run.
package struct ImagesSource: CataloguedDataSource {
    package static let identifier = "images"
    package let exampleShape: [Int]
    package let count: Int
    package let valueRange: ClosedRange<Float>
    package let labels: [UInt16]?
    package let classNames: [String]?
    package let fingerprint: String
    package let skipped: [DataError]
    private let scale: Float
    private let offset: Float
    /// The first examples.
    private let kept: PixelStore
    private let keptCount: Int
    private let files: ImageFiles?
    private let prefetcher: BatchPrefetcher?

    package init(settings: SettingsTable, context: DataSourceContext) throws {
        let keys = try ImageKeys(settings: settings)
        (scale, offset) = (
            (keys.range.upperBound - keys.range.lowerBound) / 255, keys.range.lowerBound
        )
        valueRange = Examples.valueRange(ofBytesIn: keys.range)
        guard !context.describing else {
            let side = keys.fitting.size ?? 64
            exampleShape = [side, side, keys.fitting.channels]
            (count, labels, classNames, fingerprint, skipped) = (0, nil, nil, "", [])
            (kept, keptCount, files, prefetcher) = (PixelStore(byteCount: 0), 0, nil, nil)
            return
        }
        let path = context.resolve(keys.path)
        let folder = try ImageFolder(path)
        let scan = try ImageScan(keys.request(folder))
        let places = scan.usedPlaces
        count = try settings.usedCount(of: places.count, limit: keys.limit, file: path)
        skipped = scan.skipped
        exampleShape = scan.shape
        labels = folder.labels.map { labels in places.map { labels[$0] } }
        classNames = folder.labels == nil ? nil : folder.classes
        let hashes = places.map(scan.hash)
        fingerprint = hashes.map(\.littleEndian).withUnsafeBytes { [exampleShape, labels] in
            Examples.fingerprint($0, exampleShape, labels)
        }
        let keptPlaces = places.prefix { $0 < scan.keptFiles }
        (kept, keptCount) = (scan.takePixels(of: keptPlaces), keptPlaces.count)
        guard keptCount < count else {
            (files, prefetcher) = (nil, nil)
            return
        }
        let files = ImageFiles(
            paths: places.map { folder.paths[$0] }, hashes: hashes, shape: scan.shape,
            reader: ImageReader(fitting: keys.fitting))
        self.files = files
        prefetcher = BatchPrefetcher(
            threads: keys.loaders, exampleSize: scan.shape.reduce(1, *),
            isInMemory: { [keptCount] in $0 < keptCount }, load: files.load)
    }

    package var failure: DataError? { files?.failure }

    /// Decodes here and now what is not kept.
    package func copyExamples(
        _ indices: UnsafeBufferPointer<Int32>, into target: UnsafeMutablePointer<Float>
    ) {
        let size = exampleShape.reduce(1, *)
        for (place, index) in indices.enumerated() {
            precondition(index >= 0 && index < count, "no such example")
            if index < keptCount {
                copyKept(index, into: target + place * size, size: size)
                continue
            }
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { bytes in
                let isLoaded = files?.load(index, bytes.baseAddress!) == true
                copy(
                    isLoaded ? UnsafePointer(bytes.baseAddress!) : nil,
                    into: target + place * size, size: size)
            }
        }
    }

    package func copyBatch(
        _ indices: UnsafeBufferPointer<Int32>, of batch: RealBatch,
        into target: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        guard let prefetcher else { return copyExamples(indices, into: target) }
        let size = exampleShape.reduce(1, *)
        prefetcher.withBatch(batch) { prefetched in
            for (place, index) in indices.enumerated() {
                let image = target + place * size
                if index < keptCount {
                    copyKept(index, into: image, size: size)
                } else {
                    copy(prefetched.bytes(at: batch.firstPlace + place), into: image, size: size)
                }
            }
        }
    }

    private func copyKept(_ index: Int32, into target: UnsafeMutablePointer<Float>, size: Int) {
        copy(kept.base + Int(index) * size, into: target, size: size)
    }

    /// One example, scaled; NaN where there are no bytes.
    private func copy(
        _ bytes: UnsafePointer<UInt8>?, into target: UnsafeMutablePointer<Float>, size: Int
    ) {
        guard let bytes else { return target.update(repeating: .nan, count: size) }
        var first: Int32 = 0
        qk_gather_bytes(target, bytes, &first, 1, size, scale, offset)
    }
}

/// The keys of a folder of images.
private struct ImageKeys {
    let path: String
    let fitting: ImageFitting
    let skipsBadImages: Bool
    let loaders: Int
    let memoryBytes: Int
    let range: ClosedRange<Float>
    let limit: Int?

    init(settings: SettingsTable) throws {
        path = try settings.text(
            "path", default: nil,
            "folder of .png, .jpg and .jpeg files, or of one folder of them per class, relative to "
                + "the experiment file")
        let size = try settings.optionalInteger(
            "size", in: 1...1024, unit: "pixels",
            "side of the squares that all images are resized to; where absent, all are alike")
        let fit = try settings.choice(
            "fit", default: ImageFitting.Fit.crop,
            "how data.size is reached: crop (the shorter side is resized, the centre cut out) or "
                + "stretch (both sides are)")
        fitting = ImageFitting(size: size, fit: fit, channels: try settings.imageChannels())
        skipsBadImages =
            try settings.choice(
                "on_bad_image", of: ["error", "skip"], default: "error",
                "an image that cannot be used: stop, or leave it out and count it") == "skip"
        memoryBytes =
            try settings.integer(
                "memory", default: 4096, in: 0...(1 << 24), unit: "MiB",
                "for decoded images; those that do not fit are decoded whenever they are needed")
            << 20
        loaders = try settings.integer(
            "loaders", default: 2, in: 0...64, unit: "threads",
            "that decode images ahead of time; 0: training does it itself")
        range = try settings.byteRange()
        limit = try settings.exampleLimit()
    }

    func request(_ folder: ImageFolder) -> ImageScan.Request {
        ImageScan.Request(
            folder: folder, reader: ImageReader(fitting: fitting), skipsBadImages: skipsBadImages,
            limit: limit, memoryBytes: memoryBytes, threads: loaders)
    }
}
