import FileFormats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file of a run that could not be written: which one, what was attempted, why.
///
/// The command line ends with exit code 74 on it, or 1 for a divergence.
package struct RecordingError: Error, Equatable, Sendable, CustomStringConvertible {
    package let path: String
    /// What was attempted, in the infinitive: "create", "append to".
    package let operation: String
    /// The system's or the HDF5 library's words, and what to do where that is known.
    package let reason: String
    /// Whether the files are well and what was computed again differs from what they hold.
    package let isDivergence: Bool

    package init(
        path: String, operation: String, reason: String, isDivergence: Bool = false
    ) {
        self.path = path
        self.operation = operation
        self.reason = reason
        self.isDivergence = isDivergence
    }

    init(path: String, operation: String, code: Int32) {
        self.init(
            path: path, operation: operation, reason: "\(systemMessage(code)) (errno \(code))")
    }

    /// Any error of a layer below as one of recording to `path`.
    package init(_ error: any Error, path: String) {
        switch error {
        case let error as RecordingError: self = error
        case let error as FileError:
            self.init(path: error.path, operation: error.operation, code: error.code)
        case let error as HDF5Error:
            self.init(path: error.path, operation: error.operation, reason: error.detail)
        default: self.init(path: path, operation: "write", reason: "\(error)")
        }
    }

    package var description: String { "\(path): cannot \(operation): \(reason)" }
}
