import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The right of one process to write a run: a lock on the folder of the run (flock(2)).
///
/// The system gives it back when the process ends, however it ends. It follows the folder when that
/// is renamed. Where a file system has no such locks, everybody gets one.
package final class RunLock: Sendable {
    private let descriptor: Int32
    private let isReleased = Atomic<Bool>(false)

    /// - Parameter patience: how long somebody else may hold it, in seconds: by default an instant,
    ///   as one does who only looks.
    /// - Throws: `RecordingError` where another process, or another run of this one, holds it.
    package init(directory: String, patience: Double = 0.1) throws {
        let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else {
            throw RecordingError(path: directory, operation: "open the folder", code: errno)
        }
        // From here on an error runs deinit, which closes it: twice would close another's file.
        descriptor = folder
        var attempt = 0
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK {
            attempt += 1
            guard Double(attempt) * 0.002 < patience else {
                throw RecordingError(
                    path: directory, operation: "write this run",
                    reason: "another running process writes it; wait for its end or stop it")
            }
            usleep(2000)
        }
    }

    deinit {
        release()
    }

    /// Gives the right back; nothing may be written any more.
    package func release() {
        if !isReleased.exchange(true, ordering: .acquiringAndReleasing) { close(descriptor) }
    }

    /// Whether somebody writes the run now.
    package static func isHeld(_ directory: String) -> Bool {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }
}
