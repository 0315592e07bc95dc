import FileFormats
import Recording

/// All that a report is made of: the runs of a folder, each read and thinned out one at a time.
struct ReportSource: Sendable {
    let directory: String
    let name: String
    let grid: ReportGrid
    let runs: [ReportedRun]
    let plan: SweepPlan?
    /// The experiment as TOML, without the grid.
    let experiment: String
    /// Lines of `attempts.jsonl` that cannot be understood.
    let unreadableAttempts: Int

    /// A sweep's folder, or that of a run.
    ///
    /// - Throws: `DataError` where the folder is neither, or its plan or only journal is damaged.
    init(directory: String, onRun: (Int, Int) -> Void) throws {
        self.directory = directory
        guard SweepLog.exists(in: directory) else {
            let log = try RunLog(directory: directory, where: ReportedRun.isWanted)
            let run = ReportedRun(log: log, folder: directory, planned: nil, attempt: nil)
            (name, plan, unreadableAttempts) = (log.name, nil, 0)
            experiment = log.schema.experimentTOML
            runs = [run]
            grid = ReportGrid(runCount: 1)
            return
        }
        let sweep = try SweepLog(directory: directory)
        let attempts = try SweepAttempts(contentsOf: SweepDirectory.attemptsPath(directory))
        let lastAttempts = attempts.byRun.compactMapValues(\.last)
        var runs: [ReportedRun] = []
        for planned in sweep.plan.runs {
            runs.append(ReportSource.read(planned, of: sweep, attempt: lastAttempts[planned.name]))
            onRun(runs.count, sweep.plan.runs.count)
        }
        self.runs = runs
        plan = sweep.plan
        name = sweep.plan.name
        experiment = sweep.plan.experiment
        unreadableAttempts = attempts.unreadableLines
        grid = ReportGrid(plan: sweep.plan)
    }

    /// A run that cannot be read is one that failed: it stops nobody else's.
    private static func read(
        _ planned: SweepPlan.Run, of sweep: SweepLog, attempt: SweepAttempt?
    ) -> ReportedRun {
        let folder = SweepDirectory.runPath(sweep.directory, run: planned.name)
        do {
            if let log = try sweep.log(of: planned, where: ReportedRun.isWanted) {
                return ReportedRun(log: log, folder: folder, planned: planned, attempt: attempt)
            }
            return ReportedRun(planned: planned, folder: folder, attempt: attempt, failure: nil)
        } catch {
            return ReportedRun(
                planned: planned, folder: folder, attempt: attempt, failure: "\(error)")
        }
    }

    /// Whether the finished runs alone make up the figures: as soon as there is one.
    var usesFinishedOnly: Bool { runs.contains { $0.state == .finished } }

    /// The runs of an arm that count in figures and tables.
    func counted(_ arm: Arm) -> [ReportedRun] {
        let all = arm.runs.map { runs[$0] }
        return usesFinishedOnly ? all.filter { $0.state == .finished } : all
    }

    /// Every metric that a run has, evaluations first, in the order of their names but for losses.
    var metrics: [Metric] {
        Set(runs.flatMap(\.curves.keys)).sorted {
            ($0.isEvaluation ? 0 : 1, $0.column) < ($1.isEvaluation ? 0 : 1, $1.column)
        }
    }

    /// The metrics that the grid shows: evaluations, or losses where there are none.
    var headlines: [Metric] {
        let evaluations = metrics.filter(\.isEvaluation)
        return evaluations.isEmpty ? metrics : evaluations
    }
}
