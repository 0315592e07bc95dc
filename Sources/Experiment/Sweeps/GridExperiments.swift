import FileFormats
import Settings

/// The experiments at the points of a grid.
///
/// Reading one as a whole takes a millisecond, more with its data. So each part of experiments is
/// read once for each combination of the swept keys that it depends on, and any other experiment
/// is put together from such parts. Sets that are drawn are those of another seed then: they lend
/// their count and shape.
final class GridExperiments {
    let base: ExperimentPlan
    private let document: SweepDocument
    /// Of the experiment file.
    private let directory: String
    /// The parts that each axis belongs to; nil where one is new here, or groups have tables of
    /// their own: then nothing can be shared.
    private let parts: [ExperimentPart]?
    /// By part and the places of the values that decide it.
    private var known: [Key: Part] = [:]
    private var roots: [[Int]: Root] = [:]
    private let baseValues: [ExperimentPart: [(path: String, value: JSONValue)]]

    private struct Key: Hashable {
        let part: ExperimentPart
        let values: [Int]
    }

    private struct Part {
        let plan: ExperimentPlan
        let differences: [(path: String, value: JSONValue)]
    }

    private struct Root {
        let length: (seed: UInt64, steps: Int)
        let section: ResolvedExperiment.Section
        let differences: [(path: String, value: JSONValue)]
    }

    /// The place of a value that stands for "no swap": `swap.interval` is 0, and the other keys of
    /// the table, which then mean nothing, are those of the file.
    static let noSwap = -1

    /// - Parameter directory: from which the file counts paths.
    /// - Throws: `SettingsError`, `DataError` where the experiment is none without its grid.
    init(_ document: SweepDocument, directory: String) throws {
        self.document = document
        self.directory = directory
        let parts = document.axes.map { ExperimentPart.of($0.path[0]) }
        base = try ExperimentPlan(
            document.document([]), directory: directory, overrides: [])
        let isWhole = base.population.isGrouped || parts.contains(nil)
        self.parts = isWhole ? nil : parts.compactMap { $0 }
        baseValues = try Self.values(base)
    }

    // MARK: Experiments

    /// - Throws: `SettingsError`, `DataError` where the point is no valid experiment.
    func plan(_ point: [Int]) throws -> ExperimentPlan {
        guard let parts else { return try load(point) }
        let keys = ExperimentPart.allCases.map { Self.key($0, point, parts) }
        guard keys.allSatisfy({ $0.part == .root || known[$0] != nil }) else {
            let plan = try load(point)
            try learn(plan, keys)
            return plan
        }
        let root = try root(point, keys[0].values)
        let combined = ExperimentPlan(
            combining: { self.known[Self.key($0, point, parts)]!.plan }, length: root.length,
            root: root.section, overrides: words(point))
        // Reading it as a whole says what is wrong.
        return try combined ?? load(point)
    }

    /// What the resolved experiment says otherwise than that of the file; null for keys that only
    /// the latter has.
    func differences(_ point: [Int], _ plan: ExperimentPlan) throws -> JSONObject {
        var object = JSONObject()
        guard let parts else {
            for (part, values) in try Self.values(plan) {
                for (path, value) in differences(part, values) { object[path] = value }
            }
            return object
        }
        for part in ExperimentPart.allCases {
            let key = Self.key(part, point, parts)
            let differences =
                part == .root ? try root(point, key.values).differences : known[key]?.differences
            for (path, value) in differences ?? [] { object[path] = value }
        }
        return object
    }

    private func load(_ point: [Int]) throws -> ExperimentPlan {
        let document = try document.document(values(point))
        return try ExperimentPlan(document, directory: directory, overrides: words(point))
    }

    private func learn(_ plan: ExperimentPlan, _ keys: [Key]) throws {
        let values = try Self.values(plan)
        for key in keys where key.part != .root && known[key] == nil {
            known[key] = Part(
                plan: plan, differences: differences(key.part, values[key.part] ?? []))
        }
    }

    /// The keys at the root alone: seeds are many, and decide nothing else here.
    private func root(_ point: [Int], _ key: [Int]) throws -> Root {
        if let root = roots[key] { return root }
        let document = try document.document(values(point), rootKeysOnly: true)
        _ = try ExperimentPlan.name(document.root)
        let length = try ExperimentPlan.length(document.root)
        // An empty line parts it from the next table.
        let section = ResolvedExperiment.Section(.root, document.resolvedTOML() + "\n")
        let root = Root(
            length: length, section: section,
            differences: differences(.root, try SettingsLeaves.of(section.text)))
        roots[key] = root
        return root
    }

    private static func key(
        _ part: ExperimentPart, _ point: [Int], _ parts: [ExperimentPart]
    ) -> Key {
        let needed = part.dependencies
        return Key(
            part: part,
            values: zip(point, parts).compactMap { needed.contains($1) ? $0 : nil })
    }

    // MARK: Values

    /// The value of each axis; nil where the file decides.
    func values(_ point: [Int]) -> [TOMLValue?] {
        zip(document.axes, point).map { axis, place in
            if place != Self.noSwap { return axis.values[place] }
            return axis.key == "swap.interval"
                ? TOMLValue(content: .integer(0), position: axis.position) : nil
        }
    }

    /// The words of a command line that make this experiment of the file's.
    func words(_ point: [Int]) -> [String] {
        values(point).enumerated().compactMap { axis, value in
            value.map { document.word(axis, $0) }
        }
    }

    private func differences(
        _ part: ExperimentPart, _ values: [(path: String, value: JSONValue)]
    ) -> [(path: String, value: JSONValue)] {
        let before = baseValues[part] ?? []
        let changed = values.filter { entry in
            !before.contains { $0.path == entry.path && $0.value == entry.value }
        }
        let removed = before.filter { entry in !values.contains { $0.path == entry.path } }
        return changed + removed.map { ($0.path, .null) }
    }

    private static func values(
        _ plan: ExperimentPlan
    ) throws -> [ExperimentPart: [(path: String, value: JSONValue)]] {
        var values: [ExperimentPart: [(path: String, value: JSONValue)]] = [:]
        for section in plan.resolved.sections {
            values[section.part, default: []] += try SettingsLeaves.of(section.text)
        }
        return values
    }
}
