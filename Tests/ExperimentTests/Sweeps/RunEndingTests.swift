import Experiment
import Recording
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct RunEndingTests {
    struct Case: Sendable {
        let end: ProcessEnd
        var status: RunStatus?
        var lines: [String] = []
        var wasStopped = false
        var ranOutOfMemory = false
        let state: RunState
        let cause: String
        var mayPass = false
    }

    private static let failed = RunStatus(
        state: .failed, step: 3, steps: 9, reason: "step 3, pair 0: d_loss is nan")

    @Test(arguments: [
        Case(
            end: .exit(code: 0), status: RunStatus(state: .finished, step: 9, steps: 9),
            state: .finished, cause: ""),
        Case(
            end: .exit(code: 0), status: RunStatus(state: .running, step: 4, steps: 9),
            state: .failed, cause: "status.json says running", mayPass: true),
        Case(
            end: .exit(code: 0), state: .failed, cause: "status.json is missing", mayPass: true),
        Case(
            end: .exit(code: 1), status: failed, state: .failed,
            cause: "training failed: step 3, pair 0: d_loss is nan"),
        // The status of an earlier attempt says nothing about this one.
        Case(
            end: .exit(code: 64), status: failed, lines: ["note", "error: other program", "x"],
            state: .failed, cause: "bad experiment: other program"),
        Case(
            end: .exit(code: 65), lines: ["error: x.npy: cannot open"], state: .failed,
            cause: "unreadable data: x.npy: cannot open"),
        Case(
            end: .exit(code: 74), lines: ["error: journal: No space left"], state: .failed,
            cause: "could not write: journal: No space left", mayPass: true),
        Case(
            end: .exit(code: 130), state: .interrupted, cause: "stopped; its state is saved"),
        Case(
            end: .exit(code: 3), state: .failed, cause: "exit code 3: it said nothing",
            mayPass: true),
        Case(
            end: .signal(Int(SIGILL)), lines: ["Fatal error: x"], state: .failed,
            cause: "trap: a check of the program failed (SIGILL)", mayPass: true),
        Case(
            end: .signal(Int(SIGSEGV)), state: .failed, cause: "crash: wrong address (SIGSEGV)",
            mayPass: true),
        Case(
            end: .signal(Int(SIGKILL)), state: .failed, cause: "killed (SIGKILL)", mayPass: true),
        Case(
            end: .signal(Int(SIGKILL)), ranOutOfMemory: true, state: .failed,
            cause: "out of memory: the system killed it (SIGKILL)", mayPass: true),
        Case(
            end: .signal(Int(SIGTERM)), wasStopped: true, state: .interrupted,
            cause: "stopped before it began"),
        Case(
            end: .signal(Int(SIGTERM)), state: .failed, cause: "terminated (SIGTERM)",
            mayPass: true),
        Case(end: .signal(99), state: .failed, cause: "signal 99", mayPass: true),
    ])
    func saysHowAndWhy(_ example: Case) {
        let ending = RunEnding(
            example.end, status: example.status, lastLines: example.lines,
            wasStopped: example.wasStopped, ranOutOfMemory: example.ranOutOfMemory)
        #expect(ending.state == example.state)
        #expect(ending.cause.contains(example.cause))
        #expect(ending.cause.isEmpty == example.cause.isEmpty)
        #expect(ending.mayPass == example.mayPass)
    }

    @Test func eachKillForMemoryIsReportedOnce() {
        let count = Box(7)
        var kills = MemoryKills { count.value }
        let before = kills.take()
        count.value = 9
        let reports = [before, kills.take(), kills.take(), kills.take()]
        #expect(reports == [false, true, true, false])
    }

    @Test func countsKillsInTheFileOfTheKernel() {
        #expect(MemoryKills.count(in: "nr_free 12\noom_kill 34\nother 5\n") == 34)
        #expect(MemoryKills.count(in: "nr_free 12\n") == 0)
    }
}

private final class Box {
    var value: Int
    init(_ value: Int) { self.value = value }
}
