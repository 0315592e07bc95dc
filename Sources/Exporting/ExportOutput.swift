import FileFormats
import Recording

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where an export goes: it appears there complete or not at all, and replaces only what was
/// exported before.
package struct ExportOutput: Sendable {
    package let path: String
    private let exporter: any Exporter.Type
    private let overwrites: Bool

    /// A file in each exported folder, by which `--overwrite` knows that it may remove the folder.
    private static let mark = "export.json"

    /// - Parameter path: of the file or folder; for a file also of the folder that takes it under
    ///   the name of the source: one that is there, or whose path ends in "/".
    /// - Throws: `ExportError` where something stands there that may not be replaced.
    package init(
        path: String, for source: ExportSource, as exporter: any Exporter.Type, overwrites: Bool
    ) throws {
        self.exporter = exporter
        self.overwrites = overwrites
        var end = path
        while end.count > 1, end.hasSuffix("/") { end.removeLast() }
        switch exporter.form {
        case .file(let suffix) where path.hasSuffix("/") || RunDirectory.isFolder(path):
            self.path = "\(end)/\(source.name).\(suffix)"
        case .file, .folder: self.path = end
        }
        try check()
    }

    /// Writes the export.
    package func write(_ source: ExportSource) throws {
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try Folder.make(String(path[..<slash]))
        }
        guard exporter.form == .folder else { return try exporter.write(source, to: path) }
        let (new, old) = (besides("new"), besides("old"))
        do {
            try Folder.make(new)
            try exporter.write(source, to: new)
            let mark: JSONValue = [
                "format": "quadrille-export", "exporter": .text(exporter.identifier),
                "source": .text(source.name),
            ]
            try AtomicFile.write(path: "\(new)/\(Self.mark)", mark.serialized(isIndented: true))
            if exists { try rename(path, to: old) }
            try rename(new, to: path)
        } catch {
            try? Folder.remove(new)
            throw error
        }
        try Folder.remove(old)
    }

    private func check() throws {
        guard exists else { return }
        let isFolder = RunDirectory.isFolder(path)
        guard isFolder == (exporter.form == .folder) else {
            throw ExportError(
                "\(path) is \(isFolder ? "a folder" : "a file"); --output of this format names "
                    + "a \(isFolder ? "file" : "folder")")
        }
        if isFolder, try RunDirectory.contents(of: path).isEmpty { return }
        guard overwrites else {
            throw ExportError(
                "\(path) exists; --overwrite replaces it, or choose another --output")
        }
        guard !isFolder || InputFile.exists("\(path)/\(Self.mark)") else {
            throw ExportError(
                "\(path) holds files that are no export, which --overwrite does not remove; "
                    + "choose another --output")
        }
    }

    /// Whether something stands there already, also a link that leads nowhere.
    private var exists: Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// A name in the same folder that nobody else uses.
    private func besides(_ word: String) -> String {
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        return "\(path[..<slash]).\(path[slash...]).\(getpid()).\(word).partial"
    }

    private func rename(_ path: String, to new: String) throws {
        guard renameFile(path, new) == 0 else {
            throw FileError(path: new, operation: "rename to its final name", code: errno)
        }
    }
}

/// `rename(2)` under a name that the method does not hide.
private func renameFile(_ path: String, _ new: String) -> Int32 { rename(path, new) }
