import FileFormats
import Recording
import Settings

/// What is exported: one run, or those runs of a sweep that have begun; and which metrics.
package struct ExportSource: Sendable {
    /// A run and where it stands in the grid.
    package struct Run: Sendable {
        package let name: String
        package let directory: String
        /// The values of `keys` in each place that shows this run; one empty place for a run alone.
        package let places: [[JSONValue]]
    }

    /// Name of the run, or of the sweep.
    package let name: String
    package let directory: String
    package let isSweep: Bool
    /// The swept keys; "seed" comes last.
    package let keys: [String]
    package let runs: [Run]
    /// The metrics to export, in the order of the logs.
    package let metrics: [Metric]
    /// What the user should know: runs that are left out or still being written.
    package let notes: [String]

    /// Opens the run or sweep in the folder `directory`.
    ///
    /// - Parameter words: the metrics to export, by name; all where there are none.
    /// - Throws: `DataError` for a folder that holds neither, and for a run alone that cannot be
    ///   read; `ExportError` for a metric that no run has.
    package init(directory: String, metrics words: [String] = []) throws {
        self.directory = directory
        var survey = RunSurvey()
        if SweepLog.exists(in: directory) {
            let sweep = try SweepLog(directory: directory)
            (isSweep, name, keys) = (true, sweep.plan.name, sweep.plan.keys)
            for run in sweep.plan.runs { survey.add(run, of: sweep) }
            guard !survey.runs.isEmpty else {
                throw ExportError("\(directory): no run of this sweep can be read yet")
            }
        } else {
            let name = try survey.add(directory)
            (isSweep, self.name, keys) = (false, name, [])
        }
        runs = survey.runs
        notes = survey.allNotes
        metrics = try Self.choose(words, of: survey.metrics, in: directory)
    }

    /// Reads the runs one after the other.
    package func forEachRun(_ body: (Run, RunLog) throws -> Void) throws {
        for run in runs {
            let log = try RunLog(directory: run.directory) { stream, column in
                Self.coordinates.contains(column.name) || isExported(stream, column)
            }
            try body(run, log)
        }
    }

    /// Columns that say where values stand: the step of an event and the time of a step.
    private static let coordinates = ["step", "wall_seconds"]

    private func isExported(_ stream: LogStream, _ column: LogColumn) -> Bool {
        metrics.contains { $0.stream == stream.name && $0.column.name == column.name }
    }

    private static func choose(
        _ words: [String], of known: [Metric], in directory: String
    ) throws -> [Metric] {
        for word in words where !known.contains(where: { $0.isCalled(word) }) {
            let names = known.map(\.name)
            let hint = NearestName.of(word, among: names).map { "; did you mean \($0)?" } ?? ";"
            throw ExportError(
                "\(directory): no run has the metric \(word)\(hint) there are: "
                    + names.joined(separator: ", "))
        }
        guard !words.isEmpty else { return known }
        return known.filter { metric in words.contains { metric.isCalled($0) } }
    }
}

/// Looks once at each run before anything is written.
private struct RunSurvey {
    private(set) var runs: [ExportSource.Run] = []
    private(set) var metrics: [Metric] = []
    private var notes: [String] = []
    private var absentCount = 0

    var allNotes: [String] {
        absentCount == 0
            ? notes : notes + ["\(absentCount) runs have not begun and are left out"]
    }

    /// - Returns: the name of the run.
    mutating func add(_ directory: String) throws -> String {
        let log = try RunLog(directory: directory) { _, _ in false }
        guard !log.name.isEmpty, !log.name.hasPrefix("."), !log.name.contains("/") else {
            throw DataError(
                file: RunDirectory.journalPath(directory),
                "the name of the run in it cannot be one of a file")
        }
        note(log)
        runs.append(.init(name: log.name, directory: directory, places: [[]]))
        return log.name
    }

    /// A run of a sweep that cannot be read must not keep the others from being exported.
    mutating func add(_ run: SweepPlan.Run, of sweep: SweepLog) {
        do {
            guard let log = try sweep.log(of: run, where: { _, _ in false }) else {
                absentCount += 1
                return
            }
            note(log)
            runs.append(.init(name: run.name, directory: log.directory, places: run.places))
        } catch {
            notes.append("left out: \(error)")
        }
    }

    private mutating func note(_ log: RunLog) {
        for metric in log.schema.metrics where !metrics.contains(metric) { metrics.append(metric) }
        let last =
            log.tables.filter { $0.stream.axis == "step" }.compactMap(\.axis.last).max()
            .map { "step \($0)" } ?? "its beginning"
        if log.isBeingWritten {
            notes.append("\(log.name) is still being written: exported as far as \(last) or so")
        } else if log.tail == .damaged {
            notes.append("\(log.name) has a damaged journal: exported as far as \(last)")
        } else if let state = log.status?.state, state != .finished {
            notes.append("\(log.name) has not finished: exported as far as \(last)")
        }
    }
}
