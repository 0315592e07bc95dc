#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that appears under its name complete or not at all.
///
/// Written beside its final place, synced, closed, renamed; then the folder is synced. A power cut
/// leaves the old file or the new one; only what is written every second and soon out of date does
/// without the syncs. Nothing is retried after a failed sync: the kernel may have
/// dropped the bytes. For one thread at a time.
package final class AtomicFile {
    package let path: String
    private let temporaryPath: String
    /// -1 once closed.
    private var descriptor: Int32

    /// Creates the temporary file in the folder of `path`.
    package init(path: String) throws {
        self.path = path
        let (folder, name) = AtomicFile.split(path)
        var attempt = 0
        while true {
            let candidate = "\(folder)/.\(name).\(getpid())-\(attempt).partial"
            let opened = open(candidate, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            if opened >= 0 {
                temporaryPath = candidate
                descriptor = opened
                return
            }
            // Another writer of this process, or what a process of the same number left behind.
            guard errno == EEXIST, attempt < 1000 else {
                throw FileError(path: path, operation: "create", code: errno)
            }
            attempt += 1
        }
    }

    deinit {
        discard()
    }

    /// Writes all of `bytes` at byte `offset`, in any order; gaps read as zeros.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws {
        precondition(descriptor >= 0, "write after commit or discard")
        var written = 0
        while written < bytes.count {
            let count = pwrite(
                descriptor, bytes.baseAddress! + written, bytes.count - written,
                off_t(offset + written))
            if count > 0 {
                written += count
            } else if count == 0 || errno != EINTR {
                throw FileError(path: path, operation: "write", code: count == 0 ? EIO : errno)
            }
        }
    }

    /// Gives the file its final name, in place of any older one, and makes it durable.
    ///
    /// On failure the temporary file is removed and the older file stands; but where only the sync
    /// of the folder fails the new file does, until a power cut may bring the older one back.
    ///
    /// - Parameter isDurable: whether it shall survive a power cut, which may otherwise leave an
    ///   empty file.
    package func commit(isDurable: Bool = true) throws {
        precondition(descriptor >= 0, "commit after commit or discard")
        guard !isDurable || fsync(descriptor) == 0 else { throw failure("sync") }
        let closing = descriptor
        descriptor = -1
        guard close(closing) == 0 else { throw failure("close") }
        guard rename(temporaryPath, path) == 0 else { throw failure("rename to its final name") }
        if isDurable { try AtomicFile.syncFolder(of: path) }
    }

    /// Removes the temporary file; without effect after `commit`.
    package func discard() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        unlink(temporaryPath)
    }

    /// Writes a whole file: all of `bytes` under `path`, or an error and what was there before.
    package static func write(
        path: String, _ bytes: UnsafeRawBufferPointer, isDurable: Bool = true
    ) throws {
        let file = try AtomicFile(path: path)
        try file.write(bytes, at: 0)
        try file.commit(isDurable: isDurable)
    }

    package static func write(path: String, _ bytes: [UInt8], isDurable: Bool = true) throws {
        try bytes.withUnsafeBytes { try write(path: path, $0, isDurable: isDurable) }
    }

    package static func write(path: String, _ text: String, isDurable: Bool = true) throws {
        try write(path: path, Array(text.utf8), isDurable: isDurable)
    }

    /// Gives a finished file a second name, or copies it where the file system has no such thing.
    package static func link(_ existing: String, as path: String) throws {
        if linkFile(existing, path) == 0 { return }
        try write(path: path, try InputFile.read(existing))
    }

    /// Makes the names in the folder of `path` durable.
    package static func syncFolder(of path: String) throws {
        let folder = open(split(path).folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else {
            throw FileError(path: path, operation: "open the folder", code: errno)
        }
        defer { close(folder) }
        // Some network file systems have no such call for folders and say EINVAL.
        guard fsync(folder) == 0 || errno == EINVAL else {
            throw FileError(path: path, operation: "sync the folder", code: errno)
        }
    }

    private func failure(_ operation: String) -> FileError {
        let error = FileError(path: path, operation: operation, code: errno)
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
        unlink(temporaryPath)
        return error
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        let folder = slash == path.startIndex ? "/" : String(path[..<slash])
        return (folder, String(path[path.index(after: slash)...]))
    }
}

// `link(2)` under a name that the method does not hide.
private func linkFile(_ existing: String, _ path: String) -> Int32 {
    link(existing, path)
}
