import FileFormats
import Foundation
import Recording
import Testing

struct SweepTests {
    private let workspace = Workspace()
    private var folder: String { workspace.path + "/results/small" }

    init() throws {
        let grid = """

            [sweep]
            "swap.interval" = [0, 10, 99]
            "population.pairs" = [1, 2]
            seed = "1..2"
            """
        try workspace.write("small.toml", (smallExperiment + grid).utf8)
    }

    private func plan() throws -> SweepPlan {
        try SweepPlan(contentsOf: SweepDirectory.planPath(folder))
    }

    private func attempts() throws -> [SweepAttempt] {
        try SweepAttempts(contentsOf: SweepDirectory.attemptsPath(folder)).attempts
    }

    private func journal(_ run: String) -> Data? {
        try? Data(contentsOf: URL(filePath: "\(folder)/\(run)/journal"))
    }

    @Test func everyRunOnceAndNothingASecondTime() throws {
        let result = try workspace.run("sweep", "small.toml", "--jobs", "2")
        #expect(result.code == 0)
        #expect(result.errors.contains("small: 6 runs in 12 places, 2 at a time"))
        #expect(result.errors.contains("6 of 6 runs finished"))
        let plan = try plan()
        #expect(plan.runs.count == 6)
        #expect(Set(try attempts().map(\.run)) == Set(plan.runs.map(\.name)))
        #expect(try attempts().allSatisfy { $0.state == .finished && $0.exitCode == 0 })
        let journals = plan.runs.map { journal($0.name) }
        #expect(!journals.contains(nil))
        let again = try workspace.run("sweep", "small.toml")
        #expect(again.code == 0 && again.errors.contains("6 done before"))
        #expect(plan.runs.map { journal($0.name) } == journals)
        #expect(try attempts().count == 6)
    }

    /// The same words from the frozen experiment give the same run: name and rows.
    @Test func aRunAloneIsTheSame() throws {
        #expect(try workspace.run("sweep", "small.toml", "--quiet").code == 0)
        let run = try #require(try plan().runs.first { $0.pairs == 2 })
        let alone = try workspace.run(
            ["run", SweepDirectory.experimentPath(folder)] + run.overrides
                + ["--results", "alone"])
        #expect(alone.code == 0)
        #expect(workspace.contents("alone/small") == [run.name])
        func state(_ results: String) throws -> [UInt8] {
            let directory = "\(workspace.path)/\(results)/small/\(run.name)"
            return try InputFile.read(RunDirectory.checkpointPath(directory, step: 40))
        }
        #expect(try state("alone") == state("results"))
    }

    @Test func aRunThatFailsStopsNobodyAndIsTriedAgain() throws {
        let words = [
            "sweep", "small.toml", "optimizer.discriminator.name=sgd", "seed=1",
            "optimizer.discriminator.learning_rate=1e30,0.001",
        ]
        let result = try workspace.run(words)
        #expect(result.code == 2)
        let failed = try attempts().filter { $0.state == .failed }
        #expect(failed.count == 3)
        #expect(failed.allSatisfy { $0.cause.contains("training failed: step") })
        #expect(failed.allSatisfy { $0.exitCode == 1 && !$0.lastLines.isEmpty })
        #expect(result.errors.contains("3 of 6 runs finished, 3 failed"))
        #expect(try workspace.run(words).code == 2)
        #expect(try attempts().filter { $0.attempt == 2 }.count == 3)
    }

    @Test func enoughFailuresEndTheSweep() throws {
        let result = try workspace.run(
            "sweep", "small.toml", "optimizer.discriminator.name=sgd", "sweep.max_failures=1",
            "optimizer.discriminator.learning_rate=1e30", "--jobs", "1")
        #expect(result.code == 2)
        #expect(result.errors.contains("0 of 6 runs finished, 1 failed, 5 not begun"))
    }

    /// A folder where none can be made: the run cannot write, and gets its second attempt.
    @Test func whatMayPassIsTriedAgainAtOnce() throws {
        #expect(try workspace.run("sweep", "small.toml", "--quiet").code == 0)
        let run = try #require(try plan().runs.first).name
        try FileManager.default.removeItem(atPath: "\(folder)/\(run)")
        try Data().write(to: URL(filePath: "\(folder)/\(run)"))
        let result = try workspace.run("sweep", "small.toml", "sweep.retry=2")
        #expect(result.code == 2 && result.errors.contains("again later"))
        let failed = try attempts().filter { $0.run == run && $0.state == .failed }
        #expect(failed.map(\.attempt) == [2, 3, 4])
        #expect(failed.allSatisfy { $0.cause.hasPrefix("could not write: ") })
    }

