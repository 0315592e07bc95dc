import FileFormats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The folder of a run: names of its files, and its creation.
package enum RunDirectory {
    package static func journalPath(_ directory: String) -> String { "\(directory)/journal" }
    package static func logPath(_ directory: String) -> String { "\(directory)/run.h5" }
    package static func statusPath(_ directory: String) -> String { "\(directory)/status.json" }
    package static func experimentPath(_ directory: String) -> String {
        "\(directory)/experiment.toml"
    }
    package static func provenancePath(_ directory: String) -> String {
        "\(directory)/provenance.json"
    }
    package static func samplePath(_ directory: String, name: String) -> String {
        "\(directory)/samples/\(name).png"
    }
    /// "checkpoints/step-00020000.safetensors".
    package static func checkpointPath(_ directory: String, step: Int) -> String {
        "\(directory)/checkpoints/step-\(decimal(step, digits: 8)).safetensors"
    }

    /// - Throws: `DataError` where the folder is not that of a run; it says where runs are.
    package static func requireJournal(_ directory: String) throws {
        let path = journalPath(directory)
        var status = stat()
        guard stat(path, &status) != 0 else { return }
        let reason = "cannot open: \(systemMessage(errno))"
        let advice = isFolder(directory) ? "; a run's folder is results/NAME/RUN" : ""
        throw DataError(file: path, reason + advice)
    }

    /// Creates the folder of a run and its parents where they are missing, and takes the right to
    /// write there.
    ///
    /// - Throws: `RecordingError` where a living process writes a run there, or where nothing can
    ///   be written.
    package static func open(path: String) throws -> RunLock {
        try makeFolders(path)
        return try RunLock(directory: path)
    }

    /// Makes an open folder ready for a new run.
    ///
    /// An empty folder is taken. In one that holds more, the files of an earlier run are removed
    /// where `overwrite` says so; other files stay.
    ///
    /// - Throws: `RecordingError` where the folder holds something and `overwrite` is false, or
    ///   where nothing can be written.
    package static func prepare(path: String, overwrite: Bool) throws {
        if try !contents(of: path).isEmpty {
            guard overwrite else {
                throw RecordingError(
                    path: path, operation: "start a run",
                    reason: "the folder holds an earlier run or other files; --resume goes on with "
                        + "that run, --overwrite replaces it, --results chooses another folder")
            }
            try removeRun(path)
        }
        try makeSubfolders(path)
    }

    /// Folders that a run writes into; those that are there stay.
    package static func makeSubfolders(_ path: String) throws {
        for folder in ["checkpoints", "samples"] {
            try makeFolder("\(path)/\(folder)")
        }
    }

    /// Removes what writers that were killed left unfinished.
    package static func removePartialFiles(_ path: String) throws {
        for folder in [path, "\(path)/checkpoints", "\(path)/samples"] {
            try removeFiles(in: folder, suffixes: [".partial"])
        }
    }

    /// Writes `experiment.toml` and `provenance.json`.
    package static func writeTexts(
        directory: String, experimentTOML: String, provenanceJSON: String
    ) throws {
        do {
            try AtomicFile.write(path: experimentPath(directory), experimentTOML)
            try AtomicFile.write(path: provenancePath(directory), provenanceJSON)
        } catch {
            throw RecordingError(error, path: directory)
        }
    }

    /// Writes those of the two texts that somebody removed.
    package static func restoreTexts(directory: String, of schema: LogSchema) throws {
        for (path, text) in [
            (experimentPath(directory), schema.experimentTOML),
            (provenancePath(directory), schema.provenanceJSON),
        ] where !InputFile.exists(path) {
            try AtomicFile.write(path: path, text)
        }
    }

    /// Removes what runs leave in their folder, and nothing else; the journal goes last, so that
    /// an interrupted removal still looks like a run.
    private static func removeRun(_ path: String) throws {
        try removeFiles(in: "\(path)/checkpoints", suffixes: [".safetensors", ".partial"])
        try removeFiles(in: "\(path)/samples", suffixes: [".png", ".partial"])
        try removeFiles(in: path, suffixes: [".partial"])
        let files = [
            logPath(path), statusPath(path), experimentPath(path), provenancePath(path),
            journalPath(path),
        ]
        for file in files { try remove(file) }
    }

    private static func removeFiles(in folder: String, suffixes: [String]) throws {
        guard isFolder(folder) else { return }
        for name in try contents(of: folder) where suffixes.contains(where: name.hasSuffix) {
            try remove("\(folder)/\(name)")
        }
    }

    private static func remove(_ file: String) throws {
        guard unlink(file) == 0 || errno == ENOENT else {
            throw RecordingError(path: file, operation: "remove", code: errno)
        }
    }

    /// Creates a folder and its parents where they are missing.
    package static func makeFolders(_ path: String) throws {
        guard !isFolder(path) else { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try makeFolders(String(path[..<slash]))
        }
        try makeFolder(path)
    }

    private static func makeFolder(_ path: String) throws {
        if mkdir(path, 0o777) == 0 { return }
        let code = errno
        if code == EEXIST, isFolder(path) { return }
        // Something else of that name is no folder to write in.
        throw RecordingError(
            path: path, operation: "create the folder", code: code == EEXIST ? ENOTDIR : code)
    }

    package static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Names in a folder, sorted, without "." and "..".
    package static func contents(of path: String) throws -> [String] {
        guard let folder = opendir(path) else {
            throw RecordingError(path: path, operation: "list the folder", code: errno)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { characters in
                characters.withMemoryRebound(to: CChar.self, capacity: 256) {
                    String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
