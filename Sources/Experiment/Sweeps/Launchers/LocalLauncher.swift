import Recording
import Threads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Runs on this machine, each a process of its own, some at a time.
package struct LocalLauncher: SweepLauncher {
    package static let identifier = "local"

    package init() {}

    package func launch(
        _ launch: SweepLaunch, observer: any SweepObserver
    ) throws -> LaunchOutcome {
        .ended(try LocalExecution(launch, observer).run())
    }
}

/// One launch on this machine, from its first run to its last.
private final class LocalExecution {
    private let launch: SweepLaunch
    private let observer: any SweepObserver
    private let pipe: ParentPipe
    private var queue: RunQueue
    private var running: [RunningRun] = []
    private var meter: WorkMeter
    private var memoryKills = MemoryKills()
    private var summary = SweepSummary()
    /// Attempts at each run, those of earlier starts of the sweep among them.
    private var attempts: [String: Int]
    private var retries: [Int: Int] = [:]
    private var hasNotedAttempts = false

    private static let pollingMicroseconds: UInt32 = 5000

    init(_ launch: SweepLaunch, _ observer: any SweepObserver) throws {
        self.launch = launch
        self.observer = observer
        pipe = try ParentPipe()
        queue = RunQueue(launch)
        meter = WorkMeter(launch)
        let path = SweepDirectory.attemptsPath(launch.directory)
        attempts = try SweepAttempts(contentsOf: path).byRun.mapValues(\.count)
    }

    func run() throws -> SweepSummary {
        while true {
            reap()
            if observer.isStopRequested, !summary.isStopped {
                summary.isStopped = true
                for child in running { child.process?.stop() }
            }
            if mayStart { startRuns() }
            if running.isEmpty, !mayStart || queue.isEmpty { break }
            observer.update(meter.progress(running))
            usleep(Self.pollingMicroseconds)
        }
        summary.unstarted = queue.count
        return summary
    }

    private var mayStart: Bool {
        let limit = launch.maximumFailures
        return !summary.isStopped && (limit == 0 || summary.failed < limit)
    }

    // MARK: Beginning

    private func startRuns() {
        while running.count < launch.jobs, let next = queue.next() {
            switch next {
            case .finished(let run):
                summary.finished += 1
                meter.finished(run)
            case .start(let run): start(run)
            case .waiting(let run):
                let name = launch.plan.runs[run].name
                observer.note("waiting for \(name), which another process still writes")
            }
        }
    }

    private func start(_ run: Int) {
        let name = launch.plan.runs[run].name
        let output = SweepDirectory.outputPath(launch.directory, run: name)
        do {
            try RunDirectory.makeFolders("\(launch.directory)/output")
            let process = try ChildProcess(
                launch.command(run) + ["--stop-at-end-of-input"], input: pipe, output: output)
            running.append(RunningRun(run: run, process: process))
        } catch {
            conclude(RunningRun(run: run, process: nil), .notStarted(error), nil, [])
        }
    }

    // MARK: Ending

    private func reap() {
        for child in running {
            guard let end = child.process?.poll() else { continue }
            running.removeAll { $0.run == child.run }
            let name = launch.plan.runs[child.run].name
            let output = SweepDirectory.outputPath(launch.directory, run: name)
            let lines = LastLines.of(output)
            let ending = RunEnding(
                end, status: RunStatus.read(RunDirectory.statusPath(launch.runPath(child.run))),
                lastLines: lines, wasStopped: summary.isStopped,
                ranOutOfMemory: end == .signal(Int(SIGKILL)) && memoryKills.take())
            if ending.state == .failed, RunLock.isHeld(launch.runPath(child.run)) {
                // Somebody was faster: perhaps an orphan of a sweep that was killed.
                queue.putBack(child.run)
            } else {
                conclude(child, ending, end, lines)
            }
        }
    }

    private func conclude(
        _ child: RunningRun, _ ending: RunEnding, _ end: ProcessEnd?, _ lines: [String]
    ) {
        let name = launch.plan.runs[child.run].name
        attempts[name, default: 0] += 1
        var attempt = SweepAttempt(
            run: name, attempt: attempts[name]!, started: child.started, ended: UTCTime.now(),
            seconds: child.seconds, exitCode: nil, signal: nil, state: ending.state,
            cause: ending.cause, lastLines: ending.state == .finished ? [] : lines)
        switch end {
        case .exit(let code): attempt.exitCode = code
        case .signal(let number): attempt.signal = number
        case nil: break
        }
        record(attempt)
        let isRetried =
            ending.state == .failed && ending.mayPass && !summary.isStopped
            && retries[child.run, default: 0] < launch.retry
        if isRetried {
            retries[child.run, default: 0] += 1
            queue.putBack(child.run)
        } else {
            count(ending.state, child.run)
        }
        observer.ended(attempt, isLast: !isRetried, progress: meter.progress(running))
    }

    private func count(_ state: RunState, _ run: Int) {
        switch state {
        case .finished:
            summary.finished += 1
            meter.finished(run)
        case .interrupted: summary.interrupted += 1
        default:
            summary.failed += 1
            meter.failed(run)
        }
    }

    /// A full disk must not end the sweep: the folders of the runs say how they stand.
    private func record(_ attempt: SweepAttempt) {
        do {
            try SweepAttempts.append(attempt, to: SweepDirectory.attemptsPath(launch.directory))
        } catch {
            if !hasNotedAttempts { observer.note("\(error); the sweep goes on") }
            hasNotedAttempts = true
        }
    }
}

/// A run whose process lives.
final class RunningRun {
    let run: Int
    let process: ChildProcess?
    let started = UTCTime.now()
    private let start = MonotonicClock.nanoseconds

    init(run: Int, process: ChildProcess?) {
        self.run = run
        self.process = process
    }

    var seconds: Double { Double(MonotonicClock.nanoseconds - start) * 1e-9 }
}
