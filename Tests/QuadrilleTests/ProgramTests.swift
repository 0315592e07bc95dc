import FileFormats
import Foundation
import Recording
import Testing

struct ProgramTests {
    private let workspace = Workspace()

    init() throws { try workspace.write("small.toml", smallExperiment.utf8) }

    private func status() throws -> JSONValue {
        let path = RunDirectory.statusPath(workspace.runFolder)
        return try JSONValue(parsing: try InputFile.read(path), file: path)
    }

    @Test func runSaysWhatItDoesAndWhereResultsAre() throws {
        let result = try workspace.run("run", "small.toml")
        #expect(result.code == 0)
        #expect(result.errors.contains("small: 2 pairs, 40 steps, a swap every 10 steps"))
        #expect(result.output.contains("finished: 40 steps of 2 pairs"))
        #expect(result.output.contains("run.h5"))
        #expect(result.output.contains("modes"))
        #expect(try status()["state"] == "finished")
        #expect(
            workspace.contents("results/small").count == 1
                && workspace.contents("results/small/\(name)/checkpoints").count == 2)
    }

    private var name: String { workspace.contents("results/small").first ?? "none" }

    @Test(arguments: ["swap.interval=0", "swap.interval=40", "swap.start=40"])
    func runsWithoutSwapsSaySo(override: String) throws {
        let result = try workspace.run("run", "small.toml", override)
        #expect(result.errors.contains("40 steps, no swaps"))
        #expect(result.output.contains("0 swaps"))
    }

    @Test func rewindsAreCounted() throws {
        let result = try workspace.run("run", "small.toml", "failure.on_nan=rewind")
        #expect(result.code == 0 && result.output.contains(", 0 rewinds"))
    }

    @Test func whatCannotBePrintedIsAnError() throws {
        let program = try #require(Program.path)
        for arguments in ["list keys", "doctor", "inspect small.toml"] {
            try workspace.write("full.sh", "'\(program)' \(arguments) > /dev/full".utf8)
            let full = try workspace.shell("full.sh")
            #expect(full.code == 74 && full.errors.contains("standard output: cannot write"))
            try workspace.write(
                "pipe.sh", "set -o pipefail; '\(program)' \(arguments) | true".utf8)
            #expect(try workspace.shell("pipe.sh").errors.isEmpty)
        }
    }

    @Test func quietSaysNothing() throws {
        let result = try workspace.run("run", "small.toml", "--quiet", "swap.interval=0")
        #expect(result.code == 0 && result.output.isEmpty && result.errors.isEmpty)
        #expect(name.hasPrefix("swap.interval=0,seed1-"))
    }

    @Test func anEarlierRunIsReplacedOnlyWhenAskedTo() throws {
        #expect(try workspace.run("run", "small.toml").code == 0)
        let log = try Data(contentsOf: URL(filePath: workspace.runFolder + "/journal"))
        let again = try workspace.run("run", "small.toml")
        #expect(again.code == 74 && again.errors.contains("--overwrite"))
        #expect(try Data(contentsOf: URL(filePath: workspace.runFolder + "/journal")) == log)
        try workspace.write("results/small/\(name)/notes.txt", [1])
        #expect(try workspace.run("run", "small.toml", "--overwrite").code == 0)
        #expect(workspace.text("notes.txt") != nil)
        #expect(workspace.contents("results/small").count == 1)
    }

    @Test func numbersThatAreNotFiniteEndTheRun() throws {
        var messages = Set<String>()
        for threads in ["1", "4"] {
            let result = try workspace.run(
                "run", "small.toml", "population.pairs=4", "optimizer.generator.name=sgd",
                "optimizer.discriminator.name=sgd", "optimizer.discriminator.learning_rate=1e30",
                "--threads", threads, "--overwrite")
            #expect(result.code == 1)
            let message = result.errors.split(separator: "\n").last ?? ""
            #expect(message.contains(/error: step \d+, pair \d: \S+ is (nan|-nan|inf|-inf)/))
            messages.insert(String(message))
            #expect(try status()["state"] == "failed")
            #expect(try status()["reason"]?.textValue.map { message.contains($0) } == true)
            let log = try HDF5File.openForReading(RunDirectory.logPath(workspace.runFolder))
            #expect(throws: Never.self) { try log.root.openGroup("train") }
        }
        #expect(messages.count == 1, "the lowest step and pair, for any number of workers")
    }

    @Test func interruptionSavesAllPairs() throws {
        let child = try workspace.start("run", "small.toml", "steps=400000000")
        #expect(workspace.waitUntil { rows() > 20 })
        child.interrupt()
        let result = try Program.wait(for: child, in: workspace.path)
        #expect(result.code == 130)
        let step = try #require(try status()["step"]?.integerValue)
        #expect(try status()["state"] == "interrupted")
        #expect(result.errors.contains("step \(step)"))
        let path = RunDirectory.checkpointPath(workspace.runFolder, step: step)
        let checkpoint = try SafetensorsFile(contentsOf: path)
        #expect(checkpoint.tensor(named: "generator.1.dense1.weight")?.shape == [8, 2])
        #expect(throws: Never.self) {
            try HDF5File.openForReading(RunDirectory.logPath(workspace.runFolder))
        }
    }

    @Test func aReaderThatGoesAwayDoesNotEndTheRun() throws {
        let program = try #require(Program.path)
        try workspace.write(
            "pipe.sh", "'\(program)' run small.toml 2>&1 | true; exit ${PIPESTATUS[0]}".utf8)
        #expect(try workspace.shell("pipe.sh").code == 0)
        #expect(try status()["state"] == "finished")
    }

    /// A limit on the size of files stands in for a full disk. ThreadSanitizer's start writes one
    /// of 512 KiB and crashes below that.
    @Test func aFullDiskIsAnErrorOfTheFile() throws {
        let program = try #require(Program.path)
        let rowsOnly = "record.metrics_every=1 record.samples_every=0 record.checkpoint_every=0"
        try workspace.write(
            "limit.sh",
            "ulimit -f 1024; '\(program)' run small.toml steps=400000 \(rowsOnly)".utf8)
        let result = try workspace.shell("limit.sh")
        #expect(result.code == 74, "\(result.errors)")
        #expect(result.errors.contains("File too large"))
    }

    @Test func aKilledRunIsRecovered() throws {
        let child = try workspace.start("run", "small.toml", "steps=400000000")
        #expect(workspace.waitUntil { rows() > 20 })
        let known = rows()
        kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
        let result = try workspace.run("recover", workspace.runFolder)
        #expect(result.code == 0, "\(result.errors)")
        #expect(result.output.contains(/train: \d+ rows, the last at \d+/))
        let log = try HDF5File.openForReading(RunDirectory.logPath(workspace.runFolder))
        let steps = try log.root.openGroup("train").openDataset("step", type: .int64)
        #expect(steps.rows >= known)
        // A second time changes nothing.
        #expect(try workspace.run("recover", workspace.runFolder).output == result.output)
    }

    /// Rows of `/train` in the journal.
    private func rows() -> Int {
        guard let reader = try? JournalReader(RunDirectory.journalPath(workspace.runFolder)) else {
            return 0
        }
        var rows = 0
        try? reader.forEachRow { stream, _, _ in rows += stream == 0 ? 1 : 0 }
        return rows
    }

    /// 60,000 samples after every step take more than a tenth of the time of such small steps.
    @Test func measuringThatTakesTooLongIsSaid() throws {
        let child = try workspace.start(
            "run", "small.toml", "steps=100000000", "evaluate.every=1", "evaluate.samples=60000",
            "evaluate.time_budget=0.1")
        func errors() -> String {
            (try? String(contentsOfFile: "\(workspace.path)/standard-error", encoding: .utf8)) ?? ""
        }
        #expect(
            workspace.waitUntil { errors().contains("time_budget = 0.1; evaluate every") },
            "\(errors())")
        kill(child.processIdentifier, SIGINT)
        child.waitUntilExit()
        #expect(errors().contains("measuring "))
    }

    @Test func aFinishedRunIsMeasuredAgain() throws {
        #expect(try workspace.run("run", "small.toml").code == 0)
        let run = workspace.runFolder
        let result = try workspace.run(
            "evaluate", run, "--metric", "high-quality", "kid", "--samples", "300")
        #expect(result.code == 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(lines.allSatisfy { $0.count == 3 && Double($0[2]) != nil })
        #expect(Set(lines.map { $0[1] }) == ["high_quality", "kid", "kid_deviation"])
        #expect(result.errors.contains("eval_1"))
        let log = try HDF5File.openForReading(RunDirectory.logPath(run))
        let column = try log.root.openGroup("eval_1").openDataset("kid", type: .float64)
        #expect(column.rows == 1)
        let json = try workspace.run("evaluate", run, "--metric", "modes", "--dry-run", "--json")
        let report = try JSONValue(parsing: Array(json.output.utf8), file: "output")
        #expect(report["groups"] == .array([]) && report["values"]?.arrayValue?.count ?? 0 > 0)
        #expect(try workspace.run("evaluate", run, "--metric", "mode").code == 64)
        #expect(try workspace.run("evaluate", run, "--step", "7").code == 64)
        let many = try workspace.run("evaluate", run, "--samples", "10000001", "--dry-run")
        #expect(many.code == 64 && many.errors.contains("--samples: expected an integer from 1"))
    }

    @Test func samplesArePicturesOrArrays() throws {
        #expect(try workspace.run("run", "small.toml").code == 0)
        let run = workspace.runFolder
        let array = try workspace.run("sample", run, "--count", "5", "--output", "x.npy")
        #expect(array.code == 0, "\(array.errors)")
        let file = try NPYFile(contentsOf: "\(workspace.path)/x.npy")
        #expect(file.shape == [5, 2] && file.floats().allSatisfy(\.isFinite))
        _ = try workspace.run(
            "sample", run, "--step", "20", "--member", "1", "--count", "5", "--output", "y.npy")
        #expect(try NPYFile(contentsOf: "\(workspace.path)/y.npy") != file)
        #expect(try workspace.run("sample", run, "--output", "x.png").code == 0)
        let picture = try InputFile.read("\(workspace.path)/x.png")
        #expect(picture.prefix(8) == [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
        let pair = try workspace.run("sample", run, "--member", "2", "--output", "z.npy")
        #expect(pair.code == 64 && pair.errors.contains("no pair 2; the pairs are 0 to 1"))
        let step = try workspace.run("sample", run, "--step", "7", "--output", "z.npy")
        #expect(step.code == 64 && step.errors.contains("20, 40"))
        let place = try workspace.run("sample", run, "--output", "nowhere/z.npy")
        #expect(place.code == 74 && place.errors.contains("nowhere/z.npy"))
    }

    @Test func samplesOfTheAverage() throws {
        #expect(try workspace.run("run", "small.toml").code == 0)
        let without = try workspace.run(
            "sample", workspace.runFolder, "--average", "--output", "x.npy")
        #expect(without.code == 64 && without.errors.contains("generator.ema_decay"))
        #expect(
            try workspace.run("run", "small.toml", "generator.ema_decay=0.9", "name=averaged")
                .code == 0)
        let folder = "results/averaged"
        let names = try FileManager.default.contentsOfDirectory(
            atPath: "\(workspace.path)/\(folder)")
        let run = "\(folder)/\(try #require(names.first))"
        for (flags, output) in [(["--average"], "x.npy"), ([], "y.npy")] {
            let made = try workspace.run(["sample", run, "--output", output] + flags)
            #expect(made.code == 0, "\(made.errors)")
        }
        let made = try ["x.npy", "y.npy"].map {
            try NPYFile(contentsOf: "\(workspace.path)/\($0)").floats()
        }
        #expect(made[0].allSatisfy(\.isFinite) && made[0] != made[1])
    }

    @Test func membersHaveTheirGlobalIndex() throws {
        #expect(try workspace.run("run", "small.toml", "population.first_member=5").code == 0)
        func sample(_ more: String...) throws -> Program.Result {
            try workspace.run(
                ["sample", workspace.runFolder, "--count", "3", "--output", "x.npy"] + more)
        }
        #expect(try sample().output.contains("of pair 5 at step 40"))
        #expect(try sample("--member", "6").output.contains("of pair 6 at step 40"))
        for other in ["0", "7"] {
            let result = try sample("--member", other)
            #expect(result.code == 64)
            #expect(result.errors.contains("no pair \(other); the pairs are 5 to 6"))
        }
    }

    @Test func samplesFitTheMemory() throws {
        let values = [Float](repeating: 1, count: 40_000)
        try workspace.write("wide.npy", NPYFile.bytes(of: values, shape: [8, 5000]))
        let result = try workspace.run(
            "run", "small.toml", "data.source=npy", "data.path=wide.npy", "data.count=8",
            "evaluate.every=0")
        #expect(result.code == 0, "\(result.errors)")
        let sample = try workspace.run(
            "sample", workspace.runFolder, "--count", "60000", "--output", "x.npy")
        #expect(sample.code == 64)
        #expect(sample.errors.contains("at most 53687 examples of 5000 numbers"))
    }

    @Test func keysAreListedOnceWithTypeDefaultAndMeaning() throws {
        let result = try workspace.run("list", "keys")
        #expect(result.code == 0)
        let lines = result.output.split(separator: "\n")
        let keys = lines.filter { !$0.hasPrefix(" ") }.map { $0.prefix { $0 != " " } }
        #expect(Set(keys).count == keys.count && keys.count > 60)
        for (index, line) in lines.enumerated() where !line.hasPrefix(" ") {
            #expect(line.contains(/^[a-z0-9_.]+  \([a-z]+.*; default .+\)$/), "\(line)")
            #expect(lines.indices.contains(index + 1) && lines[index + 1].hasPrefix("    "))
        }
        let interval = "swap.interval  (integer, an integer of at least 0; default 100 steps)"
        #expect(result.output.contains(interval))
    }

    @Test func catalogsAreListed() throws {
        let all = try workspace.run("list").output
        for topic in [
            "losses", "networks", "optimizers", "schedules", "initializers", "data", "metrics",
            "measures", "policies",
        ] {
            let result = try workspace.run("list", topic)
            #expect(result.code == 0 && !result.output.isEmpty)
            for word in result.output.split(separator: "\n") { #expect(all.contains(word)) }
        }
        for line in [
            "mixture: mixture_<metric>: ", "best-member: best_<metric>: ",
            "mixture-weights: weighted_<metric>: ", "rotation: every discriminator moves on",
            "swap.score  (choice, ",
        ] { #expect(all.contains("\n  \(line)") || all.contains("\n\(line)"), "\(line)") }
    }

    @Test func inspectShowsPlansAndMemory() throws {
        let result = try workspace.run("inspect", "small.toml")
        #expect(result.code == 0)
        for part in ["discriminator update:", "generator update:", "peak", "33 parameters"] {
            #expect(result.output.contains(part))
        }
        #expect(workspace.contents("results").isEmpty)
        let graph = try workspace.run("inspect", "small.toml", "--graph")
        #expect(graph.output.count > result.output.count)
    }

    @Test func doctorNamesTheLibraryAndItsKernels() throws {
        let result = try workspace.run("doctor")
        #expect(result.code == 0)
        #expect(result.output.contains("openblas") && result.output.contains("kernels"))
        #expect(result.output.contains("hdf5         \(HDF5.version)"))
    }

    @Test(arguments: [
        "run", "sample", "evaluate", "list", "inspect", "doctor", "recover", "verify",
    ])
    func everyCommandHasHelp(command: String) throws {
        let result = try workspace.run(command, "--help")
        #expect(result.code == 0 && result.output.contains("OVERVIEW") && result.errors.isEmpty)
        // Only the synopsis is not wrapped.
        let lines = result.output.split(separator: "\n").filter { !$0.hasPrefix("USAGE:") }
        #expect(lines.allSatisfy { $0.count <= 100 })
    }
}
