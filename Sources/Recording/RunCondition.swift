import FileFormats

/// How a run stands, told from its files and from whether its writer lives.
///
/// The lock on the folder decides: the system gives it back when the process ends, however it ends.
/// Where a run is written by another machine, or the file system has no locks, the process id or
/// the age of the heartbeat does.
package struct RunCondition: Equatable, Sendable {
    /// The name of the run's folder.
    package var name: String
    package var state: RunState
    package var step = 0
    package var steps = 0
    /// nil where no file says.
    package var pairs: Int?
    /// Of the process that wrote last.
    package var pairStepsPerSecond = 0.0
    /// Seconds since a running run gave a sign of life, which it does each second.
    package var silence: Double?
    /// The last error, in one line.
    package var error: String?
    /// Ended attempts of a sweep at this run.
    package var attempts = 0
    /// Whether the plan of its sweep names it.
    package var isPlanned = false
    /// What a scheduler says of it: "12_3 PENDING (Resources)".
    package var queue: String?

    /// A heartbeat is written each second; a network file system may show it a minute later.
    package static let silenceOfTheDead = 90.0
    /// From here on silence is worth a word.
    package static let silenceOfTheSlow = 10.0

    init(name: String, state: RunState) {
        self.name = name
        self.state = state
    }

    /// Whether the process of a running run lives, but has said nothing for long.
    package var isSilent: Bool {
        state == .running && (silence ?? 0) >= Self.silenceOfTheSlow
    }

    /// Pair-steps that are left to do; nil where the number of pairs is not known.
    package var pairStepsLeft: Double? {
        if state == .finished { return 0 }
        return pairs.map { Double(steps - step) * Double($0) }
    }

    /// At the present rate; nil unless it runs and has one.
    package var secondsLeft: Double? {
        guard state == .running, pairStepsPerSecond > 0, let left = pairStepsLeft else {
            return nil
        }
        return left / pairStepsPerSecond
    }
}

extension RunCondition {
    /// Looks at one run.
    ///
    /// - Parameters:
    ///   - folder: the run's folder, which need not exist.
    ///   - planned: what the plan of its sweep says of it.
    ///   - attempt: the last one that ended.
    ///   - now: seconds since 1970.
    package init(
        name: String, folder: String, planned: SweepPlan.Run? = nil,
        attempts: [SweepAttempt] = [], now: Double
    ) {
        self.init(name: name, state: .pending)
        isPlanned = planned != nil
        (steps, pairs) = (planned?.steps ?? 0, planned?.pairs)
        self.attempts = attempts.count
        let path = RunDirectory.statusPath(folder)
        do {
            let recorded = try RecordedStatus(contentsOf: path)
            take(recorded.status)
            judge(recorded, folder: folder, lastAttempt: attempts.last, now: now)
        } catch {
            if InputFile.exists(path) {
                (state, self.error) = (.stale, "\(error)")
            } else {
                judgeWithoutStatus(folder: folder, lastAttempt: attempts.last)
            }
        }
    }

    private mutating func judgeWithoutStatus(folder: String, lastAttempt: SweepAttempt?) {
        if RunLock.isHeld(folder) {
            state = .running
        } else if let lastAttempt, lastAttempt.state != .finished {
            take(lastAttempt)
        } else if InputFile.exists(RunDirectory.journalPath(folder)) {
            (state, error) = (.stale, "its process ended before it wrote a status")
        }
    }

    private mutating func take(_ status: RunStatus) {
        (state, step, steps) = (status.state, status.step, status.steps)
        pairs = status.pairs ?? pairs
        pairStepsPerSecond = status.pairStepsPerSecond
        error = status.reason
    }

    /// A process that ended without a word in its status: the sweep that started it knows why.
    private mutating func take(_ attempt: SweepAttempt) {
        state = attempt.state == .finished ? .stale : attempt.state
        error = attempt.cause.isEmpty ? nil : attempt.cause
    }

    private mutating func judge(
        _ recorded: RecordedStatus, folder: String, lastAttempt: SweepAttempt?, now: Double
    ) {
        guard state != .finished else { return }
        silence = recorded.heartbeat.map { max(0, now - $0) }
        if RunLock.isHeld(folder) {
            // What failed or was interrupted before is being resumed.
            (state, error) = (.running, nil)
            return
        }
        guard state != .failed, state != .interrupted else { return }
        if recorded.writer?.isAlive ?? ((silence ?? .infinity) < Self.silenceOfTheDead) {
            state = .running
        } else if let lastAttempt, ended(lastAttempt, after: recorded.heartbeat) {
            take(lastAttempt)
        } else {
            state = .stale
            error = staleness(recorded)
        }
    }

    /// Whether an attempt is the one that wrote the last heartbeat, or a later one.
    private func ended(_ attempt: SweepAttempt, after heartbeat: Double?) -> Bool {
        guard let heartbeat, let end = UTCTime.seconds(attempt.ended) else { return true }
        return end >= heartbeat
    }

    private func staleness(_ recorded: RecordedStatus) -> String {
        guard let writer = recorded.writer else { return "its process is gone" }
        guard writer.host == RunWriter.thisHost else {
            return "process \(writer.pid) on \(writer.host) gives no sign of life"
        }
        return "process \(writer.pid) is gone without a word: it was killed or crashed"
    }
}
