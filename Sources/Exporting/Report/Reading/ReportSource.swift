import FileFormats
import Recording

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// All that a report is made of: the runs of a folder, each read and thinned out one at a time.
struct ReportSource: Sendable {
    let directory: String
    let name: String
    let grid: ReportGrid
    let runs: [ReportedRun]
    /// The statistics over seeds.
    let tables: SweepTables
    /// The plan of the sweep; for a run alone, one that says no more than the run.
    let plan: SweepPlan
    let isSweep: Bool
    /// Lines of `attempts.jsonl` that cannot be understood.
    let unreadableAttempts: Int
    private let places: [String: Int]

    /// A sweep's folder, or that of a run.
    ///
    /// - Throws: `DataError` where the folder is neither, its plan or only journal is damaged, or
    ///   no run has a metric that is asked for.
    init(directory: String, request: SweepRequest, onRun: (Int, Int) -> Void) throws {
        self.directory = directory
        isSweep = SweepLog.exists(in: directory)
        let sweep = isSweep ? try SweepLog(directory: directory) : nil
        plan = try sweep?.plan ?? ReportSource.plan(ofRunIn: directory)
        let attempts = try SweepAttempts(contentsOf: SweepDirectory.attemptsPath(directory))
        let attemptsByRun = attempts.byRun
        var runs: [ReportedRun] = []
        var readings = SweepReadings(plan: plan, request: request)
        for planned in plan.runs {
            let folder =
                isSweep ? SweepDirectory.runPath(directory, run: planned.name) : directory
            let (run, log) = ReportSource.read(
                planned, folder, request, attemptsByRun[planned.name] ?? [])
            readings.add(planned, state: run.state, log: log)
            runs.append(run)
            onRun(runs.count, plan.runs.count)
        }
        self.runs = runs
        name = plan.name
        tables = try SweepTables(readings)
        unreadableAttempts = attempts.unreadableLines
        grid = ReportGrid(tables.arms)
        places = Dictionary(
            runs.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// A run that cannot be read is one that failed: it stops nobody else's.
    private static func read(
        _ planned: SweepPlan.Run, _ folder: String, _ request: SweepRequest,
        _ attempts: [SweepAttempt]
    ) -> (ReportedRun, RunLog?) {
        // How it stands is asked before its rows are read, so that none of a finished run lacks.
        let condition = RunCondition(
            name: planned.name, folder: folder, planned: planned, attempts: attempts,
            now: Double(time(nil)))
        let lastLines = attempts.last?.lastLines ?? []
        func withoutLog(_ failure: String?) -> (ReportedRun, RunLog?) {
            let run = ReportedRun(
                planned: planned, folder: folder, condition: condition, lastLines: lastLines,
                failure: failure)
            return (run, nil)
        }
        guard JournalReader.isBegun(RunDirectory.journalPath(folder)) else {
            return withoutLog(nil)
        }
        do {
            let log = try RunLog(directory: folder) {
                ReportedRun.isWanted($0, $1) || request.isWanted($0, $1)
            }
            let run = ReportedRun(
                log: log, folder: folder, planned: planned, condition: condition,
                lastLines: lastLines)
            return (run, log)
        } catch {
            return withoutLog("\(error)")
        }
    }

    private static func plan(ofRunIn directory: String) throws -> SweepPlan {
        let log = try RunLog(directory: directory) { _, _ in false }
        let seed = log.setting("seed")?.integerValue ?? 0
        let steps = log.status?.steps ?? log.setting("steps")?.integerValue ?? 1
        let run = SweepPlan.Run(
            name: log.name, hash: "", overrides: [], seed: seed, steps: max(steps, 1),
            pairs: log.schema.pairs, differences: [:], places: [[]])
        return SweepPlan(
            name: log.name, keys: [], experiment: log.schema.experimentTOML, commandLine: [],
            runs: [run])
    }

    /// Whether the finished runs alone make up the figures: as soon as there is one.
    var usesFinishedOnly: Bool { runs.contains { $0.state == .finished } }

    /// The runs of an arm that count in figures, in the order of their seeds.
    func counted(_ arm: SweepArm) -> [ReportedRun] {
        let all = arm.seeds.compactMap { arm.runs[$0].flatMap { places[$0] } }.map { runs[$0] }
        return usesFinishedOnly ? all.filter { $0.state == .finished } : all
    }

    /// Every metric that a run has, those of the tables first.
    var metrics: [SweepMetric] {
        let order = tables.quantities.map(\.metric)
        return Set(runs.flatMap(\.curves.keys)).sorted {
            (order.firstIndex(of: $0) ?? order.count, $0.column)
                < (order.firstIndex(of: $1) ?? order.count, $1.column)
        }
    }
}
