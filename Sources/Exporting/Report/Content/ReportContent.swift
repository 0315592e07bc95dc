import FileFormats
import Recording
import Statistics

/// Everything that a report shows, in the order of the page.
struct ReportContent: Sendable {
    let source: ReportSource
    let results: [GridResult]
    let grids: [Figure]
    /// Where the sweep has arms beside its tables.
    let costs: [Figure]
    let curves: [Figure]
    let pairCurves: [Figure]
    let swaps: [Figure]
    let gallery: SampleGallery
    /// Names of the files below `report/` that the page links to.
    var files: Set<String> = []
    var notices: [String]

    init(_ source: ReportSource) {
        self.source = source
        results = GridResult.all(of: source)
        grids = source.grid.arms.count > 1 ? results.map(\.figure) : []
        costs =
            !source.grid.singleArms.isEmpty
            ? results.map { CostFigures.figure($0.metric, of: source) }.filter(\.isFilled) : []
        let asked = source.tables.request.metrics
        let drawn = source.metrics.filter { metric in
            asked?.contains(where: metric.isCalled) ?? true
        }
        curves = drawn.map { CurveFigures.overArms($0, of: source) }.filter(\.isFilled)
        let ofPairs = drawn.filter { metric in
            source.runs.contains { ($0.curves[metric]?.width ?? 0) > 1 }
        }
        pairCurves = ofPairs.map { CurveFigures.overPairs($0, of: source) }.filter(\.isFilled)
        swaps = [
            SwapFigures.lineage(of: source), SwapFigures.partners(of: source),
            SwapFigures.losses(of: source),
        ].filter(\.isFilled)
        gallery = SampleGallery(source)
        notices = ReportContent.notices(source)
    }

    var figures: [Figure] { grids + costs + curves + pairCurves + swaps }
    /// The tables that become files.
    var tables: [PlainTable] { source.tables.tables + [stateTable] }

    /// States that some run is in, the good ones first.
    var stateCounts: [(RunState, Int)] {
        let order: [RunState] = [.finished, .running, .pending, .interrupted, .stale, .failed]
        return order.compactMap { state in
            let count = source.runs.count { $0.state == state }
            return count > 0 ? (state, count) : nil
        }
    }

    /// What was done, in a sentence.
    var abstract: String {
        guard source.isSweep else {
            let run = source.runs[0]
            return "One run of \(run.pairs) \(run.pairs == 1 ? "pair" : "pairs"), "
                + "\(Numerals.grouped(run.step)) of \(Numerals.grouped(run.steps)) steps."
        }
        let keys = source.grid.keys.joined(separator: " x ")
        let seeds = Set(source.runs.map(\.seed)).count
        return "A sweep of \(Numerals.grouped(source.runs.count)) runs"
            + (keys.isEmpty ? "" : " over \(keys)") + " with \(seeds) "
            + (seeds == 1 ? "seed." : "seeds.")
    }

    /// What a reader must know before believing a number.
    private static func notices(_ source: ReportSource) -> [String] {
        var notices: [String] = []
        let open = source.runs.count { [.running, .pending].contains($0.state) }
        let kind = !source.isSweep ? "run" : "sweep"
        if open > 0 {
            notices.append(
                "This \(kind) still runs or is not complete: "
                    + (!source.isSweep
                        ? "" : open == 1 ? "1 run is not done. " : "\(open) runs are not done. ")
                    + "Make the report again when it is.")
        }
        if source.isSweep, !source.usesFinishedOnly {
            notices.append("No run has finished: figures show what there is so far.")
        } else if source.isSweep, source.runs.contains(where: { $0.state != .finished }) {
            notices.append("Figures and tables count finished runs only.")
        }
        if let notice = damageNotice(source.runs) { notices.append(notice) }
        if source.metrics.isEmpty { notices.append("No run has recorded anything yet.") }
        if source.unreadableAttempts > 0 {
            notices.append("\(source.unreadableAttempts) lines of attempts.jsonl are unreadable.")
        }
        return notices
    }

    /// Names runs whose logs end before they did; nil where there are none.
    private static func damageNotice(_ runs: [ReportedRun]) -> String? {
        let damaged = runs.compactMap { run in
            run.readableEnd.map { "\(run.name) as far as \($0)" }
        }
        guard !damaged.isEmpty else { return nil }
        let left = damaged.count - 3
        let subject = damaged.count == 1 ? "A journal is" : "\(damaged.count) journals are"
        let names = damaged.prefix(3).joined(separator: "; ")
        return "\(subject) damaged. What was recorded behind the damage is not shown, and last "
            + "values are those before it: \(names)" + (left > 0 ? "; and \(left) more." : ".")
    }

    var swapNotes: [String] {
        guard source.runs.contains(where: { $0.partners != nil }),
            !source.runs.contains(where: { $0.swapEffect != nil })
        else { return [] }
        return [
            "Losses around swaps were not recorded: set record.after_swap to the number of steps "
                + "after each swap that shall be."
        ]
    }

