import Recording

/// Gets the runs of a sweep going, in one way.
package protocol SweepLauncher: Sendable {
    /// The word for it after `--launcher`.
    static var identifier: String { get }

    /// Starts the runs, or hands them to somebody who will.
    ///
    /// - Throws: `RecordingError`, `FileError` where the folder of the sweep cannot be written.
    func launch(_ launch: SweepLaunch, observer: any SweepObserver) throws -> LaunchOutcome
}

/// What a launcher is to start.
package struct SweepLaunch: Sendable {
    /// The folder of the sweep.
    package let directory: String
    package let plan: SweepPlan
    /// Places in the plan of the runs that are to be done, in the order of their starts.
    package let pending: [Int]
    /// For each run of the plan: how long it takes compared with the others.
    package let costs: [Double]
    /// Runs at a time.
    package let jobs: Int
    /// Threads of each.
    package let threads: Int
    /// Further attempts at a run that crashed.
    package let retry: Int
    /// Failed runs after which no other begins; 0 = any number.
    package let maximumFailures: Int
    /// Runs that the launch is about, the finished ones among them: all, unless it is a part.
    package let total: Int

    package init(
        directory: String, plan: SweepPlan, pending: [Int], costs: [Double], jobs: Int,
        threads: Int, retry: Int, maximumFailures: Int, total: Int? = nil
    ) {
        self.total = total ?? plan.runs.count
        self.directory = directory
        self.plan = plan
        self.pending = pending
        self.costs = costs
        self.jobs = jobs
        self.threads = threads
        self.retry = retry
        self.maximumFailures = maximumFailures
    }

    package func runPath(_ run: Int) -> String {
        SweepDirectory.runPath(directory, run: plan.runs[run].name)
    }

    /// The command line of a run, the program first. It goes on with what the run left earlier.
    package func command(_ run: Int) -> [String] {
        // "results/name" -> "results".
        let slash = directory.lastIndex(of: "/")
        let results = slash.map { $0 == directory.startIndex ? "/" : String(directory[..<$0]) }
        return [Provenance.executablePath, "run", SweepDirectory.experimentPath(directory)]
            + plan.runs[run].overrides
            + ["--results", results ?? ".", "--threads", "\(threads)", "--quiet", "--resume"]
    }
}

/// What became of the launch.
package enum LaunchOutcome: Equatable, Sendable {
    /// All runs that could be were done.
    case ended(SweepSummary)
    /// Others do the runs; what the user should know, one line each.
    case handedOver([String])
}

package struct SweepSummary: Equatable, Sendable {
    package var finished = 0
    package var failed = 0
    /// Runs that were stopped and saved.
    package var interrupted = 0
    /// Runs that were not begun.
    package var unstarted = 0
    package var isStopped = false
}

/// Who watches a launch. Called by the thread that launches.
package protocol SweepObserver {
    /// Whether no run shall begin any more and those that run shall save their state.
    var isStopRequested: Bool { get }
    func note(_ message: String)
    /// An attempt ended; `isLast` where the run is not tried again.
    func ended(_ attempt: SweepAttempt, isLast: Bool, progress: SweepProgress)
    /// Called about ten times a second.
    func update(_ progress: SweepProgress)
}

package struct SweepProgress: Equatable, Sendable {
    package var runs = 0
    package var finished = 0
    package var failed = 0
    package var running = 0
    /// Of the work of all runs, 0 to 1.
    package var share = 0.0
    /// nil while nothing is known.
    package var secondsLeft: Double?
}

/// All launchers, the default first.
package enum SweepLaunchers {
    package static let catalog: [any SweepLauncher.Type] = [
        LocalLauncher.self, SlurmLauncher.self, CommandsLauncher.self,
    ]
}
