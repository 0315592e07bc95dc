import Foundation

/// The files of the checkout that these tests were compiled from.
enum Repository {
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Files under `folder` whose names end in one of `extensions`, sorted, as paths from the root.
    /// Hidden files and build products are left out; a folder that does not exist has no files.
    static func files(in folder: String, extensions: Set<String>) -> [String] {
        let enumerator = FileManager.default.enumerator(
            at: root.appending(path: folder), includingPropertiesForKeys: [.isRegularFileKey],
            options: [.skipsHiddenFiles])
        let prefix = root.path() + (root.path().hasSuffix("/") ? "" : "/")
        let files = (enumerator?.allObjects ?? []).compactMap { $0 as? URL }
        return
            files
            .filter { extensions.contains($0.pathExtension) }
            .filter {
                (try? $0.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true
            }
            .map { String($0.path().dropFirst(prefix.count)) }
            .sorted()
    }

    static func text(of file: String) throws -> String {
        try String(contentsOf: root.appending(path: file), encoding: .utf8)
    }
}