    /// How every run stands, with its last values as far as it has come.
    var stateTable: PlainTable {
        let metrics = results.map(\.metric)
        let places = ReportContent.firstPlaces(of: source)
        var table = PlainTable(
            name: "states",
            columns: [.init("run", "folder of the run")]
                + source.grid.keys.map { .init($0, "swept key") }
                + [
                    .init("seed", "its seed"), .init("state", "how the run stands"),
                    .init("step", "steps that all pairs have done"), .init("steps", "planned"),
                ] + metrics.map { .init($0.name, "last value so far, mean over pairs") }
                + [.init("cause", "why it failed")])
        for run in source.runs {
            table.append(
                [.text(run.name)] + (places[run.name] ?? [])
                    + [
                        .integer(run.seed), .text(run.state.rawValue),
                        .integer(run.step), .integer(run.steps),
                    ] + metrics.map { run.mean($0).map(JSONValue.number) ?? .null }
                    + [.text(run.cause)])
        }
        return table
    }

    /// The values of the swept keys, by run, of the first place that shows it.
    private static func firstPlaces(of source: ReportSource) -> [String: [JSONValue]] {
        var places: [String: [JSONValue]] = [:]
        for arm in source.grid.arms {
            for run in arm.runs.values where places[run] == nil { places[run] = arm.values }
        }
        return places
    }

    /// How each arm stands to the control arm, metric by metric; nil where there is none.
    var comparisonTable: PlainTable? {
        let keys = source.grid.namedKeys
        var table = PlainTable(
            name: "arms",
            columns: keys.map { .init(source.grid.keys[$0], "swept key") }
                + [
                    .init("metric", "last value, mean over pairs"), .init("pairs", "of seeds"),
                    .init("difference", "to never swapping"), .init("95 % interval", ""),
                    .init("p", "exact sign-flip test"), .init("least p", "for so many seeds"),
                    .init("p (Holm)", "corrected"),
                ])
        for result in results {
            for (arm, comparison) in zip(source.grid.arms, result.comparisons) {
                guard case .compared(let paired, let adjusted, _) = comparison else { continue }
                let (low, high) = (paired.interval.lower, paired.interval.upper)
                let interval =
                    "[\(Numerals.significant(low)), \(Numerals.significant(high))]"
                table.append(
                    keys.map { .text(ReportGrid.text(arm.values[$0], key: source.grid.keys[$0])) }
                        + [
                            .text(result.metric.label), .integer(paired.count),
                            .number(paired.meanDifference),
                            .text(low.isFinite ? interval : ""), .number(paired.pValue),
                            .number(paired.smallestPValue), .number(adjusted),
                        ])
            }
        }
        return table.rows.isEmpty ? nil : table
    }

    /// Each fact that the runs' provenance tells, with its values.
    var provenance: [[String]] {
        let own: Set<String> = ["command_line", "seed", "experiment_hash"]
        var keys: [String] = []
        var values: [String: [String: Int]] = [:]
        for run in source.runs {
            for member in run.provenance?.objectValue?.members ?? []
            where !own.contains(member.key) {
                if values[member.key] == nil { keys.append(member.key) }
                let text = member.value.textValue ?? member.value.serialized()
                values[member.key, default: [:]][text, default: 0] += 1
            }
        }
        return keys.map { key in
            let counted = values[key]!.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            let shown = counted.prefix(3).map {
                counted.count == 1 ? $0.key : "\($0.key) (\($0.value) runs)"
            }
            let left = counted.count - shown.count
            return [key, shown.joined(separator: "; ") + (left > 0 ? "; \(left) others" : "")]
        }
    }

    /// Commands that make all of this again.
    var commands: [(purpose: String, line: String)] {
        let report = (
            "This report:",
            Shell.line(["quadrille", "report", source.directory] + source.tables.request.options)
        )
        guard source.isSweep else {
            let experiment = RunDirectory.experimentPath(source.directory)
            return [
                (
                    "The run, bit for bit, in another folder:",
                    Shell.line(["quadrille", "run", experiment, "--results", "again"])
                ), report,
            ]
        }
        let plan = source.plan
        var commands = [
            ("The sweep:", Shell.line(["quadrille"] + plan.commandLine.dropFirst())),
            report,
        ]
        if let run = plan.runs.first {
            let experiment = SweepDirectory.experimentPath(source.directory)
            commands.append(
                (
                    "One of its runs, such as the first, in another folder:",
                    Shell.line(
                        ["quadrille", "run", experiment] + run.overrides + ["--results", "again"])
                ))
        }
        return commands
    }
}

extension Figure {
    var isFilled: Bool { !panels.isEmpty }
}

/// Command lines as people paste them.
package enum Shell {
    /// Words as the shell takes them apart again (POSIX, 2.2.2).
    package static func line(_ words: [String]) -> String {
        words.map { word in
            let isPlain =
                !word.isEmpty
                && word.utf8.allSatisfy {
                    let isLetter = ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7a
                    return isLetter || ($0 >= 0x30 && $0 <= 0x39)
                        || "-_./=:,@%+".utf8.contains($0)
                }
            guard !isPlain else { return word }
            return "'"
                + word.split(separator: "'", omittingEmptySubsequences: false)
                .joined(separator: "'\\''") + "'"
        }.joined(separator: " ")
    }
}
