import Experiment
import FileFormats
import Foundation
import Recording
import Testing

/// What `verify` proves of a run, and that it names what is not as it was recorded.
@Suite struct VerificationTests {
    private static let saved = [
        "record.checkpoint_every=6", "evaluate.every=8", "evaluate.metrics=[\"modes\"]",
        "swap.hash=all",
    ]

    private func findings(
        _ directory: String, from: Int? = nil, through: Int? = nil, workers: Int = 2
    ) throws -> [Finding] {
        var findings: [Finding] = []
        try Verification(directory: directory, from: from, through: through, workers: workers)
            .run { findings.append($0) }
        return findings
    }

    private func failures(
        _ run: FinishedRun, from: Int? = nil, through: Int? = nil
    ) throws -> [String] {
        try findings(run.session.directory, from: from, through: through)
            .filter { $0.verdict == .failed }.map(\.description)
    }

    private func replace(_ path: String, _ bytes: some Sequence<UInt8>) throws {
        try Data(bytes).write(to: URL(filePath: path))
    }

    private func checkpoint(_ run: FinishedRun, _ step: Int) -> String {
        RunDirectory.checkpointPath(run.session.directory, step: step)
    }

    // MARK: Nothing is wrong

    @Test(arguments: [
        ResumeTests.everything, saved, saved + ["population.first_member=40", "swap.start=9"],
        saved + ["population.pairs=1"], saved + ["swap.interval=0", "record.metrics_every=0"],
        ["record.keep_checkpoints=2", "record.keep_every=3", "record.checkpoint_every=2"],
        saved + ["failure.on_nan=rewind", "swap.optimizer_state=resets"],
        saved + ["discriminator.packing=2", "training.order=simultaneous"],
    ])
    func aRunThatNobodyTouchedVerifies(overrides: [String]) throws {
        let run = try FinishedRun(overrides, workers: 2)
        let all = try findings(run.session.directory)
        #expect(all.allSatisfy { $0.verdict == .proved }, "\(all)")
        #expect(all.last?.text.hasSuffix("every bit the same") == true)
        let again = try findings(run.session.directory, from: 0, workers: 3)
        #expect(again.allSatisfy { $0.verdict == .proved }, "\(again)")
    }

    @Test(arguments: policies) func everyPolicyVerifies(policy: String) throws {
        let run = try FinishedRun(
            Self.saved + policySettings(policy, evaluates: true), workers: 2)
        let all = try findings(run.session.directory, from: 12)
        #expect(all.allSatisfy { $0.verdict == .proved }, "\(all)")
        // What an action changed is not said to be kept.
        let swaps = try #require(try run.rows()["swap"])
        let lineage = try #require(all.first { $0.description.hasPrefix("lineage:") }).description
        let pairs = run.plan.population.pairs
        let changed = swaps.flatMap { swap in
            (0..<pairs).map { swap.value(2, pair: $0, of: pairs, skipping: 8) as Int32 }
        }.count { $0 != 0 }
        #expect(lineage.contains("an action changed") == (changed > 0), "\(lineage)")
        let isAll = changed == swaps.count * pairs
        #expect(lineage.contains("keep what moved") != isAll, "\(lineage)")
    }

    @Test func itSaysWhatItProved() throws {
        let run = try FinishedRun(Self.saved)
        let lines = try findings(run.session.directory).map(\.description)
        #expect(lines.contains("checkpoints: 4 of 4 whole, of this run"))
        #expect(lines.contains { $0.hasPrefix("lineage: 5 swaps lead from the initial pairing") })
        #expect(lines.contains { $0.contains("5 hashed swaps keep what moved") })
        #expect(lines.contains { $0.hasPrefix("training: steps 19 to 24 again: 8 rows and ") })
        #expect(lines.contains { $0.hasSuffix("values of run.h5 are those of the journal") })
    }

