import FileFormats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Keeps a log that holds rows which its journal has lost.
package enum LogKeeping {
    /// Whether the log may hold more than can be made of the journal.
    ///
    /// Behind damage the journal may have had anything. One that is only cut off is that of a
    /// killed run, whose live log is never ahead of it; but a log that was rebuilt stands for a
    /// journal that was whole then.
    ///
    /// - Throws: `DataError` where the journal cannot be read.
    static func isNeeded(_ directory: String, _ journal: JournalReader) throws -> Bool {
        guard journal.tail != .none else { return false }
        return switch try compareLog(directory: directory, with: journal) {
        case .same, .missing: false
        case .notRebuilt: journal.tail == .damaged
        case .different: true
        }
    }

    /// Gives the log a second name: so it is never without one when another log takes its own.
    ///
    /// For who has the lock of the run.
    ///
    /// - Returns: the name.
    static func keep(_ path: String) throws -> String {
        let kept = name(for: path)
        do {
            try AtomicFile.link(path, as: kept)
            try AtomicFile.syncFolder(of: kept)
        } catch {
            throw RecordingError(error, path: kept)
        }
        return kept
    }

    /// "run.h5.before-recovery", or that with a number: a name that nothing has yet.
    package static func name(for path: String) -> String {
        let first = "\(path).before-recovery"
        var (name, number) = (first, 1)
        while isTaken(name) {
            number += 1
            name = "\(first)-\(number)"
        }
        return name
    }

    /// Whether anything has the name, be it a link that leads nowhere.
    private static func isTaken(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }
}
