import Foundation

/// A folder of its own for one test, which goes with all it holds when its last reference goes.
package final class TemporaryFolder: Sendable {
    package let path: String

    /// Creates a folder in the system's folder for temporary files.
    package init() {
        path = FileManager.default.temporaryDirectory
            .appending(path: "quadrille-test-\(UUID().uuidString)").path(percentEncoded: false)
        try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Names of what is inside, sorted.
    package var names: [String] { contents(of: path) }

    /// Writes a file below the folder, with the folders that it needs; returns its path.
    @discardableResult
    package func write(_ name: String, _ content: some Collection<UInt8>) throws -> String {
        let file = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content).write(to: file)
        return file.path(percentEncoded: false)
    }

    /// What a file below the folder says, in UTF-8.
    package func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8)
    }
}

/// Names of what is inside a folder, sorted; none where there is no folder.
package func contents(of folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
}