    @Test func nothingIsWrittenIntoTheRun() throws {
        let run = try FinishedRun(Self.saved)
        func files() throws -> [String: [UInt8]] {
            var files: [String: [UInt8]] = [:]
            for folder in ["", "checkpoints/", "samples/"] {
                for name in try RunDirectory.contents(of: run.session.directory + "/" + folder) {
                    let path = "\(run.session.directory)/\(folder)\(name)"
                    if InputFile.exists(path) { files[folder + name] = try InputFile.read(path) }
                }
            }
            return files
        }
        let before = try files()
        _ = try findings(run.session.directory, from: 0)
        #expect(try files() == before && before.count >= 8)
    }

    /// A stretch may end anywhere; without a checkpoint there rows alone are compared.
    @Test(arguments: [(6, 13), (12, 24), (0, 1), (18, 23)])
    func anyStretchVerifies(from: Int, through: Int) throws {
        let run = try FinishedRun(Self.saved)
        let all = try findings(run.session.directory, from: from, through: through)
        #expect(!all.contains { $0.verdict == .failed }, "\(all)")
        let hasCheckpoint = through.isMultiple(of: 6)
        #expect(all.contains { $0.text.contains("no good checkpoint of step") } != hasCheckpoint)
        #expect(all.last?.text.contains("steps \(from + 1) to \(through) again") == true)
    }

    @Test func runsThatWentOnOrBecameLongerVerify() throws {
        let settings = Self.saved + ["record.metrics_every=5"]
        let short = try FinishedRun(settings + ["steps=13"])
        let long = try FinishedRun(
            settings, workers: 2, in: short.folder, start: .resume(force: false))
        #expect(long.session.startStep == 13)
        for from in [0, 6, 13] {
            #expect(try failures(long, from: from) == [])
        }
    }

    /// What a killed process leaves is no fault, and no proof either.
    @Test func killedRunsHaveNothingWrong() throws {
        let run = try FinishedRun(Self.saved)
        let directory = run.session.directory
        let journal = try InputFile.read(RunDirectory.journalPath(directory))
        try replace(RunDirectory.journalPath(directory), journal.dropLast(150))
        try FileManager.default.removeItem(atPath: RunDirectory.statusPath(directory))
        try FileManager.default.removeItem(atPath: RunDirectory.logPath(directory))
        try FileManager.default.removeItem(atPath: checkpoint(run, 24))
        let all = try findings(directory, from: 6, through: 24)
        #expect(!all.contains { $0.verdict == .failed }, "\(all)")
        let unchecked = all.filter { $0.verdict == .unchecked }
        #expect(unchecked.contains { $0.text.contains("quadrille recover") })
        #expect(unchecked.contains { $0.text.contains("are a part of a record") })
        #expect(unchecked.contains { $0.text.contains("behind the end of the journal") })
        #expect(unchecked.contains { $0.text.contains("no good checkpoint of step 24") })
    }

    @Test func runsWithoutCheckpointsAreTrainedOnlyOnRequest() throws {
        let run = try FinishedRun()
        let all = try findings(run.session.directory)
        #expect(all.last?.verdict == .unchecked && all.last?.subject == "training")
        #expect(try findings(run.session.directory, from: 0).last?.verdict == .proved)
    }

    /// Data that were moved, and another library: said, and not counted as proved.
    @Test func whatCannotBeComparedIsSaid() throws {
        let folder = TemporaryFolder()
        let data = "\(folder.path)/data.npy"
        let values = (0..<128).map { Float($0) / 128 }
        try NPYFile.write(path: data, values, shape: [64, 2])
        let run = try FinishedRun(
            [
                "record.checkpoint_every=6", "swap.hash=all", "data.source=npy",
                "data.path=\(data)", "data.range=[0, 1]",
            ], text: smallExperiment.replacing("count = 64\n", with: ""), in: folder)
        try JournalEdits.rewriteHeader(of: run, "openblas_version", "9.9.9")
        let other = try findings(run.session.directory)
        let program = try #require(other.first { $0.subject == "program" })
        #expect(program.verdict == .unchecked)
        #expect(program.text.contains("OpenBLAS: 9.9.9 before"))
        #expect(other.last?.verdict == .proved)
        #expect(other.last?.text.contains("a library or the data are not those") == true)
        try FileManager.default.removeItem(atPath: data)
        let moved = try findings(run.session.directory)
        #expect(moved.contains { $0.verdict == .unchecked && $0.text.contains("data.npy") })
        #expect(moved.last == moved.first { $0.subject == "training" })
        #expect(moved.last?.verdict == .unchecked)
        #expect(moved.contains { $0.subject == "lineage" && $0.verdict == .proved })
    }

