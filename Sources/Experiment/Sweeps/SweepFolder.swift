import FileFormats
import Recording

/// The folder of a sweep belongs to another grid.
///
/// The command line ends with exit code 64 on it.
package struct SweepError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String
}

/// The folder of a sweep that this process alone works on.
package final class SweepFolder {
    package let directory: String
    private let lock: RunLock

    /// Takes the folder `results/name` of a sweep, and writes its plan unless it is there already.
    ///
    /// - Throws: `SweepError` where the folder is that of another grid; `DataError` where its plan
    ///   is damaged; `RecordingError` where a sweep runs in it, or nothing can be written.
    package init(_ sweep: PlannedSweep, results: String) throws {
        directory = "\(results)/\(sweep.plan.name)"
        try RunDirectory.makeFolders(directory)
        do {
            lock = try RunLock(directory: directory)
        } catch {
            guard RunLock.isHeld(directory) else { throw error }
            throw RecordingError(
                path: directory, operation: "write this sweep",
                reason: "another sweep is running in this folder; wait for its end, or choose "
                    + "another folder with --results or name=...")
        }
        let path = SweepDirectory.planPath(directory)
        if InputFile.exists(path) {
            try Self.check(sweep.plan, against: try SweepPlan(contentsOf: path), directory)
        }
        // The plan goes last: where it is, all is there.
        let experiment = SweepDirectory.experimentPath(directory)
        if !InputFile.exists(experiment) || !InputFile.exists(path) {
            do {
                try AtomicFile.write(path: experiment, sweep.experimentTOML)
            } catch {
                throw RecordingError(error, path: experiment)
            }
        }
        if !InputFile.exists(path) { try sweep.plan.write(path) }
    }

    /// The runs that are not finished, in the order of the plan.
    package static func pending(_ plan: SweepPlan, in directory: String) -> [Int] {
        let launch = SweepLaunch(
            directory: directory, plan: plan, pending: [], costs: [], jobs: 1, threads: 1,
            retry: 0, maximumFailures: 0)
        return plan.runs.indices.filter { !launch.isFinished($0) }
    }

    /// Refuses a folder that was made from another grid, and says what is not the same.
    package static func check(
        _ plan: SweepPlan, against old: SweepPlan, _ directory: String
    ) throws {
        let differences = try SweepComparison.differences(before: old, now: plan)
        guard !differences.isEmpty else { return }
        throw SweepError(
            description: "\(directory): this folder holds another sweep: "
                + differences.joined(separator: "; ")
                + "; give this one another folder with name=... or --results")
    }
}

/// What two plans do not have in common.
enum SweepComparison {
    private static let mostDifferences = 5

    static func differences(before: SweepPlan, now: SweepPlan) throws -> [String] {
        var all = try experimentDifferences(before, now)
        let (old, new) = (values(before), values(now))
        for key in before.keys where old[key] != new[key] {
            all.append("\(key): \(text(old[key])) before, \(text(new[key])) now")
        }
        for key in now.keys where !before.keys.contains(key) {
            all.append("\(key): not swept before, \(text(new[key])) now")
        }
        let (oldRuns, newRuns) = (Set(before.runs.map(\.name)), Set(now.runs.map(\.name)))
        let (removed, added) = (
            oldRuns.subtracting(newRuns).count, newRuns.subtracting(oldRuns).count
        )
        if all.isEmpty, removed + added > 0 {
            all.append("\(removed) of its runs are not in this one, \(added) are new")
        }
        let isSame = before.keys == now.keys && before.runs.map(\.places) == now.runs.map(\.places)
        if all.isEmpty, !isSame { all.append("its runs stand in other places") }
        let rest = all.count - mostDifferences
        return rest > 0 ? all.prefix(mostDifferences) + ["and \(rest) more"] : all
    }

    /// The keys of the experiment without its grid; comments do not count.
    private static func experimentDifferences(
        _ before: SweepPlan, _ now: SweepPlan
    ) throws -> [String] {
        let old = try SettingsLeaves.of(before.experiment)
        let new = try SettingsLeaves.of(now.experiment)
        // What every run says for itself makes no difference.
        let swept = Set(before.keys).intersection(now.keys).union(["name"])
        let changed = old.compactMap { path, value in
            let other = new.first { $0.path == path }?.value
            return other == value || swept.contains(path)
                ? nil
                : "\(path): \(text(value)) before, \(other.map(text) ?? "not there") now"
        }
        let added = new.filter { entry in !old.contains { $0.path == entry.path } }
        return changed + added.map { "\($0.path): not there before, \(text($0.value)) now" }
    }

    /// The values of each key, sorted.
    private static func values(_ plan: SweepPlan) -> [String: [JSONValue]] {
        var values = Dictionary(uniqueKeysWithValues: plan.keys.map { ($0, [JSONValue]()) })
        var known: Set<String> = []
        for place in plan.runs.flatMap(\.places) {
            for (key, value) in zip(plan.keys, place)
            where known.insert("\(key)=\(value.serialized())").inserted {
                values[key]?.append(value)
            }
        }
        return values.mapValues {
            $0.sorted { first, second in
                guard let one = first.numberValue, let other = second.numberValue else {
                    return first.serialized() < second.serialized()
                }
                return one < other
            }
        }
    }

    private static func text(_ values: [JSONValue]?) -> String {
        guard let values else { return "not swept" }
        let shown = values.prefix(8).map(text).joined(separator: ", ")
        return values.count > 8 ? "\(shown), ... (\(values.count) values)" : shown
    }

    private static func text(_ value: JSONValue) -> String {
        value.textValue ?? value.serialized()
    }
}
