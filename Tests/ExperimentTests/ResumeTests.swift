import Experiment
import FileFormats
import Foundation
import Recording
import Testing

/// A run that goes on gives the bits of one that was never interrupted.
@Suite struct ResumeTests {
    static let everything = [
        "record.checkpoint_every=1", "record.after_swap=2", "record.samples_every=7",
        "evaluate.every=5", "evaluate.metrics=[\"modes\"]", "evaluate.samples=64",
        "swap.warmup_steps=3", "generator.ema_decay=0.75", "generator.ema_start=6",
        "evaluate.weights=average", "loss.regularizers=[\"lecam\"]",
        "training.discriminator_updates=2", "training.microbatches=2",
        "evaluate.population=[\"cross-play\", \"gam\", \"discriminator-gap\", "
            + "\"mixture-weights\"]", "evaluate.criterion=modes",
        "evaluate.population_every=3", "evaluate.population_samples=20",
        "discriminator.count=2", "loss.aggregation=softmax",
    ]

    /// A finished run, cut back to what a process that died after `step` would have left.
    private func cutRun(_ overrides: [String], at step: Int) throws -> FinishedRun {
        let run = try FinishedRun(overrides, workers: 2)
        let directory = run.session.directory
        for later in Checkpoints.steps(in: directory) where later > step {
            try FileManager.default.removeItem(
                atPath: RunDirectory.checkpointPath(directory, step: later))
        }
        try FileManager.default.removeItem(atPath: RunDirectory.statusPath(directory))
        return run
    }

    private func resume(
        _ run: FinishedRun, _ overrides: [String], workers: Int, force: Bool = false
    ) throws -> FinishedRun {
        try FinishedRun(
            overrides, workers: workers, in: run.folder, start: .resume(force: force))
    }

    /// Each step of a run with swaps after every fourth one, under each rule and policy in turn.
    @Test(arguments: 0..<24)
    func everyCutGivesTheSameBits(step: Int) throws {
        try compare(cutAt: step, policy: policies[step % policies.count])
    }

    /// The swap that follows a checkpoint comes first.
    @Test(arguments: policies) func cutsBeforeASwapGiveTheSameBits(policy: String) throws {
        try compare(cutAt: 12, policy: policy)
    }

    private func compare(cutAt step: Int, policy: String) throws {
        let overrides =
            Self.everything + policySettings(policy, evaluates: true) + [
                optimizerState(rules[step % rules.count], policy: policy),
                "swap.normalization_statistics=\(rules[(step / 2) % rules.count])",
            ]
        let whole = try FinishedRun(overrides, workers: 2)
        let cut = try cutRun(overrides, at: step)
        let resumed = try resume(cut, overrides, workers: 1 + step % 4)
        #expect(resumed.session.startStep == step)
        #expect(resumed.ending == .finished)
        #expect(try resumed.bits() == whole.bits())
        #expect(resumed.session.run.lineage == whole.session.run.lineage)
        for kept in [min(step + 1, 24), 24] {
            #expect(try checkpoint(resumed, kept) == checkpoint(whole, kept))
        }
    }

    private func checkpoint(_ run: FinishedRun, _ step: Int) throws -> [UInt8] {
        try InputFile.read(RunDirectory.checkpointPath(run.session.directory, step: step))
    }

    /// A journal that a kill cut off anywhere after the checkpoint is completed.
    @Test func lostRowsComeBack() throws {
        let whole = try FinishedRun(Self.everything)
        let size = try InputFile.read(RunDirectory.journalPath(whole.session.directory)).count
        for part in 1..<12 {
            let cut = try cutRun(Self.everything, at: 12)
            let journal = RunDirectory.journalPath(cut.session.directory)
            let length = size - size / 3 * part / 12
            try FileHandle(forWritingTo: URL(filePath: journal)).truncate(atOffset: UInt64(length))
            let resumed = try resume(cut, Self.everything, workers: 2)
            #expect(try resumed.bits() == whole.bits(), "\(length) of \(size) bytes")
        }
    }

    @Test func damagedCheckpointsArePassedOver() throws {
        let whole = try FinishedRun(Self.everything)
        let cut = try cutRun(Self.everything, at: 15)
        let path = RunDirectory.checkpointPath(cut.session.directory, step: 15)
        var bytes = try InputFile.read(path)
        bytes.removeLast(3)
        try Data(bytes).write(to: URL(filePath: path))
        let resumed = try resume(cut, Self.everything, workers: 2)
        #expect(resumed.session.startStep == 14)
        #expect(resumed.session.notes.contains { $0.contains("step-00000015") })
        #expect(try resumed.bits() == whole.bits())
    }

    @Test func runWithoutCheckpointsStartsAgainAndComparesItsRows() throws {
        let overrides = ["record.checkpoint_every=0"]
        let whole = try FinishedRun(overrides)
        let cut = try cutRun(overrides, at: 0)
        let resumed = try resume(cut, overrides, workers: 3)
        #expect(resumed.session.startStep == 0)
        #expect(try resumed.bits() == whole.bits())
    }

