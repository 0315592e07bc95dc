import FileFormats
import Recording
import Testing

struct RunDirectoryTests {
    private let folder = TemporaryFolder()
    private var run: String { folder.path + "/results/name/run" }

    @Test func makesParentsAndSubfolders() throws {
        try RunDirectory.create(path: run, overwrite: false)
        #expect(contents(of: run) == ["checkpoints", "samples"])
    }

    @Test func refusesAFolderThatHoldsAnything() throws {
        try RunDirectory.create(path: run, overwrite: false)
        let error = #expect(throws: RecordingError.self) {
            try RunDirectory.create(path: run, overwrite: false)
        }
        #expect("\(try #require(error))".contains("--overwrite"))
    }

    @Test func overwritingRemovesTheRunAndNothingElse() throws {
        try RunDirectory.create(path: run, overwrite: false)
        let ours = [
            "journal", "run.h5", "status.json", "experiment.toml", "provenance.json",
            "checkpoints/step-00000005.safetensors", "samples/step-00000005-pair-00.png",
            "checkpoints/.step-00000010.safetensors.77-0.partial", ".run.h5.partial",
        ]
        for name in ours + ["notes.txt", "samples/mine.jpg"] {
            try overwrite("\(run)/\(name)", [1])
        }
        try RunDirectory.create(path: run, overwrite: true)
        #expect(contents(of: run) == ["checkpoints", "notes.txt", "samples"])
        #expect(contents(of: run + "/checkpoints").isEmpty)
        #expect(contents(of: run + "/samples") == ["mine.jpg"])
    }

    @Test func aRunThatIsBeingWrittenIsNotOverwritten() throws {
        var lock: RunLock? = try RunDirectory.open(path: run)
        try RunDirectory.prepare(path: run, overwrite: false)
        let recorder = try RunRecorder(directory: run, schema: SampleRun().schema)
        let error = #expect(throws: RecordingError.self) {
            try RunDirectory.create(path: run, overwrite: true)
        }
        #expect("\(try #require(error))".contains("running process"))
        #expect(throws: RecordingError.self) { try recoverLog(directory: run) }
        try recorder.finish(state: .finished)
        #expect(lock != nil)
        lock = nil
        try RunDirectory.create(path: run, overwrite: true)
    }

    @Test func unwritableFoldersAreReportedBeforeAnythingStarts() throws {
        try overwrite(folder.path + "/file", [1])
        let error = #expect(throws: RecordingError.self) {
            try RunDirectory.create(path: folder.path + "/file/run", overwrite: false)
        }
        #expect("\(try #require(error))".contains("Not a directory"))
        #expect(throws: RecordingError.self) {
            try RunDirectory.create(path: "/proc/quadrille/run", overwrite: false)
        }
    }

    @Test func namesCheckpointsByStep() {
        #expect(
            RunDirectory.checkpointPath("run", step: 20000)
                == "run/checkpoints/step-00020000.safetensors")
        #expect(
            RunDirectory.checkpointPath("run", step: 1_234_567_890)
                == "run/checkpoints/step-1234567890.safetensors")
    }

    /// Lines of `/proc/self/mountinfo` in the form of proc(5).
    @Test func findsNetworkFileSystemsByTheirDevice() {
        let mounts = """
            22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
            36 22 0:45 / /home rw,nosuid shared:9 master:1 - nfs4 server:/home rw,vers=4.2
            37 22 0:46 / /scratch rw - lustre 10.0.0.1@tcp:/scratch rw
            """
        #expect(FileSystemKind.of(device: "254:0", mounts: mounts) == .local)
        #expect(FileSystemKind.of(device: "0:45", mounts: mounts) == .network)
        #expect(FileSystemKind.of(device: "0:46", mounts: mounts) == .network)
        #expect(FileSystemKind.of(device: "0:47", mounts: mounts) == .local)
        #expect(FileSystemKind.of("/proc/nowhere") == .local)
    }
}

extension RunDirectory {
    /// A folder for a new run that nobody holds.
    static func create(path: String, overwrite: Bool) throws {
        let lock = try open(path: path)
        try withExtendedLifetime(lock) { try prepare(path: path, overwrite: overwrite) }
    }
}
