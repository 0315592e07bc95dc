/// A fault of an experiment file or of a `key=value` argument, in one line:
/// `file:line:column: key a.b: what was expected, what was found`.
package struct SettingsError: Error, Equatable, Sendable, CustomStringConvertible {
    package let position: SettingsPosition
    /// The full path of the key, or "" where the fault is one of syntax.
    package let key: String
    package let message: String

    package init(position: SettingsPosition, key: String = "", message: String) {
        self.position = position
        self.key = key
        self.message = message
    }

    package var description: String {
        let place = key.isEmpty ? "\(position)" : "\(position): key \(key)"
        return "\(place): \(message)"
    }
}
