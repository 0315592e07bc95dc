import FileFormats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The PNG and JPEG files of a folder, in an order that depends on their names alone.
///
/// Where the folder has no such files of its own, each of its sub-folders with some is a class.
/// Classes and, within a class, paths are sorted by their bytes. Names that begin with a dot and
/// files that do not end in .png, .jpg or .jpeg are passed over.
struct ImageFolder {
    let paths: [String]
    /// The class of each file, or `nil` where there are none.
    let labels: [UInt16]?
    /// The names of the sub-folders.
    let classes: [String]

    /// Folders within folders; more are a cycle of links.
    private static let deepest = 32
    private static let endings = [".png", ".jpg", ".jpeg"]

    /// - Throws: `DataError` for a folder that cannot be listed, that has no images, or that has
    ///   images both of its own and in sub-folders.
    init(_ folder: String) throws {
        let (own, subfolders) = try Self.members(of: folder)
        var groups: [(name: String, paths: [String])] = []
        for name in subfolders {
            let paths = try Self.images(below: "\(folder)/\(name)", depth: 1)
            if !paths.isEmpty { groups.append((name, paths)) }
        }
        guard own.isEmpty || groups.isEmpty else {
            throw DataError(
                file: folder,
                "holds images and, in \(groups[0].name), more of them: with sub-folders, which are "
                    + "the classes, every image belongs into one")
        }
        guard !own.isEmpty || !groups.isEmpty else {
            throw DataError(
                file: folder,
                "holds no images: no file ends in \(Self.endings.joined(separator: ", "))")
        }
        guard groups.count <= Int(UInt16.max) + 1 else {
            throw DataError(file: folder, "\(groups.count) sub-folders; at most 65536 are classes")
        }
        classes = groups.map(\.name)
        paths = own.map { "\(folder)/\($0)" } + groups.flatMap(\.paths)
        labels =
            groups.isEmpty
            ? nil
            : groups.enumerated().flatMap { index, group in group.paths.map { _ in UInt16(index) } }
        guard paths.count <= Int(Int32.max) else {
            throw DataError(file: folder, "\(paths.count) images; at most \(Int32.max) can be used")
        }
    }

    /// The images in a folder and, after them, those in its sub-folders.
    private static func images(below folder: String, depth: Int) throws -> [String] {
        guard depth <= deepest else {
            throw DataError(file: folder, "folders lie more than \(deepest) deep; is one a link?")
        }
        let (files, subfolders) = try members(of: folder)
        return try files.map { "\(folder)/\($0)" }
            + subfolders.flatMap { try images(below: "\(folder)/\($0)", depth: depth + 1) }
    }

    /// Names of images and of folders, each sorted by their bytes.
    private static func members(
        of folder: String
    ) throws -> (files: [String], subfolders: [String]) {
        guard let stream = opendir(folder) else {
            throw DataError(file: folder, "cannot list the folder: \(systemMessage(errno))")
        }
        defer { closedir(stream) }
        var (files, subfolders): ([String], [String]) = ([], [])
        while let entry = readdir(stream) {
            guard let name = name(of: entry) else {
                throw DataError(file: folder, "a name in it is not UTF-8")
            }
            if name.hasPrefix(".") { continue }
            var status = stat()
            // A link to nothing counts as a file: reading it says what is wrong.
            if stat("\(folder)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                subfolders.append(name)
            } else if endings.contains(where: name.lowercased().hasSuffix) {
                files.append(name)
            }
        }
        return (files.sorted(by: precedes), subfolders.sorted(by: precedes))
    }

    private static func precedes(_ first: String, _ second: String) -> Bool {
        first.utf8.lexicographicallyPrecedes(second.utf8)
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> String? {
        withUnsafePointer(to: &entry.pointee.d_name) { characters in
            characters.withMemoryRebound(to: CChar.self, capacity: 256) {
                String(validatingCString: $0)
            }
        }
    }
}
