import Foundation
import Recording
import Testing

struct VerifyTests {
    private let workspace = Workspace()

    init() throws { try workspace.write("small.toml", smallExperiment.utf8) }

    @Test func everyProofIsALineAndAFailureIsCodeOne() throws {
        #expect(try workspace.run("run", "small.toml", "--quiet").code == 0)
        let good = try workspace.run("verify", workspace.runFolder)
        #expect(good.code == 0 && good.errors.isEmpty)
        #expect(good.output.contains("program: executable, libraries and data are those of the"))
        #expect(good.output.contains(/training: steps 21 to 40 again: \d+ rows and \d+ tensors/))
        #expect(good.output.hasSuffix("pictures were not looked at\n"))
        let whole = try workspace.run(
            "verify", workspace.runFolder, "--from", "0", "--through", "40", "--threads", "3")
        #expect(whole.code == 0 && whole.output.contains("steps 1 to 40 again"))
        let path = RunDirectory.checkpointPath(workspace.runFolder, step: 40)
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: URL(filePath: path))
        let bad = try workspace.run("verify", workspace.runFolder)
        #expect(bad.code == 1)
        #expect(bad.output.contains("checkpoints: FAILED: ") && bad.output.contains("damaged"))
        #expect(bad.output.contains("training: steps 1 to 20 again"))
        #expect(bad.output.contains("\nFAILED: 1 "))
    }

    /// As after an interrupt while `evaluate` makes the log anew.
    @Test func aLogThatLacksWhatWasMeasuredAfterwardsIsMadeAnew() throws {
        #expect(try workspace.run("run", "small.toml", "--quiet").code == 0)
        let log = URL(filePath: RunDirectory.logPath(workspace.runFolder))
        let before = try Data(contentsOf: log)
        #expect(try workspace.run("evaluate", workspace.runFolder).code == 0)
        try before.write(to: log)
        let bad = try workspace.run("verify", workspace.runFolder)
        #expect(bad.code == 1 && bad.output.contains("`quadrille recover` makes run.h5 of the"))
        #expect(try workspace.run("recover", workspace.runFolder).code == 0)
        #expect(try workspace.run("verify", workspace.runFolder).code == 0)
    }

    /// One flipped bit of the journal costs nothing of a log that is whole.
    @Test func recoverKeepsALogThatHoldsMore() throws {
        #expect(try workspace.run("run", "small.toml", "--quiet").code == 0)
        let folder = workspace.runFolder
        let log = try Data(contentsOf: URL(filePath: RunDirectory.logPath(folder)))
        let path = RunDirectory.journalPath(folder)
        var journal = try Data(contentsOf: URL(filePath: path))
        journal[journal.count - journal.count / 10] ^= 1
        try journal.write(to: URL(filePath: path))
        let result = try workspace.run("recover", folder)
        #expect(result.code == 65 && result.output.contains("the journal is damaged at byte"))
        let kept = "\(RunDirectory.logPath(folder)).before-recovery"
        #expect(result.output.contains("may hold more, and is kept: \(kept)\n"))
        #expect(try Data(contentsOf: URL(filePath: kept)) == log)
    }

    @Test func aRunThatIsWrittenIsLeftAlone() throws {
        #expect(try workspace.run("run", "small.toml", "--quiet").code == 0)
        let lock = try RunLock(directory: workspace.runFolder)
        for command in ["verify", "recover", "evaluate"] {
            let result = try workspace.run(command, workspace.runFolder)
            #expect(result.code == 74 && result.errors.contains("running process writes it"))
        }
        lock.release()
    }

    @Test func whatDoesNotExistIsNamed() throws {
        #expect(try workspace.run("run", "small.toml", "--quiet").code == 0)
        let step = try workspace.run("verify", workspace.runFolder, "--from", "7")
        #expect(step.code == 64 && step.errors.contains("--from takes one of 0, 20, 40"))
        let run = try workspace.run("verify", "nothing")
        #expect(run.code == 65 && run.errors.contains("nothing/journal"))
    }
}
