import Experiment
import Foundation
import Recording
import TestSupport
import Testing

/// What is told to Slurm and what it answers, without one.
struct SlurmTests {
    /// The forms that `man sbatch` lists, with their seconds.
    @Test(arguments: [
        ("90", 5400), ("90:30", 5430), ("1:30:00", 5400), ("2-1", 176_400), ("2-1:30", 178_200),
        ("2-1:30:05", 178_205), ("0:10", 10),
    ])
    func limitsOfTimeAreThoseOfSbatch(text: String, seconds: Int) {
        #expect(SlurmTimeLimit(text)?.seconds == seconds)
    }

    @Test(arguments: [
        "", "0", "-5", "1.5", "1:2:3:4", "1-", "-1:00", "1-2-3", "ten", "1::2", " 5", "0:00", "٣",
        "99999999999999999999", "INFINITE",
    ])
    func otherTimesAreRefused(text: String) {
        #expect(SlurmTimeLimit(text) == nil)
    }

    @Test func aShortLimitLeavesMostOfItsTimeToWork() {
        #expect(SlurmTimeLimit("1")?.warningSeconds == 15)
        #expect(SlurmTimeLimit("1-0")?.warningSeconds == 120)
    }

    @Test func arraysStayBelowTheLimitOfTheSite() {
        let parts = [0, 1, 2, 5, 16, 17, 31, 32, 100]
        let arrays = SlurmLauncher.arrays(of: parts, size: 16)
        #expect(arrays.map(\.firstPart) == [0, 16, 32, 100])
        #expect(arrays.map(\.tasks) == [[0, 1, 2, 5], [0, 1, 15], [0], [0]])
        #expect(arrays.flatMap { array in array.tasks.map { $0 + array.firstPart } } == parts)
        #expect(SlurmLauncher.arrays(of: [], size: 16).isEmpty)
    }

    @Test func taskNumbersAreRanges() {
        #expect(SlurmLauncher.ranges([0, 1, 2, 3, 7, 9, 10]) == "0-3,7,9-10")
        #expect(SlurmLauncher.ranges([5]) == "5")
    }

    @Test func answersOfSlurmAreRead() {
        let config = ["Configuration data", "MaxArraySize            = 1001", "MaxJobCount = 10"]
        #expect(SlurmLauncher.maxArraySize(config) == 1001)
        #expect(SlurmLauncher.maxArraySize(["MaxArraySize = many"]) == nil)
        #expect(SlurmLauncher.jobIdentifier(["sbatch: a warning", "123;cluster", ""]) == 123)
        #expect(SlurmLauncher.jobIdentifier(["sbatch: error: 5 is too much"]) == nil)
    }

    @Test func theQueueTellsWhichRunsAreInIt() {
        let queue = SlurmQueue(squeueLines: [
            "12|0|RUNNING|None", "12|3|PENDING|Resources", "13|1|PENDING|BeginTime", "garbage",
            "14|0|RUNNING|None", "12|N/A|PENDING|None", "",
        ])
        let jobs = [
            SlurmJob(identifier: 12, firstPart: 0, runsPerTask: 2, command: []),
            SlurmJob(identifier: 13, firstPart: 4, runsPerTask: 2, command: []),
        ]
        let tasks = queue.tasksByRun(jobs, runCount: 11).mapValues(\.text)
        #expect(
            tasks == [
                0: "12_0 RUNNING", 1: "12_0 RUNNING", 6: "12_3 PENDING (Resources)",
                7: "12_3 PENDING (Resources)", 10: "13_1 PENDING (BeginTime)",
            ])
    }

    @Test func hostileNumbersAreNoRuns() {
        let job = SlurmJob(identifier: 1, firstPart: .max, runsPerTask: .max, command: [])
        #expect(job.runs(ofTask: 1, in: 5).isEmpty)
        let other = SlurmJob(identifier: 1, firstPart: 0, runsPerTask: .max, command: [])
        #expect(other.runs(ofTask: 0, in: 5) == 0..<5 && other.runs(ofTask: -1, in: 5).isEmpty)
    }

    @Test func aShellReadsEachWordAsItStands() throws {
        let words = [
            "a b", "", "it's", "$HOME `ls` \\ \"x\"", "*", "ü", "a\nb", "x=1,2", "-n", "~",
        ]
        let answer = try ShellCommand(["printf", "<%s>"] + words).run(atMostSeconds: 10)
        #expect(answer.code == 0)
        #expect(answer.lines.joined(separator: "\n") == words.map { "<\($0)>" }.joined())
        #expect(ShellCommand(["run", "a/b.toml", "seed=1"]).text == "run a/b.toml seed=1")
    }

    @Test func aCommandThatIsMissingOrHangsIsNoError() throws {
        #expect(try ShellCommand(["quadrille-no-such-program"]).run(atMostSeconds: 10).code == 127)
        let answer = try ShellCommand(["sleep", "20"]).run(atMostSeconds: 1)
        #expect(answer.code == 124 && answer.complaint == "no answer in time")
    }
}

