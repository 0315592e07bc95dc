import FileFormats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Replaces a file by one that a library writes under a name of its own choice.
///
/// `AtomicFile` does the same where the bytes are ours.
enum DurableReplacement {
    /// Lets `make` write a file beside `path`, makes it durable and gives it that name.
    ///
    /// On an error the new file is removed and the older one stands.
    static func replace(_ path: String, _ make: (_ temporary: String) throws -> Void) throws {
        let temporary = temporaryPath(of: path)
        do {
            try make(temporary)
            try sync(temporary)
            guard rename(temporary, path) == 0 else {
                throw RecordingError(path: path, operation: "replace", code: errno)
            }
        } catch {
            unlink(temporary)
            throw error
        }
        try AtomicFile.syncFolder(of: path)
    }

    /// "folder/run.h5" -> "folder/.run.h5.partial".
    static func temporaryPath(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return ".\(path).partial" }
        return "\(path[...slash]).\(path[path.index(after: slash)...]).partial"
    }

    private static func sync(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw RecordingError(path: path, operation: "open", code: errno)
        }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else {
            throw RecordingError(path: path, operation: "sync", code: errno)
        }
    }
}
