import FileFormats
import Foundation
import Recording
import Testing

/// Somebody removes or cuts a file of a run that goes on: what only derives from others is no
/// loss, everything else ends the run with an error that names it.
struct LostFilesTests {
    private let workspace = Workspace()

    init() throws { try workspace.write("small.toml", smallExperiment.utf8) }

    /// Starts a run and meddles with its folder when it has saved some checkpoints.
    private func run(
        _ settings: [String], then meddle: (_ folder: String) throws -> Void
    ) throws -> Program.Result {
        let child = try Program.start(
            ["run", "small.toml", "--results", "results", "evaluate.every=0"] + settings,
            in: workspace.path)
        let folder = { workspace.runFolder }
        #expect(workspace.waitUntil { Checkpoints.steps(in: folder()).count > 1 })
        try meddle(folder())
        // A run that hangs must not hang the tests.
        if !workspace.waitUntil({ !child.isRunning }) { kill(child.processIdentifier, SIGKILL) }
        return try Program.wait(for: child, in: workspace.path)
    }

    private static let endless = ["steps=400000000", "record.keep_checkpoints=2"]

    @Test(arguments: ["journal", "checkpoints", "samples", ""])
    func removedFilesAreNamed(name: String) throws {
        let result = try run(Self.endless) {
            // Checkpoints come into the folder meanwhile, and it is not empty again.
            for _ in 0..<1000 where FileManager.default.fileExists(atPath: "\($0)/\(name)") {
                try? FileManager.default.removeItem(atPath: "\($0)/\(name)")
            }
        }
        #expect(result.code == 74, "\(result.errors)")
        let line = result.errors.split(separator: "\n").last ?? ""
        #expect(line.hasPrefix("error: ") && line.contains("/\(name)"), "\(result.errors)")
    }

    @Test(arguments: [0, 1000])
    func aCutJournalIsNamed(bytes: Int) throws {
        let result = try run(Self.endless) { truncate("\($0)/journal", bytes) }
        #expect(result.code == 74, "\(result.errors)")
        #expect(result.errors.contains("/journal: cannot go on writing: somebody changed the file"))
    }

    /// Seconds pass between the loss and the end, with rows in them.
    @Test(arguments: [nil, 0, 1000, 20_000] as [Int?])
    func theLiveLogIsNoLoss(bytes: Int?) throws {
        let settings = [
            "steps=40000", "record.metrics_every=1", "record.samples_every=0",
            "record.checkpoint_every=1000",
        ]
        let result = try run(settings) {
            let log = RunDirectory.logPath($0)
            if let bytes { truncate(log, bytes) } else { unlink(log) }
        }
        #expect(result.code == 0, "\(result.errors)")
        let folder = workspace.runFolder
        #expect(RunStatus.read(RunDirectory.statusPath(folder))?.state == .finished)
        let log = try HDF5File.openForReading(RunDirectory.logPath(folder))
        let steps = try log.root.openGroup("train").openDataset("step", type: .int64)
        #expect(steps.rows == 40_000)
    }
}