/// The script of a task under bash, with stand-ins for the program and for `scontrol`.
struct SlurmScriptTests {
    private let folder = TemporaryFolder()

    /// Runs the script as task 3 of an array that begins at part 10, and sends it a signal once
    /// the stand-in has noted its arguments.
    private func run(_ standIn: String, signal: Int32?) throws -> (code: Int32, calls: String) {
        let calls = "\(folder.path)/calls"
        try folder.write("bin/scontrol", "#!/bin/bash\necho \"$@\" >>'\(calls)'\n".utf8)
        try folder.write("program", "#!/bin/bash\n\(standIn)\n".utf8)
        for file in ["bin/scontrol", "program"] { chmod("\(folder.path)/\(file)", 0o755) }
        let script = SlurmScript(
            command: ShellCommand(["\(folder.path)/program", "sweep-part", "a sweep"]),
            runsPerTask: 5, warningSeconds: 9)
        let path = try folder.write("array.sh", script.text.utf8)
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = [path, "10"]
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.environment = [
            "PATH": "\(folder.path)/bin:/usr/bin:/bin", "SLURM_ARRAY_JOB_ID": "77",
            "SLURM_ARRAY_TASK_ID": "3",
        ]
        // Threads of a test run block signals, and a child would inherit that.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGUSR1, SIGTERM] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        try process.run()
        if let signal {
            for _ in 0..<2000 where !folder.names.contains("ready") { usleep(5000) }
            kill(process.processIdentifier, signal)
        }
        process.waitUntilExit()
        return (
            process.terminationStatus, (try? String(contentsOfFile: calls, encoding: .utf8)) ?? ""
        )
    }

    private static let savesWhenTold = """
        trap 'kill $!; sleep 0.2; exit 130' TERM
        touch ready; sleep 20 & wait
        """

    @Test(arguments: [0, 1, 2, 130])
    func theCodeOfTheRunsIsThatOfTheTask(code: Int32) throws {
        let end = try run("echo \"$@\" >arguments; exit \(code)", signal: nil)
        #expect(end.code == code && end.calls.isEmpty)
        let arguments = try String(contentsOfFile: folder.path + "/arguments", encoding: .utf8)
        #expect(arguments == "sweep-part a sweep --first 65 --count 5\n")
    }

    @Test func beforeTheLimitTheRunsAreSavedAndTheTaskGoesBackIntoTheQueue() throws {
        let end = try run(Self.savesWhenTold, signal: SIGUSR1)
        #expect(end.code == 130 && end.calls == "requeue 77_3\n")
    }

    @Test func whatWasToldBeforeItHadBegunComesBackAsWell() throws {
        let end = try run("touch ready; exec sleep 20", signal: SIGUSR1)
        #expect(end.code == 128 + SIGTERM && end.calls == "requeue 77_3\n")
    }

    @Test func aCancelledTaskIsSavedAndDoesNotComeBack() throws {
        let end = try run(Self.savesWhenTold, signal: SIGTERM)
        #expect(end.code == 130 && end.calls.isEmpty)
    }

    @Test func whatFinishedJustThenDoesNotComeBack() throws {
        let end = try run("trap '' TERM; touch ready; sleep 0.5; exit 2", signal: SIGUSR1)
        #expect(end.code == 2 && end.calls.isEmpty)
    }
}
