import FileFormats
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct FileTests {
    private let folder = TemporaryFolder()

    @Test func writesReplacesAndReads() throws {
        let path = "\(folder.path)/a"
        try AtomicFile.write(path: path, [1, 2, 3])
        try AtomicFile.write(path: path, "four")
        #expect(try InputFile.read(path) == Array("four".utf8))
        try AtomicFile.write(path: path, [])
        #expect(try InputFile.read(path) == [])
        #expect(InputFile.exists(path))
        #expect(folder.names == ["a"])
    }

    @Test func anUncommittedFileLeavesTheOldOne() throws {
        let path = try folder.write("a", [1])
        do {
            let file = try AtomicFile(path: path)
            try [UInt8](repeating: 9, count: 5).withUnsafeBytes { try file.write($0, at: 0) }
            #expect(folder.names.count == 2)
            #expect(try InputFile.read(path) == [1])
        }
        #expect(folder.names == ["a"])
        #expect(try InputFile.read(path) == [1])
    }

    @Test func twoWritersOfOneNameDoNotMix() throws {
        let path = "\(folder.path)/a"
        let (first, second) = (try AtomicFile(path: path), try AtomicFile(path: path))
        try [UInt8]([1]).withUnsafeBytes { try first.write($0, at: 0) }
        try [UInt8]([2]).withUnsafeBytes { try second.write($0, at: 0) }
        try second.commit()
        try first.commit()
        #expect(try InputFile.read(path) == [1])
        #expect(folder.names == ["a"])
    }

    @Test func aFailedRenameRemovesTheTemporaryFile() throws {
        let path = "\(folder.path)/a"
        mkdir(path, 0o755)
        defer { rmdir(path) }
        let error = #expect(throws: FileError.self) { try AtomicFile.write(path: path, [1]) }
        #expect(error?.code == EISDIR)
        #expect(error?.operation == "rename to its final name")
        #expect(folder.names == ["a"])
    }

    #if canImport(Glibc)
        /// What the system saw, in this order: the name appears, then its folder is opened, which
        /// is done for nothing but the sync.
        @Test func theFolderIsSyncedAfterTheRename() throws {
            let watch = inotify_init1(Int32(IN_NONBLOCK))
            defer { close(watch) }
            let mask = UInt32(IN_MOVED_TO) | UInt32(IN_OPEN)
            let isWatching = watch >= 0 && inotify_add_watch(watch, folder.path, mask) >= 0
            try #require(isWatching)
            try AtomicFile.write(path: "\(folder.path)/a", [1])
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = read(watch, &buffer, buffer.count)
            var masks: [UInt32] = []
            var position = 0
            while position < count {
                let words = buffer[position...].withUnsafeBytes { bytes in
                    (0..<4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self) }
                }
                masks.append(words[1])
                position += 16 + Int(words[3])
            }
            let folderIsOpened = UInt32(IN_OPEN) | UInt32(IN_ISDIR)
            #expect(masks == [UInt32(IN_OPEN), UInt32(IN_MOVED_TO), folderIsOpened])
        }
    #endif

    @Test func aFolderThatCannotBeSyncedIsAnError() {
        let path = "\(folder.path)/none/a"
        let error = #expect(throws: FileError.self) { try AtomicFile.syncFolder(of: path) }
        #expect(error?.operation == "open the folder" && error?.code == ENOENT)
    }

    @Test func aMissingFolderIsNamed() {
        let path = "\(folder.path)/none/a"
        let error = #expect(throws: FileError.self) { try AtomicFile.write(path: path, [1]) }
        #expect(
            error?.description
                == "\(path): cannot create: No such file or directory (errno \(ENOENT))")
    }

    @Test func aLeftTemporaryFileIsNeitherFollowedNorOverwritten() throws {
        let left = "\(folder.path)/.a.\(getpid())-0.partial"
        symlink("/dev/null", left)
        let path = try folder.write("a", [1])
        #expect(try InputFile.read(path) == [1])
        #expect(folder.names.count == 2)
    }

    /// No file reaches this offset.
    @Test func aFailedWriteIsReported() throws {
        let path = "\(folder.path)/a"
        let file = try AtomicFile(path: path)
        let error = #expect(throws: FileError.self) {
            try [UInt8]([1]).withUnsafeBytes { try file.write($0, at: Int.max) }
        }
        #expect(error?.operation == "write")
        file.discard()
        #expect(folder.names == [])
    }

    @Test func unreadablePathsAreErrors() throws {
        #expect(throws: DataError.self) { try InputFile.read("\(folder.path)/none") }
        #expect(!InputFile.exists("\(folder.path)/none"))
        let error = #expect(throws: DataError.self) { try InputFile.read(folder.path) }
        #expect(error?.description == "\(folder.path): is a folder; a file was expected")
        let pipe = "\(folder.path)/pipe"
        mkfifo(pipe, 0o644)
        #expect(throws: DataError.self) { try InputFile.read(pipe) }
        let path = try folder.write("a", [1, 2, 3])
        #expect(throws: DataError.self) { try InputFile.read(path, limit: 2) }
        #expect(try InputFile.read(path, limit: 3).count == 3)
    }
}