    // MARK: Something is wrong

    /// A log that was rebuilt from a journal with another value.
    @Test func anotherValueInTheLogIsFound() throws {
        let run = try FinishedRun(Self.saved)
        let directory = run.session.directory
        let path = RunDirectory.journalPath(directory)
        let journal = try InputFile.read(path)
        try replace(
            path, try JournalEdits.changingRow(of: path, stream: "train", axis: 17, byte: 16))
        _ = try recoverLog(directory: directory)
        try replace(path, journal)
        let failures = try failures(run)
        #expect(failures.count == 1)
        #expect(failures[0].hasPrefix("log: FAILED: /train/d_loss at step 17, pair 1: "))
    }

    @Test func aDamagedLogIsFound() throws {
        let run = try FinishedRun(Self.saved)
        let path = RunDirectory.logPath(run.session.directory)
        let log = try InputFile.read(path)
        try replace(path, log.dropLast(log.count / 3))
        #expect(try failures(run).contains { $0.hasPrefix("log: FAILED: ") })
        try FileManager.default.removeItem(atPath: path)
        #expect(
            try failures(run) == ["log: FAILED: run.h5 is missing; `quadrille recover` makes it"])
    }

    /// Checksums are right; the log was made from the changed journal as well.
    @Test func aChangedRowIsFoundByTraining() throws {
        let run = try FinishedRun(Self.saved)
        let path = RunDirectory.journalPath(run.session.directory)
        try replace(
            path, try JournalEdits.changingRow(of: path, stream: "train", axis: 21, byte: 12))
        _ = try recoverLog(directory: run.session.directory)
        let failures = try failures(run)
        #expect(failures.count == 1)
        let expected = "training: FAILED: steps 19 to 24 again: not the same: 1 of 8 rows; "
        #expect(failures[0].hasPrefix(expected + "the first: /train/d_loss at step 21, pair 0: "))
    }

    @Test(arguments: [
        (8, "source_pair"), (20, "discriminator"), (32, "the policy decides something else"),
        (44, "what came is not what left its seat"),
    ])
    func aChangedSwapIsFound(byte: Int, words: String) throws {
        let run = try FinishedRun(Self.saved)
        let path = RunDirectory.journalPath(run.session.directory)
        try replace(
            path, try JournalEdits.changingRow(of: path, stream: "swap", axis: 2, byte: byte))
        let failures = try failures(run)
        #expect(
            failures.contains {
                $0.hasPrefix("lineage: FAILED: swap 2 at step 8") && $0.contains(words)
            }, "\(failures)")
    }

    @Test(arguments: [18, 24])
    func aCheckpointOfAnotherSeedIsFound(step: Int) throws {
        let run = try FinishedRun(Self.saved)
        let other = try FinishedRun(Self.saved + ["seed=4"])
        try replace(checkpoint(run, step), try InputFile.read(checkpoint(other, step)))
        let failures = try failures(run, from: 12, through: 24)
        #expect(failures.contains { $0.contains("step-000000\(step)") && $0.contains("seed is 4") })
        #expect(
            failures.contains {
                $0.hasPrefix("training: FAILED") && $0.contains("of the checkpoint of step \(step)")
            }, "\(failures)")
    }

    /// A tensor changed by somebody who made the checksums right.
    @Test func aChangedTensorIsFound() throws {
        let run = try FinishedRun(Self.saved)
        let file = try SafetensorsFile(contentsOf: checkpoint(run, 24))
        let layout = SafetensorsLayout(
            tensors: file.tensors.map { .init(name: $0.name, type: $0.type, shape: $0.shape) },
            metadata: file.metadata, hasChecksums: true)
        let contents = file.tensors.map { tensor in
            var bytes = file.withBytes(of: tensor) { Array($0) }
            if tensor.name == "generator.1.dense1.weight" { bytes[12] ^= 1 }
            return bytes
        }
        try replace(checkpoint(run, 24), layout.file(contents: contents))
        let failures = try failures(run)
        #expect(failures.count == 1)
        #expect(failures[0].contains("not the same: 1 tensor of the checkpoint of step 24; "))
        #expect(failures[0].contains("generator.1.dense1.weight, element 3: "))
    }

    @Test func missingAndDamagedCheckpointsAreFound() throws {
        let run = try FinishedRun(Self.saved)
        try FileManager.default.removeItem(atPath: checkpoint(run, 12))
        var bytes = try InputFile.read(checkpoint(run, 18))
        bytes[bytes.count / 2] ^= 1
        try replace(checkpoint(run, 18), bytes)
        let failures = try failures(run)
        #expect(failures.count == 2)
        #expect(failures.contains { $0.contains("step-00000018") && $0.contains("damaged") })
        #expect(failures.contains { $0.hasSuffix("the first is that of step 12") })
        // From the good one before it.
        let last = try findings(run.session.directory).last
        #expect(last?.description.hasPrefix("training: steps 7 to 24 again: ") == true)
    }

    @Test func aTruncatedJournalIsFound() throws {
        let run = try FinishedRun(Self.saved)
        let path = RunDirectory.journalPath(run.session.directory)
        let journal = try InputFile.read(path)
        for cut in [1, 150, journal.count / 3] {
            try replace(path, journal.dropLast(cut))
            let failures = try failures(run)
            #expect(failures.contains { $0.hasPrefix("journal: FAILED: it ends in the middle") })
            #expect(failures.contains { $0.contains("lacks") && $0.contains("row") })
            #expect(failures.contains { $0.hasPrefix("log: FAILED: ") })
            // The last byte is that of an evaluation, the row of its step is still there.
            #expect(cut == 1 || failures.contains { $0.contains("the journal ends before it") })
        }
    }

    /// The log may be whole: nobody is told to make it of such a journal.
    @Test func aJournalThatIsDamagedInItsMiddleIsNoSourceOfTheLog() throws {
        let run = try FinishedRun(Self.saved)
        let path = RunDirectory.journalPath(run.session.directory)
        var journal = try InputFile.read(path)
        journal[journal.count - journal.count / 10] ^= 1
        try replace(path, journal)
        let damaged = try failures(run)
        #expect(damaged.contains { $0.contains("good records follow") })
        #expect(damaged.contains { $0.hasPrefix("log: FAILED: ") })
        #expect(!damaged.contains { $0.contains("quadrille recover") }, "\(damaged)")
        try FileManager.default.removeItem(atPath: RunDirectory.logPath(run.session.directory))
        #expect(try failures(run).contains("log: FAILED: run.h5 is missing"))
    }

    /// Whatever is damaged, it is an answer and no crash.
    @Test func everyDamageOfTheJournalIsFound() throws {
        let run = try FinishedRun(Self.saved + ["data.count=16", "steps=12"])
        let path = RunDirectory.journalPath(run.session.directory)
        let journal = try InputFile.read(path)
        for part in 0..<40 {
            var bytes = journal
            bytes[part * journal.count / 40] ^= 1 << UInt8(part % 8)
            try replace(path, bytes)
            do {
                #expect(try failures(run) != [], "bit \(part % 8) of part \(part)")
            } catch is DataError {
                // The header: nothing behind it can be understood.
            }
        }
    }

    // MARK: What cannot be asked for

    @Test func stepsThatDoNotExistAreRefused() throws {
        let run = try FinishedRun(Self.saved)
        for (from, through) in [(5, nil), (nil, 25), (24, nil), (12, 12)] as [(Int?, Int?)] {
            #expect(throws: VerificationError.self) {
                try findings(run.session.directory, from: from, through: through)
            }
        }
        #expect(throws: DataError.self) { try findings(run.folder.path) }
    }

    @Test func aRunThatGoesOnIsRefused() throws {
        let run = try FinishedRun(Self.saved)
        let lock = try RunLock(directory: run.session.directory)
        let error = #expect(throws: RecordingError.self) { try findings(run.session.directory) }
        #expect("\(try #require(error))".contains("a running process"))
        lock.release()
        #expect(try failures(run) == [])
    }
}