    /// Three runs, to which steps must be given.
    private let long = [
        "sweep", "small.toml", "seed=1", "swap.interval=0,10", "record.checkpoint_every=0",
        "record.samples_every=0", "evaluate.every=0", "record.metrics_every=1000",
    ]

    @Test func interruptionSavesAndTheSameCommandGoesOn() throws {
        let words = long + ["steps=2000000"]
        let process = try Program.start(words, in: workspace.path)
        let isRunning = workspace.waitUntil {
            workspace.contents("results/small").contains { name in
                RunStatus.read("\(folder)/\(name)/status.json").map { $0.step > 0 } ?? false
            }
        }
        #expect(isRunning)
        process.interrupt()
        let result = try Program.wait(for: process, in: workspace.path)
        #expect(result.code == 130)
        #expect(result.errors.contains("interrupted: the same command goes on"))
        let states = try plan().runs.compactMap {
            RunStatus.read("\(folder)/\($0.name)/status.json")?.state
        }
        #expect(!states.isEmpty && states.allSatisfy { $0 == .interrupted })
        #expect(try attempts().allSatisfy { $0.state == .interrupted })
    }

    /// Children of a sweep that was killed save their state, and the next one goes on with it.
    @Test func orphansStopAndTheNextSweepGoesOn() throws {
        let words = long + ["steps=30000"]
        let process = try Program.start(words, in: workspace.path)
        func steps() -> [Int] {
            workspace.contents("results/small").compactMap {
                RunStatus.read("\(folder)/\($0)/status.json")?.step
            }
        }
        #expect(workspace.waitUntil { (steps().max() ?? 0) > 0 })
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let isSaved = workspace.waitUntil {
            workspace.contents("results/small").allSatisfy {
                !RunLock.isHeld("\(folder)/\($0)")
            }
        }
        #expect(isSaved)
        let again = try workspace.run(words)
        #expect(again.code == 0)
        #expect(again.errors.contains("3 of 3 runs finished"))
        #expect(try attempts().allSatisfy { $0.state == .finished })
    }

    @Test func aDryRunPrintsThePlanAndLeavesNothing() throws {
        let result = try workspace.run("sweep", "small.toml", "--dry-run", "--jobs", "1")
        #expect(result.code == 0)
        #expect(result.output.contains("small: 12 places of the grid swap.interval x"))
        #expect(result.output.contains("6 runs, 6 to do"))
        #expect(result.output.contains("of disk in results/small"))
        #expect(workspace.contents("results").isEmpty)
    }

    @Test(arguments: [
        (["swap.intervall=1,2"], "did you mean swap.interval?"),
        (["seed=1..20000"], "--yes"),
        (["sweep.seed=[]"], "an empty grid"),
        (["sweep.foo=1"], "known in sweep: retry"),
        (["seed="], "seed"),
    ])
    func badGridsLeaveNothing(words: [String], message: String) throws {
        let result = try workspace.run(["sweep", "small.toml"] + words)
        #expect(result.code == 64)
        #expect(result.errors.hasPrefix("error: ") && result.errors.contains(message))
        #expect(result.errors.split(separator: "\n").count == 1)
        #expect(workspace.contents("results").isEmpty)
    }

    @Test func aListIsOneValue() throws {
        try workspace.write("plain.toml", smallExperiment.utf8)
        let result = try workspace.run("sweep", "plain.toml", "seed=[1,2,3]")
        #expect(result.code == 64 && result.errors.contains("an empty grid"))
        #expect(result.errors.contains("seed=[1,2,3] is one value, a list"))
    }

    @Test func runSaysThatTheFileIsASweep() throws {
        let result = try workspace.run("run", "small.toml")
        #expect(result.code == 64 && result.errors.contains("`quadrille sweep`"))
    }

    @Test func aFolderOfAnotherGridIsRefused() throws {
        #expect(try workspace.run("sweep", "small.toml", "--quiet", "seed=1").code == 0)
        let other = try workspace.run("sweep", "small.toml", "seed=2")
        #expect(other.code == 64)
        #expect(other.errors.contains("another sweep: seed: 1 before, 2 now"))
    }

    @Test func aPartDoesItsRunsOnly() throws {
        #expect(try workspace.run("sweep", "small.toml", "--quiet").code == 0)
        let runs = try plan().runs.map(\.name)
        for run in runs { try FileManager.default.removeItem(atPath: "\(folder)/\(run)") }
        let part = try workspace.run(
            "sweep-part", "results/small", "--first", "1", "--count", "2", "--jobs", "1")
        #expect(part.code == 0)
        let done = Set(workspace.contents("results/small"))
        #expect(done.intersection(runs) == Set(runs[1...2]))
    }
}
