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
        _ settings: [String], then meddle: (_ folder: String) -> Void
    ) throws -> Program.Result {
        let child = try Program.start(
            ["run", "small.toml", "--results", "results", "evaluate.every=0"] + settings,
            in: workspace.path)
        let folder = { workspace.runFolder }
        #expect(workspace.waitUntil { Checkpoints.steps(in: folder()).count > 1 })
        meddle(folder())
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
        let result = try run(Self.endless) {
            _ = truncate("\($0)/journal", off_t(bytes))
        }
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
            _ = bytes.map { truncate(log, off_t($0)) } ?? unlink(log)
        }
        #expect(result.code == 0, "\(result.errors)")
        let folder = workspace.runFolder
        #expect(RunStatus.read(RunDirectory.statusPath(folder))?.state == .finished)
        let log = try HDF5File.openForReading(RunDirectory.logPath(folder))
        let steps = try log.root.openGroup("train").openDataset("step", type: .int64)
        #expect(steps.rows == 40_000)
    }

    /// Removed while the run goes on, and once more behind its end.
    @Test func lostTextsAreWrittenAgain() throws {
        let settings = ["steps=40000", "record.samples_every=0", "record.checkpoint_every=1000"]
        let result = try run(settings) { _ = unlink(RunDirectory.experimentPath($0)) }
        #expect(result.code == 0, "\(result.errors)")
        let folder = workspace.runFolder
        let text = try InputFile.read(RunDirectory.experimentPath(folder))
        #expect(String(decoding: text, as: UTF8.self).contains("steps = 40000"))
        unlink(RunDirectory.experimentPath(folder))
        unlink(RunDirectory.logPath(folder))
        let again = try run(settings + ["--resume"]) { _ in }
        #expect(again.code == 0 && again.errors.contains("goes on from step 40000"))
        #expect(try InputFile.read(RunDirectory.experimentPath(folder)) == text)
        #expect(try workspace.run("verify", folder).code == 0)
    }
}
