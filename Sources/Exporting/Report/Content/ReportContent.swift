import FileFormats
import Recording

/// A table of a report, as texts.
struct ReportTable: Sendable {
    /// Name of its file below `report/` without ".csv".
    let name: String
    let title: String
    let caption: String
    let columns: [String]
    let rows: [[String]]

    /// RFC 4180, with line feeds.
    var csv: String {
        ([columns] + rows).map { row in
            row.map(ReportTable.quoted).joined(separator: ",") + "\n"
        }.joined()
    }

    private static func quoted(_ field: String) -> String {
        guard field.utf8.contains(where: { ",\"\n\r".utf8.contains($0) }) else { return field }
        return "\""
            + field.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }
}

/// Everything that a report shows, in the order of the page.
struct ReportContent: Sendable {
    let source: ReportSource
    let results: [GridResult]
    let grids: [Figure]
    let curves: [Figure]
    let pairCurves: [Figure]
    let swaps: [Figure]
    let gallery: SampleGallery
    /// Statistics over seeds, as tables.
    let statistics: [ReportTable]
    /// Names of the files below `report/` that the page links to.
    var files: Set<String> = []
    var notices: [String]

    /// - Parameter metrics: the metrics to show; all where empty.
    init(_ source: ReportSource, metrics: [String]) {
        self.source = source
        let isShown: (Metric) -> Bool = { metrics.isEmpty || metrics.contains($0.column) }
        let headlines = metrics.isEmpty ? source.headlines : source.metrics.filter(isShown)
        results = headlines.map { GridResult($0, of: source) }
        let grid = source.grid
        grids = grid.arms.count > 1 ? results.map(\.figure) : []
        let drawn = source.metrics.filter(isShown)
        curves = drawn.map { CurveFigures.overArms($0, of: source) }.filter(\.isFilled)
        let hasPairs = source.runs.contains { $0.pairs > 1 }
        pairCurves =
            hasPairs
            ? drawn.map { CurveFigures.overPairs($0, of: source) }.filter(\.isFilled) : []
        swaps = [
            SwapFigures.lineage(of: source), SwapFigures.partners(of: source),
            SwapFigures.losses(of: source),
        ].filter(\.isFilled)
        gallery = SampleGallery(source)
        statistics = []
        notices = ReportContent.notices(source)
    }

    var figures: [Figure] { grids + curves + pairCurves + swaps }
    var tables: [ReportTable] { statistics + [runTable] }

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
        guard source.plan != nil else {
            let run = source.runs[0]
            return "One run of \(run.pairs) \(run.pairs == 1 ? "pair" : "pairs"), "
                + "\(Numerals.grouped(run.step)) of \(Numerals.grouped(run.steps)) steps."
        }
        let keys = source.grid.keys.joined(separator: " x ")
        let seeds = Set(source.runs.compactMap(\.seed)).count
        return "A sweep of \(Numerals.grouped(source.runs.count)) runs"
            + (keys.isEmpty ? "" : " over \(keys)") + " with \(seeds) "
            + (seeds == 1 ? "seed." : "seeds.")
    }

    /// What a reader must know before believing a number.
    private static func notices(_ source: ReportSource) -> [String] {
        var notices: [String] = []
        let open = source.runs.count { [.running, .pending].contains($0.state) }
        let kind = source.plan == nil ? "run" : "sweep"
        if open > 0 {
            notices.append(
                "This \(kind) still runs or is not complete: "
                    + (source.plan == nil ? "" : "\(open) runs are not done yet. ")
                    + "Make the report again when it is.")
        }
        if source.plan != nil, !source.usesFinishedOnly {
            notices.append("No run has finished: figures show what there is so far.")
        } else if source.plan != nil, source.runs.contains(where: { $0.state != .finished }) {
            notices.append("Figures and tables count finished runs only.")
        }
        if source.unreadableAttempts > 0 {
            notices.append("\(source.unreadableAttempts) lines of attempts.jsonl are unreadable.")
        }
        return notices
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

    /// One row for each run, with its last values.
    var runTable: ReportTable {
        let metrics = results.map(\.metric)
        let keys = source.grid.keys
        let places = ReportContent.firstPlaces(of: source)
        return ReportTable(
            name: "runs", title: "All \(Numerals.grouped(source.runs.count)) runs", caption: "",
            columns: ["run"] + keys + ["seed", "state", "step", "steps"] + metrics.map(\.column)
                + ["cause"],
            rows: source.runs.enumerated().map { index, run in
                let values = places[index] ?? keys.map { _ in "" }
                return [run.name] + values
                    + [
                        run.seed.map(String.init) ?? "", run.state.rawValue, String(run.step),
                        String(run.steps),
                    ] + metrics.map { run.mean($0).map { $0.description } ?? "" } + [run.cause]
            })
    }

    /// The values of the swept keys, by run, of the first place that shows it.
    private static func firstPlaces(of source: ReportSource) -> [Int: [String]] {
        var places: [Int: [String]] = [:]
        for arm in source.grid.arms {
            for run in arm.runs where places[run] == nil {
                places[run] = arm.values.map { value in
                    if case .text(let text) = value { text } else { value.serialized() }
                }
            }
        }
        return places
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
        let report = ("This report:", Shell.line(["quadrille", "report", source.directory]))
        guard let plan = source.plan else {
            let experiment = RunDirectory.experimentPath(source.directory)
            return [
                (
                    "The run, bit for bit, in another folder:",
                    Shell.line(["quadrille", "run", experiment, "--results", "again"])
                ), report,
            ]
        }
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
enum Shell {
    /// Words as the shell takes them apart again (POSIX, 2.2.2).
    static func line(_ words: [String]) -> String {
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
