import FileFormats
import Threads

/// The files of a set of images, to be decoded when they are needed.
final class ImageFiles: @unchecked Sendable {
    // Unchecked: `firstFailure` is guarded by `lock`.
    private let paths: [String]
    /// XXH3 of each file when the set was opened.
    private let hashes: [UInt64]
    private let shape: [Int]
    private let reader: ImageReader
    private let lock = Lock()
    private var firstFailure: DataError?

    init(paths: [String], hashes: [UInt64], shape: [Int], reader: ImageReader) {
        self.paths = paths
        self.hashes = hashes
        self.shape = shape
        self.reader = reader
    }

    /// The first file that could not be read again.
    var failure: DataError? { lock.withLock { firstFailure } }

    /// Writes the pixels of an example; false, with `failure` set, where its file is not any more
    /// what it was.
    func load(_ index: Int32, _ target: UnsafeMutablePointer<UInt8>) -> Bool {
        let path = paths[Int(index)]
        switch reader.read(path, shape: shape) {
        case .success(let image) where image.hash == hashes[Int(index)]:
            image.pixels.withUnsafeBufferPointer {
                target.update(from: $0.baseAddress!, count: $0.count)
            }
            return true
        case .success: note(DataError(file: path, "has changed since the run began"))
        case .failure(let error): note(error)
        }
        return false
    }

    private func note(_ error: DataError) {
        lock.withLock { firstFailure = firstFailure ?? error }
    }
}
