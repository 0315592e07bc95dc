import FileFormats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How the runs of one folder stand: those of a sweep, or runs of one experiment without a plan.
package struct SweepStatus: Equatable, Sendable {
    package var directory: String
    /// Whether there is a plan; `plan.json` names the runs that have no folder yet.
    package var isPlanned: Bool
    /// Whether a process works on the sweep now.
    package var isActive: Bool
    /// Those of the plan in its order, then others by name.
    package var runs: [RunCondition]
    /// What the user should know besides, a line each.
    package var notes: [String] = []

    package func count(_ state: RunState) -> Int { runs.count { $0.state == state } }

    /// The share of all steps of all pairs that is done; nil where nobody knows how many there are.
    package var progress: Double? {
        var (done, all) = (0.0, 0.0)
        for run in runs {
            guard let pairs = run.pairs else { return nil }
            done += Double(run.step) * Double(pairs)
            all += Double(run.steps) * Double(pairs)
        }
        return all > 0 ? done / all : nil
    }

    /// Pair-steps per second of all running runs.
    package var pairStepsPerSecond: Double {
        runs.reduce(0) { $0 + ($1.state == .running ? $1.pairStepsPerSecond : 0) }
    }

    /// Until nothing is running or pending, if work goes on at the present rate.
    package var secondsLeft: Double? {
        let rate = pairStepsPerSecond
        guard rate > 0 else { return nil }
        var left = 0.0
        for run in runs where run.state == .running || (isActive && run.state == .pending) {
            guard let pairSteps = run.pairStepsLeft else { return nil }
            left += Double(pairSteps)
        }
        return left / rate
    }

    /// Whether nothing will change without somebody's doing.
    package var isAtRest: Bool {
        !isActive && !runs.contains { $0.state == .running || $0.queue != nil }
    }
}

extension SweepStatus {
    /// How everything in a folder stands: a folder of results, of a sweep, or of one run.
    ///
    /// - Throws: `DataError` where there is no run in it, or a plan cannot be read.
    package static func read(_ directory: String) throws -> [SweepStatus] {
        guard RunDirectory.isFolder(directory) else {
            throw DataError(
                file: directory,
                "is not a folder that exists; give that of results, "
                    + "of a sweep or of a run")
        }
        let now = UTCTime.secondsNow()
        if isRun(directory) { return [try ofOneRun(directory, now: now)] }
        if let sweep = try ofFolder(directory, now: now) { return [sweep] }
        let folders = try names(in: directory).map { "\(directory)/\($0)" }
        let sweeps = folders.filter(RunDirectory.isFolder).compactMap { folder in
            do {
                return try ofFolder(folder, now: now)
            } catch {
                // One that cannot be read hides no other.
                return SweepStatus(
                    directory: folder, isPlanned: true, isActive: false, runs: [],
                    notes: ["error: \(error)"])
            }
        }
        guard !sweeps.isEmpty else {
            throw DataError(
                file: directory, "holds no run; give the folder of results, of a sweep or of a run")
        }
        return sweeps
    }

    private static func ofOneRun(_ directory: String, now: Double) throws -> SweepStatus {
        let path = directory.hasSuffix("/") ? String(directory.dropLast()) : directory
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return SweepStatus(
            directory: directory, isPlanned: false, isActive: false,
            runs: [RunCondition(name: name, folder: directory, now: now)])
    }

    /// nil where the folder has neither a plan nor a run.
    private static func ofFolder(_ directory: String, now: Double) throws -> SweepStatus? {
        let planPath = SweepDirectory.planPath(directory)
        let isPlanned = InputFile.exists(planPath)
        let plan = isPlanned ? try SweepPlan(contentsOf: planPath) : nil
        let attempts =
            isPlanned
            ? try SweepAttempts(contentsOf: SweepDirectory.attemptsPath(directory)).byRun : [:]
        let planned = plan?.runs ?? []
        var runs = planned.map { run in
            RunCondition(
                name: run.name, folder: SweepDirectory.runPath(directory, run: run.name),
                planned: run, attempts: attempts[run.name] ?? [], now: now)
        }
        let known = Set(planned.map(\.name))
        for name in try names(in: directory) where !known.contains(name) {
            let folder = SweepDirectory.runPath(directory, run: name)
            if isRun(folder) { runs.append(RunCondition(name: name, folder: folder, now: now)) }
        }
        guard isPlanned || !runs.isEmpty else { return nil }
        return SweepStatus(
            directory: directory, isPlanned: isPlanned,
            isActive: isPlanned && RunLock.isHeld(directory), runs: runs)
    }

    /// A run has a status from its first second on, and a journal just before that.
    private static func isRun(_ folder: String) -> Bool {
        InputFile.exists(RunDirectory.statusPath(folder))
            || InputFile.exists(RunDirectory.journalPath(folder))
    }

    /// What may be a folder of runs: hidden files are not.
    private static func names(in directory: String) throws -> [String] {
        try RunDirectory.contents(of: directory).filter { !$0.hasPrefix(".") }
    }
}
