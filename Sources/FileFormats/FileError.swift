#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that could not be written. The command line ends with exit code 74 on it.
package struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    package let path: String
    /// What was attempted, in the infinitive: "create", "write", "rename to its final name".
    package let operation: String
    /// The system's error number, e.g. `ENOSPC`.
    package let code: Int32

    package init(path: String, operation: String, code: Int32) {
        self.path = path
        self.operation = operation
        self.code = code
    }

    package var description: String {
        "\(path): cannot \(operation): \(systemMessage(code)) (errno \(code))"
    }
}

/// The system's text for an error number: "No space left on device".
package func systemMessage(_ code: Int32) -> String {
    String(cString: strerror(code))
}
