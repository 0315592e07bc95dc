import CHDF5

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A call into the HDF5 library that failed.
package struct HDF5Error: Error, Equatable, Sendable, CustomStringConvertible {
    package let path: String
    /// What was attempted, in the infinitive: "create", "append to /train/d_loss".
    package let operation: String
    /// The library's own words for the innermost cause, in one line: "file write failed: No space
    /// left on device".
    package let detail: String

    package var description: String { "\(path): cannot \(operation): \(detail)" }

    /// What a person needs of the library's words for an error, in one line.
    ///
    /// The library puts the time, the path, addresses of memory and the system's message behind
    /// its own first words, over two lines: of those only the system's message stays.
    package static func summary(of words: String) -> String {
        let line = words.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard let message = line.firstMatch(of: /error message = '([^']*)'/)?.1 else {
            return line
        }
        return "\(line.prefix { $0 != ":" }): \(message)"
    }
}

/// The process-wide state of the HDF5 library.
///
/// The library serialises its own calls, but its high-level part (dimension scales) does not. So
/// each sequence of calls, from whichever thread, runs inside `withLock`.
package enum HDF5 {
    private static let mutex: UncheckedPointer<pthread_mutex_t> = {
        let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        var attributes = pthread_mutexattr_t()
        pthread_mutexattr_init(&attributes)
        pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_RECURSIVE))
        pthread_mutex_init(mutex, &attributes)
        pthread_mutexattr_destroy(&attributes)
        // The library's exit handler crashes the process after a write has failed (full disk).
        H5dont_atexit()
        H5open()
        return UncheckedPointer(pointer: mutex)
    }()

    /// Runs `body` as the only user of the library; calls may nest.
    package static func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex.pointer)
        defer { pthread_mutex_unlock(mutex.pointer) }
        // Errors are thrown, not printed; the setting belongs to the calling thread.
        H5Eset_auto2(hdf5_default_error_stack(), nil, nil)
        return try body()
    }

    /// Version of the linked library, e.g. "1.10.8".
    package static var version: String {
        withLock {
            var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
            H5get_libversion(&major, &minor, &release)
            return "\(major).\(minor).\(release)"
        }
    }

    /// Passes an identifier or status on, or throws what the library says about a negative one.
    static func check<Status: SignedInteger>(
        _ status: Status, path: String, _ operation: @autoclosure () -> String
    ) throws -> Status {
        guard status < 0 else { return status }
        throw HDF5Error(path: path, operation: operation(), detail: innermostError())
    }

    private static func innermostError() -> String {
        var text = ""
        withUnsafeMutablePointer(to: &text) { target in
            // Walking upwards starts at the innermost frame; the first one with words is kept.
            _ = H5Ewalk2(
                hdf5_default_error_stack(), H5E_WALK_UPWARD,
                { _, entry, target in
                    guard let entry, let words = entry.pointee.desc, words.pointee != 0 else {
                        return 0
                    }
                    target!.assumingMemoryBound(to: String.self).pointee = String(cString: words)
                    return 1
                }, target)
        }
        H5Eclear2(hdf5_default_error_stack())
        return text.isEmpty ? "the HDF5 library gave no reason" : HDF5Error.summary(of: text)
    }
}

/// A pointer that is shared between threads under a rule of its owner.
private struct UncheckedPointer<Pointee>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Pointee>
}

/// An identifier of the library, released with its last owner: an object that outlives the call.
/// Identifiers of one function are plain numbers, closed by `defer`.
final class HDF5Identifier {
    let value: hid_t
    private let release: (hid_t) -> herr_t

    init(_ value: hid_t, release: @escaping (hid_t) -> herr_t) {
        self.value = value
        self.release = release
    }

    deinit {
        _ = HDF5.withLock { release(value) }
    }
}
