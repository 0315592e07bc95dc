import FileFormats
import Threads

/// Decodes every image of a folder once: which can be used, and as many pixels as fit.
///
/// Any number of threads gives the same result.
final class ImageScan: @unchecked Sendable {
    // Unchecked: what is kept of a file is written by the one thread that took it; the rest is
    // constant, or guarded by `lock`.

    /// What a scan is asked for.
    struct Request {
        let folder: ImageFolder
        let reader: ImageReader
        let skipsBadImages: Bool
        /// Images to end with; all where absent.
        let limit: Int?
        /// For decoded images.
        let memoryBytes: Int
        let threads: Int
    }

    /// `[height, width, channels]`, as the first good image has it.
    let shape: [Int]
    /// Files before this place have their pixels kept.
    let keptFiles: Int
    private let pixels: PixelStore
    private let hashes: UnsafeMutablePointer<UInt64>
    private let isGood: UnsafeMutablePointer<Bool>
    private let request: Request
    private let lock = Lock()
    private var next: Int
    private var goodCount = 1
    private var bad: [(place: Int, error: DataError)]

    /// - Throws: the error of the first bad image, unless these are skipped; `DataError` where
    ///   none is good.
    init(_ request: Request) throws {
        self.request = request
        let paths = request.folder.paths
        let (start, bad, image) = try Self.firstGood(request)
        (self.bad, next, shape) = (bad, start + 1, image.shape)
        keptFiles = min(paths.count, request.memoryBytes / image.pixels.count)
        pixels = PixelStore(byteCount: keptFiles * image.pixels.count)
        hashes = .allocate(capacity: paths.count)
        isGood = .allocate(capacity: paths.count)
        isGood.initialize(repeating: false, count: paths.count)
        store(image, at: start)
        WorkerPool(count: max(1, request.threads)).run { [self] _ in scanOnwards() }
        if !request.skipsBadImages, let first = skipped.first { throw first }
    }

    deinit {
        hashes.deallocate()
        isGood.deallocate()
    }

    private static func firstGood(
        _ request: Request
    ) throws -> (place: Int, bad: [(place: Int, error: DataError)], image: FittedImage) {
        var bad: [(place: Int, error: DataError)] = []
        for (place, path) in request.folder.paths.enumerated() {
            switch request.reader.read(path) {
            case .success(let image): return (place, bad, image)
            case .failure(let error):
                guard request.skipsBadImages else { throw error }
                bad.append((place, error))
            }
        }
        throw DataError(
            file: bad[0].error.file,
            "\(bad[0].error.message); none of \(bad.count) images can be used")
    }

    /// The places of the files that are used, in order.
    var usedPlaces: [Int] {
        let places = (0..<next).filter { isGood[$0] }
        return Array(places.prefix(request.limit ?? places.count))
    }

    /// Why files before the last used one were left out.
    var skipped: [DataError] {
        let places = usedPlaces
        let end = places.count == request.limit ? places.last! : .max
        return bad.filter { $0.place < end }.sorted { $0.place < $1.place }.map(\.error)
    }

    /// XXH3 of the file at a place.
    func hash(of place: Int) -> UInt64 { hashes[place] }

    /// Moves the pixels of the files at `places`, rising and all before `keptFiles`, together. To
    /// be called once, at the end.
    func takePixels(of places: some Collection<Int>) -> PixelStore {
        let size = shape.reduce(1, *)
        for (index, place) in places.enumerated() where index != place {
            (pixels.base + index * size).update(from: pixels.base + place * size, count: size)
        }
        return pixels
    }

    /// Files are taken in order: in the end all before the last one taken have been judged.
    private func takeNext() -> Int? {
        lock.withLock {
            let isOver =
                next == request.folder.paths.count || goodCount >= request.limit ?? .max
                || (!request.skipsBadImages && !bad.isEmpty)
            guard !isOver else { return nil }
            next += 1
            return next - 1
        }
    }

    private func scanOnwards() {
        while let place = takeNext() {
            switch request.reader.read(request.folder.paths[place], shape: shape) {
            case .success(let image):
                store(image, at: place)
                lock.withLock { goodCount += 1 }
            case .failure(let error): lock.withLock { bad.append((place, error)) }
            }
        }
    }

    private func store(_ image: FittedImage, at place: Int) {
        hashes[place] = image.hash
        isGood[place] = true
        guard place < keptFiles else { return }
        let size = image.pixels.count
        image.pixels.withUnsafeBufferPointer {
            (pixels.base + place * size).update(from: $0.baseAddress!, count: size)
        }
    }
}

/// Pixels of many images; pages that were never written take no memory.
final class PixelStore: @unchecked Sendable {
    // Unchecked: once a scan has ended nobody writes any more.
    let base: UnsafeMutablePointer<UInt8>

    init(byteCount: Int) {
        base = .allocate(capacity: max(byteCount, 1))
    }

    deinit { base.deallocate() }
}
