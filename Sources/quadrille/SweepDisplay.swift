import Experiment
import FileFormats
import Recording
import Threads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The progress of a sweep: a bar on a terminal, a line for each run elsewhere.
final class SweepDisplay: SweepObserver {
    private let isQuiet: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var hasLine = false
    private var lastTime: UInt64 = 0
    private var hasNotedStop = false

    private static let nanosecondsBetweenLines: UInt64 = 200_000_000

    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
    }

    var isStopRequested: Bool {
        let isRequested = RunLoop.isInterrupted
        if isRequested, !hasNotedStop {
            hasNotedStop = true
            note("stopping: runs save their state; the same command goes on with them")
        }
        return isRequested
    }

    func begin(_ launch: SweepLaunch) {
        let done = launch.plan.runs.count - launch.pending.count
        let atATime = min(launch.jobs, max(1, launch.pending.count))
        note(
            "\(launch.plan.name): \(counted(launch.plan.runs.count, "run")) in "
                + "\(counted(launch.plan.runs.reduce(0) { $0 + $1.places.count }, "place")), "
                + (done > 0 ? "\(done) done before, " : "") + "\(atATime) at a time")
        note("results: \(launch.directory)")
    }

    func note(_ message: String) {
        guard !isQuiet else { return }
        closeLine()
        printError(message)
    }

    func ended(_ attempt: SweepAttempt, isLast: Bool, progress: SweepProgress) {
        let place = "\(progress.finished + progress.failed)/\(progress.runs)"
        switch attempt.state {
        case .finished:
            guard !isTerminal else { return }
            note("\(place) finished \(attempt.run) (\(durationText(attempt.seconds)))")
        case .interrupted: note("\(place) stopped \(attempt.run)")
        default:
            note(
                "\(place) FAILED \(attempt.run): \(attempt.cause)" + (isLast ? "" : "; again later")
            )
        }
    }

    func update(_ progress: SweepProgress) {
        let now = MonotonicClock.nanoseconds
        guard !isQuiet, isTerminal, now - lastTime >= Self.nanosecondsBetweenLines else { return }
        lastTime = now
        let left = progress.secondsLeft.map(durationText) ?? "--:--"
        var line = progressBar(progress.share)
        line += " \(progress.finished)/\(progress.runs) runs"
        if progress.failed > 0 { line += ", \(progress.failed) failed" }
        line += ", \(progress.running) running  \(left) left"
        writeError("\r\u{1B}[K" + line)
        hasLine = true
    }

    func closeLine() {
        if hasLine { writeError("\n") }
        hasLine = false
    }
}

/// What a sweep is going to be, and what it came to, on standard output.
enum SweepReport {
    private static let mostRuns = 40

    static func printPlan(
        _ sweep: PlannedSweep, results: String, _ capacity: SweepCapacity
    ) throws {
        let (plan, directory) = (sweep.plan, "\(results)/\(sweep.plan.name)")
        let planPath = SweepDirectory.planPath(directory)
        if RunDirectory.isFolder(directory), let old = try? SweepPlan(contentsOf: planPath) {
            try SweepFolder.check(plan, against: old, directory)
        }
        let pending = SweepFolder.pending(plan, in: directory)
        let places = plan.runs.reduce(0) { $0 + $1.places.count }
        print(
            "\(plan.name): \(counted(places, "place")) of the grid "
                + plan.keys.joined(separator: " x ")
                + ", \(counted(plan.runs.count, "run")), \(pending.count) to do")
        for run in plan.runs.prefix(mostRuns) {
            let more = run.places.count > 1 ? ", in \(run.places.count) places" : ""
            print(
                "  \(run.name)  \(counted(run.pairs, "pair")), \(counted(run.steps, "step"))\(more)"
            )
        }
        if plan.runs.count > mostRuns { print("  ... and \(plan.runs.count - mostRuns) more") }
        flushOutput()
        let jobs = min(capacity.chosenJobs, max(1, pending.count))
        do {
            let estimate = try SweepEstimate(
                sweep, pending: pending, jobs: jobs, threads: capacity.threads)
            print(
                "about \(durationText(estimate.seconds)) with \(counted(jobs, "run")) at a time, "
                    + "the longest \(durationText(estimate.longestSeconds)); about "
                    + "\(size(estimate.bytes)) of disk in \(directory)")
        } catch let error as DataError {
            print("no estimate: \(error)")
        }
    }

    /// The summary, and the exit code that says how it went.
    static func end(
        _ outcome: LaunchOutcome, _ launch: SweepLaunch, _ display: SweepDisplay
    ) throws {
        display.closeLine()
        switch outcome {
        case .handedOver(let lines):
            for line in lines { print(line) }
        case .ended(let summary):
            let finished = summary.finished + launch.total - launch.pending.count
            var parts = ["\(finished) of \(counted(launch.total, "run")) finished"]
            if summary.failed > 0 { parts.append("\(summary.failed) failed") }
            if summary.interrupted > 0 { parts.append("\(summary.interrupted) interrupted") }
            if summary.unstarted > 0 { parts.append("\(summary.unstarted) not begun") }
            display.note(parts.joined(separator: ", ") + ": \(launch.directory)")
            if summary.isStopped {
                printError("interrupted: the same command goes on")
                throw ProgramExit.interrupted
            }
            if summary.failed + summary.interrupted + summary.unstarted > 0 {
                let attempts = SweepDirectory.attemptsPath(launch.directory)
                printError("causes: \(attempts); the same command tries these runs again")
                throw ProgramExit.runsFailed
            }
        }
    }

    private static func size(_ bytes: Int) -> String {
        if bytes < 10 << 20 { return "\((bytes + 1023) >> 10) KiB" }
        return bytes < 10 << 30 ? "\(bytes >> 20) MiB" : "\(bytes >> 30) GiB"
    }
}
