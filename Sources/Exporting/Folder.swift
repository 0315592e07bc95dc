import FileFormats
import Recording

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Making and removing folders of exports.
enum Folder {
    /// The folder and those above it that are missing.
    static func make(_ path: String) throws {
        guard !RunDirectory.isFolder(path) else { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try make(String(path[..<slash]))
        }
        guard mkdir(path, 0o777) == 0 || (errno == EEXIST && RunDirectory.isFolder(path)) else {
            throw FileError(path: path, operation: "create the folder", code: errno)
        }
    }

    /// A file, or a folder with all it holds; links are removed and not followed.
    static func remove(_ path: String) throws {
        if unlink(path) == 0 || errno == ENOENT { return }
        // Linux says EISDIR for a folder, Darwin EPERM.
        guard errno == EISDIR || errno == EPERM else {
            throw FileError(path: path, operation: "remove", code: errno)
        }
        for name in try RunDirectory.contents(of: path) { try remove("\(path)/\(name)") }
        guard rmdir(path) == 0 else {
            throw FileError(path: path, operation: "remove the folder", code: errno)
        }
    }
}
