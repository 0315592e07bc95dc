import Recording
import Threads

/// The runs of a launch that are not begun, and those of them that another process still writes.
struct RunQueue {
    enum Next: Equatable {
        case start(Int)
        /// Somebody else has done it.
        case finished(Int)
        /// Somebody else writes it: said once for each run.
        case waiting(Int)
    }

    private let launch: SweepLaunch
    private var waiting: [Int]
    private var position = 0
    /// Runs that somebody else writes, and when to look again.
    private var held: [(run: Int, lookAgain: UInt64)] = []

    private static let nanosecondsBetweenLooks: UInt64 = 100_000_000

    init(_ launch: SweepLaunch) {
        self.launch = launch
        waiting = launch.pending
    }

    var count: Int { waiting.count - position + held.count }
    var isEmpty: Bool { count == 0 }

    /// At the end: the others come first.
    mutating func putBack(_ run: Int) { waiting.append(run) }

    /// What to do next; nil where there is nothing to do now.
    mutating func next() -> Next? {
        let now = MonotonicClock.nanoseconds
        if let index = held.firstIndex(where: { $0.lookAgain <= now }) {
            let run = held.remove(at: index).run
            guard isHeld(run) else { return chosen(run) }
            held.append((run, now + Self.nanosecondsBetweenLooks))
        }
        guard position < waiting.count else { return nil }
        let run = waiting[position]
        position += 1
        guard isHeld(run) else { return chosen(run) }
        held.append((run, now + Self.nanosecondsBetweenLooks))
        return .waiting(run)
    }

    private func isHeld(_ run: Int) -> Bool { RunLock.isHeld(launch.runPath(run)) }

    private func chosen(_ run: Int) -> Next {
        launch.isFinished(run) ? .finished(run) : .start(run)
    }
}

extension SweepLaunch {
    /// Whether the run's own files say that it is done.
    package func isFinished(_ run: Int) -> Bool {
        let status = RunStatus.read(RunDirectory.statusPath(runPath(run)))
        return status?.state == .finished && status?.steps == plan.runs[run].steps
    }
}

/// How much of the work of a launch is done, and how long the rest will take.
struct WorkMeter {
    private let launch: SweepLaunch
    private let start = MonotonicClock.nanoseconds
    private let total: Double
    private let doneBefore: Double
    private var done: Double
    private var counts = SweepProgress()
    /// Work in runs that are not done, and when it was looked up.
    private var partial = 0.0
    private var lookTime: UInt64 = 0

    init(_ launch: SweepLaunch) {
        self.launch = launch
        total = launch.costs.reduce(0, +)
        doneBefore = total - launch.pending.reduce(0) { $0 + launch.costs[$1] }
        done = doneBefore
        counts.runs = launch.total
        counts.finished = launch.total - launch.pending.count
    }

    mutating func finished(_ run: Int) {
        counts.finished += 1
        done += launch.costs[run]
    }

    mutating func failed(_ run: Int) {
        counts.failed += 1
        done += launch.costs[run]
    }

    mutating func progress(_ running: [RunningRun]) -> SweepProgress {
        let now = MonotonicClock.nanoseconds
        if now - lookTime > 1_000_000_000 {
            lookTime = now
            partial = running.reduce(0) { $0 + launch.costs[$1.run] * share(of: $1.run) }
        }
        counts.running = running.count
        let worked = min(total, done + partial)
        counts.share = total > 0 ? worked / total : 1
        let rate = (worked - doneBefore) / (Double(now - start) * 1e-9)
        counts.secondsLeft = rate > 0 ? (total - worked) / rate : nil
        return counts
    }

    private func share(of run: Int) -> Double {
        guard let status = RunStatus.read(RunDirectory.statusPath(launch.runPath(run))),
            status.steps > 0
        else { return 0 }
        return Double(status.step) / Double(status.steps)
    }
}
