/// An export that was asked for and cannot be: one line, with what to do.
///
/// The command line ends with exit code 64 on it.
package struct ExportError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