    @Test func nothingToResumeStartsTheRun() throws {
        let run = try FinishedRun(start: .resume(force: false))
        #expect(run.ending == .finished)
        #expect(run.session.notes.contains { $0.contains("nothing to resume") })
    }

    @Test func completeRunsAreLeftAlone() throws {
        let run = try FinishedRun(Self.everything)
        let plan = run.plan
        let again = try RunSession(
            plan: plan, results: run.folder.path + "/results", start: .resume(force: false),
            workers: 1, commandLine: [])
        #expect(again == nil)
    }

    /// A run made longer has the bits of one that had its length from the beginning.
    @Test func finishedRunsBecomeLonger() throws {
        let whole = try FinishedRun(["steps=24", "record.checkpoint_every=10"])
        let short = try FinishedRun(["steps=12", "record.checkpoint_every=10"])
        let before = try short.bits()
        let long = try FinishedRun(
            ["steps=24", "record.checkpoint_every=10"], workers: 2, in: short.folder,
            start: .resume(force: false))
        #expect(long.session.startStep == 12)
        #expect(try long.bits() == whole.bits())
        #expect(long.session.directory != short.session.directory)
        #expect(try short.bits().train == before.train)
    }

    @Test func schedulesThatDependOnTheLengthStartAgain() throws {
        let cosine = ["optimizer.generator.schedule=cosine"]
        let short = try FinishedRun(["steps=12"] + cosine)
        let long = try FinishedRun(
            ["steps=24"] + cosine, in: short.folder, start: .resume(force: false))
        #expect(long.session.startStep == 0)
    }

    @Test func anotherProgramIsRefusedUnlessForced() throws {
        let whole = try FinishedRun(Self.everything)
        let cut = try cutRun(Self.everything, at: 9)
        try JournalEdits.rewriteHeader(of: cut, "openblas_version", "9.9.9")
        let error = #expect(throws: ResumeError.self) {
            try resume(cut, Self.everything, workers: 1)
        }
        #expect("\(try #require(error))".contains("OpenBLAS: 9.9.9 before"))
        let forced = try resume(cut, Self.everything, workers: 1, force: true)
        #expect(try forced.bits() == whole.bits())
        let reader = try JournalReader(RunDirectory.journalPath(forced.session.directory))
        let record = try #require(reader.resumes.last)
        #expect(record.step == 9 && record.differences.count == 1)
    }

    /// Rows that a changed program computes differently are noticed, not replaced.
    @Test func otherRowsStopTheRun() throws {
        let cut = try cutRun(Self.everything, at: 9)
        let journal = RunDirectory.journalPath(cut.session.directory)
        let changed = try JournalEdits.changingRow(of: journal, stream: "train", axis: 17)
        try Data(changed).write(to: URL(filePath: journal))
        let error = #expect(throws: RecordingError.self) {
            try resume(cut, Self.everything, workers: 1)
        }
        #expect(try #require(error).isDivergence)
        #expect("\(try #require(error))".contains("step 17 of /train"))
    }

    @Test func damageInTheMiddleOfTheJournalIsRefused() throws {
        let whole = try FinishedRun(Self.everything)
        let cut = try cutRun(Self.everything, at: 9)
        let journal = RunDirectory.journalPath(cut.session.directory)
        var bytes = try InputFile.read(journal)
        bytes[bytes.count - bytes.count / 4] ^= 4
        try Data(bytes).write(to: URL(filePath: journal))
        #expect(throws: DataError.self) { try resume(cut, Self.everything, workers: 1) }
        #expect(try InputFile.read(journal) == bytes)
        let log = RunDirectory.logPath(cut.session.directory)
        let before = try InputFile.read(log)
        let forced = try resume(cut, Self.everything, workers: 1, force: true)
        #expect(try forced.bits() == whole.bits())
        let kept = "\(log).before-recovery"
        #expect(try InputFile.read(kept) == before)
        #expect(forced.session.notes.contains("run.h5 as it was is kept as \(kept)"))
    }

    @Test func aRunIsWrittenByOneProcess() throws {
        let folder = TemporaryFolder()
        let plan = try loadPlan(in: folder)
        let first = try RunSession(
            plan: plan, results: folder.path, start: .new(overwrite: false), workers: 1,
            commandLine: [])
        for start in [RunSession.Start.new(overwrite: true), .resume(force: true)] {
            let error = #expect(throws: RecordingError.self) {
                try RunSession(
                    plan: plan, results: folder.path, start: start, workers: 1, commandLine: [])
            }
            #expect("\(try #require(error))".contains("another running process"))
        }
        let session = try #require(first)
        _ = try session.finish(session.train())
    }
}
