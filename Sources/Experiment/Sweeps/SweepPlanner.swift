import FileFormats
import Population
import Recording
import Settings

/// A sweep that was planned and not begun.
package struct PlannedSweep {
    package let plan: SweepPlan
    /// The experiment file without the grid, with the paths of data as they are from anywhere.
    package let experimentTOML: String
    /// For each run of the plan: multiplications of its training, about.
    package let costs: [Double]
    /// For each run of the plan: bytes that it leaves, about, pictures not counted.
    package let bytes: [Int]
    /// For each run of the plan: its pictures.
    package let pictures: [Int]
    package let retry: Int
    package let maximumFailures: Int
}

/// Makes the plan of a sweep.
package enum SweepPlanner {
    /// - Parameters:
    ///   - words: of the command line: `key=value`, `key=a,b,c`, `key=1..10`.
    ///   - isLarge: whether the user said that more than 10,000 combinations are meant.
    /// - Throws: `SettingsError`, `DataError`.
    package static func plan(
        path: String, words: [String], commandLine: [String], isLarge: Bool
    ) throws -> PlannedSweep {
        let document = try SweepDocument(contentsOf: path, words: words)
        let grid = SweepGrid(document)
        try checkSize(grid, document, path, words, isLarge: isLarge)
        let directory = ExperimentPlan.directory(of: path)
        let experiments = try GridExperiments(document, directory: directory)
        let runs = try runs(at: try grid.points(), of: experiments, document)
        let base = experiments.base
        return PlannedSweep(
            plan: SweepPlan(
                name: base.name, keys: keys(document), experiment: base.resolvedTOML,
                commandLine: commandLine, runs: runs.map(\.run)),
            experimentTOML: try ResolvedExperiment.withAbsolutePaths(
                document.givenTOML, directory: directory),
            costs: runs.map(\.cost), bytes: runs.map(\.bytes), pictures: runs.map(\.pictures),
            retry: document.retry,
            maximumFailures: document.maximumFailures)
    }

    private static func checkSize(
        _ grid: SweepGrid, _ document: SweepDocument, _ path: String, _ words: [String],
        isLarge: Bool
    ) throws {
        guard !document.axes.isEmpty else {
            let list = words.first { $0.contains("=[") }
            throw SettingsError(
                position: .wholeFile(path), key: "sweep",
                message: "an empty grid: give [sweep] in the file, or key=a,b or seed=1..10 on the "
                    + "command line; `quadrille run` makes a single run"
                    + (list.map { "; \($0) is one value, a list: several stand without brackets" }
                        ?? ""))
        }
        let count = grid.combinationCount
        let text = count.map(String.init) ?? "more than \(Int.max)"
        func failure(_ message: String) -> SettingsError {
            SettingsError(
                position: .wholeFile(path), key: "sweep",
                message: "\(text) combinations: \(message)")
        }
        guard let count, count <= SweepGrid.largestCount else {
            throw failure("a plan holds at most \(SweepGrid.largestCount)")
        }
        guard count <= SweepGrid.questionableCount || isLarge else {
            throw failure("if so many are meant, say so with --yes")
        }
    }

    private static func keys(_ document: SweepDocument) -> [String] {
        let keys = document.axes.map(\.key)
        return keys.last == "seed" ? keys : keys + ["seed"]
    }

    // MARK: Runs

    private struct PlannedRun {
        var run: SweepPlan.Run
        let cost: Double
        let bytes: Int
        let pictures: Int
    }

    /// One run for all points that are the same experiment; the longest first.
    private static func runs(
        at points: [[Int]], of experiments: GridExperiments, _ document: SweepDocument
    ) throws -> [PlannedRun] {
        let json = document.axes.map { $0.values.map(SettingsLeaves.json) }
        var runs: [PlannedRun] = []
        var places: [UInt64: Int] = [:]
        for point in points {
            let (canonical, plan) = try experiment(point, experiments, document)
            var place = zip(json, point).map { $0[$1] }
            if document.axes.last?.key != "seed" { place.append(.integer(Int(plan.seed))) }
            let identity = RunName.identityHash(of: plan)
            if let index = places[identity] {
                runs[index].run.places.append(place)
                continue
            }
            places[identity] = runs.count
            runs.append(
                PlannedRun(
                    run: SweepPlan.Run(
                        name: RunName.of(plan), hash: RunName.hash(of: plan),
                        overrides: plan.overrides, seed: Int(plan.seed), steps: plan.steps,
                        pairs: plan.population.pairs,
                        differences: try experiments.differences(canonical, plan),
                        places: [place]),
                    cost: RunCost.multiplications(plan), bytes: RunCost.bytes(plan),
                    pictures: RunCost.pictures(plan)))
        }
        let order = runs.indices.sorted { (-runs[$0].cost, $0) < (-runs[$1].cost, $1) }
        return order.map { runs[$0] }
    }

    /// The experiment of a point. One pair, or no swap at all, is the same run whatever else the
    /// table `swap` says.
    private static func experiment(
        _ point: [Int], _ experiments: GridExperiments, _ document: SweepDocument
    ) throws -> (point: [Int], plan: ExperimentPlan) {
        let plan = try experiments.plan(point)
        let swapAxes = document.axes.indices.filter { document.axes[$0].path[0] == "swap" }
        guard !swapAxes.isEmpty, plan.population.pairs == 1 || plan.schedule.swapCount == 0 else {
            return (point, plan)
        }
        var canonical = point
        for axis in swapAxes { canonical[axis] = GridExperiments.noSwap }
        return (canonical, try experiments.plan(canonical))
    }
}
