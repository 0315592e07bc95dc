/// Input that cannot be read or breaks its format: which file, where, what was seen and expected.
///
/// The command line ends with exit code 65 on it.
package struct DataError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Path as the user gave it; for the content of a gzip file with " (decompressed)" behind it.
    package let file: String
    /// Byte in `file` at which reading stopped; `nil` where the file as a whole is at fault.
    package let offset: Int?
    package let message: String

    package init(file: String, offset: Int? = nil, _ message: String) {
        self.file = file
        self.offset = offset
        self.message = message
    }

    package var description: String {
        guard let offset else { return "\(file): \(message)" }
        return "\(file): at byte \(offset): \(message)"
    }
}
