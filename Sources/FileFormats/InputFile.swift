#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reading of whole files that somebody else may have made.
package enum InputFile {
    /// 8 GiB: no data set that is held in memory as a whole is meant to be larger.
    package static let defaultLimit = 1 << 33

    /// All bytes of a regular file.
    ///
    /// - Parameter limit: a larger file is refused before anything is allocated.
    /// - Throws: `DataError` for a missing or unreadable file, a folder, a pipe or device, a file
    ///   above the limit, and one that shrinks while it is read.
    package static func read(_ path: String, limit: Int = defaultLimit) throws -> [UInt8] {
        // Without O_NONBLOCK, opening a named pipe would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw DataError(file: path, "cannot open: \(systemMessage(errno))")
        }
        defer { close(descriptor) }
        let size = try regularFileSize(of: descriptor, path: path)
        guard size <= limit else {
            throw DataError(file: path, "has \(size) bytes; at most \(limit) are accepted here")
        }
        // Even an empty one would write its count, into the storage that all empty arrays share.
        guard size > 0 else { return [] }
        return try [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
            try fill(buffer, size: size, from: descriptor, path: path)
            initialized = size
        }
    }

    /// The first `count` bytes of a regular file, or all of a shorter one.
    package static func read(_ path: String, first count: Int) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw DataError(file: path, "cannot open: \(systemMessage(errno))")
        }
        defer { close(descriptor) }
        let size = min(count, try regularFileSize(of: descriptor, path: path))
        guard size > 0 else { return [] }
        return try [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
            try fill(buffer, size: size, from: descriptor, path: path)
            initialized = size
        }
    }

    /// Whether `path` names a regular file; a missing one is no error.
    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private static func regularFileSize(of descriptor: Int32, path: String) throws -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw DataError(file: path, "cannot read its size: \(systemMessage(errno))")
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return Int(status.st_size)
        case S_IFDIR: throw DataError(file: path, "is a folder; a file was expected")
        default: throw DataError(file: path, "is not a regular file")
        }
    }

    private static func fill(
        _ buffer: UnsafeMutableBufferPointer<UInt8>, size: Int, from descriptor: Int32, path: String
    ) throws {
        var filled = 0
        while filled < size {
            let count = readBytes(descriptor, buffer.baseAddress! + filled, size - filled)
            if count > 0 {
                filled += count
            } else if count == 0 {
                throw DataError(file: path, offset: filled, "ends here, but had \(size) bytes")
            } else if errno != EINTR {
                throw DataError(file: path, offset: filled, "cannot read: \(systemMessage(errno))")
            }
        }
    }
}

/// `read(2)` under a name that `InputFile.read` does not hide.
private func readBytes(
    _ descriptor: Int32, _ target: UnsafeMutablePointer<UInt8>, _ count: Int
) -> Int {
    read(descriptor, target, count)
}
