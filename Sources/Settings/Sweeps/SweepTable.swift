/// The table `[sweep]` of an experiment file.
struct SweepTable {
    private static let options = ["retry", "max_failures", "zip", "exclude"]

    private(set) var axes: [SweepDocument.Axis] = []
    private let table: TOMLTable?

    /// - Parameter entry: nil where the file has no such table.
    init(_ entry: TOMLTable.Entry?) throws {
        guard let entry else {
            table = nil
            return
        }
        guard case .table(let table) = entry.value.content else {
            throw SettingsError(
                position: entry.position, key: "sweep",
                message: "expected a table, found \(entry.value.summary)")
        }
        self.table = table
        try addAxes(table, below: [])
    }

    // MARK: Axes

    private mutating func addAxes(_ table: TOMLTable, below path: [String]) throws {
        for entry in table.entries {
            if path.isEmpty {
                if Self.options.contains(entry.key) { continue }
                try Self.checkSpelling(entry)
            }
            let path = try path + Self.path(entry)
            switch entry.value.content {
            case .table(let child): try addAxes(child, below: path)
            case .tables: throw Self.failure(entry, path, "expected a list of values")
            default:
                guard !axes.contains(where: { $0.path == path }) else {
                    throw Self.failure(entry, path, "given twice")
                }
                axes.append(
                    try SweepDocument.Axis(
                        checking: path, try Self.values(entry.value, path), entry.position))
            }
        }
    }

    private static func values(_ value: TOMLValue, _ path: [String]) throws -> [TOMLValue] {
        switch value.content {
        case .array(let values): values
        case .text(let text):
            try SweepDocument.Axis.range(text, path, value.position) ?? [value]
        default: [value]
        }
    }

    /// `"swap.interval"` in quotes means the key `interval` of the table `swap`.
    private static func path(_ entry: TOMLTable.Entry) throws -> [String] {
        do {
            return try TOMLReader.key(entry.key, argument: 0)
        } catch let error as SettingsError {
            throw failure(entry, [entry.key], "is no path of a key: \(error.message)")
        }
    }

    private static func checkSpelling(_ entry: TOMLTable.Entry) throws {
        guard !["name", "seed", "steps"].contains(entry.key) else { return }
        if let near = NearestName.of(entry.key, among: options) {
            throw failure(entry, ["sweep", entry.key], "unknown key; did you mean sweep.\(near)?")
        }
        guard isOption(entry) else { return }
        throw failure(
            entry, ["sweep", entry.key],
            "unknown key; known in sweep: \(options.joined(separator: ", ")), and keys of "
                + "experiments with their values, such as seed = [1, 2]")
    }

    /// Whether the entry is no axis but meant as an option: one value, for no key of a table.
    private static func isOption(_ entry: TOMLTable.Entry) -> Bool {
        switch entry.value.content {
        case .array, .table, .tables: false
        case .text(let text): !entry.key.contains(".") && !text.contains("..")
        default: !entry.key.contains(".")
        }
    }

    private static func failure(
        _ entry: TOMLTable.Entry, _ path: [String], _ message: String
    ) -> SettingsError {
        SettingsError(position: entry.position, key: TOMLText.path(path), message: message)
    }

    // MARK: Options

    func options() throws -> (retry: Int, maximumFailures: Int) {
        let root = TOMLTable(path: [], depth: 0, position: .nowhere)
        if let table {
            let others = Set(table.entries.map(\.key)).subtracting(["retry", "max_failures"])
            root.set(
                .init(
                    key: "sweep", position: table.position,
                    value: TOMLValue(
                        content: .table(table.copy(without: others)), position: table.position)))
        }
        let document = SettingsDocument(contents: root, file: "")
        return try SweepDocument.readOptions(document.root.table("sweep"))
    }

    /// `zip`, then every other axis by itself, in the order of the axes.
    func groups(of axes: [SweepDocument.Axis]) throws -> [[Int]] {
        var groups: [[Int]] = []
        if let entry = table?["zip"] {
            for group in try Self.list(entry.value, "zip", "a list of lists of keys") {
                groups.append(
                    try Self.list(group, "zip", "a list of keys").map {
                        try Self.axis($0, "zip", axes)
                    })
            }
            try Self.check(groups, axes, entry)
        }
        let zipped = Set(groups.joined())
        groups += axes.indices.filter { !zipped.contains($0) }.map { [$0] }
        for group in groups { try Self.checkValues(group, axes) }
        // The seed varies fastest wherever it stands.
        return groups.sorted { $0.max() ?? 0 < $1.max() ?? 0 }
    }

    /// The same values again would be the same run again.
    private static func checkValues(_ group: [Int], _ axes: [SweepDocument.Axis]) throws {
        var known: Set<String> = []
        for place in axes[group[0]].values.indices {
            let texts = group.map { TOMLText.of(axes[$0].values[place].content) }
            let text = texts.joined(separator: ", ")
            guard known.insert(text).inserted else {
                throw SettingsError(
                    position: axes[group[0]].position, key: axes[group[0]].key,
                    message: "the value \(TOMLText.shortened(text)) twice")
            }
        }
    }

    private static func check(
        _ groups: [[Int]], _ axes: [SweepDocument.Axis], _ entry: TOMLTable.Entry
    ) throws {
        let all = groups.flatMap { $0 }
        guard Set(all).count == all.count else {
            throw failure(entry, ["sweep", "zip"], "a key stands twice")
        }
        for group in groups where Set(group.map { axes[$0].values.count }).count != 1 {
            let counts = group.map { "\(axes[$0].key) has \(axes[$0].values.count)" }
            throw failure(
                entry, ["sweep", "zip"],
                group.isEmpty
                    ? "a group without keys"
                    : "keys that advance together need as many values each: "
                        + counts.joined(separator: ", "))
        }
    }

    /// `exclude`: tables of keys and values.
    func exclusions(of axes: [SweepDocument.Axis]) throws -> [SweepDocument.Exclusion] {
        guard let entry = table?["exclude"] else { return [] }
        if case .tables(let list) = entry.value.content {
            return try list.tables.map { try Self.exclusion($0, $0.position, axes) }
        }
        return try Self.list(entry.value, "exclude", "a list of tables").map { rule in
            guard case .table(let table) = rule.content else {
                throw Self.mismatch(rule, "exclude", "a table of keys and values")
            }
            return try Self.exclusion(table, rule.position, axes)
        }
    }

    private static func exclusion(
        _ table: TOMLTable, _ position: SettingsPosition, _ axes: [SweepDocument.Axis]
    ) throws -> SweepDocument.Exclusion {
        var conditions: [(axis: Int, values: [Int])] = []
        func visit(_ table: TOMLTable, _ path: [String]) throws {
            for entry in table.entries {
                let path = try path + Self.path(entry)
                if case .table(let child) = entry.value.content {
                    try visit(child, path)
                    continue
                }
                let axis = try Self.axis(path, entry.position, "exclude", axes)
                let text = TOMLText.of(entry.value.content)
                let known = axes[axis].values.map { TOMLText.of($0.content) }
                let values = known.indices.filter { known[$0] == text }
                guard !values.isEmpty else {
                    throw failure(
                        entry, ["sweep", "exclude"],
                        "\(axes[axis].key) never is \(TOMLText.shortened(text)); its values: "
                            + TOMLText.shortened(known.joined(separator: ", ")))
                }
                conditions.append((axis, values))
            }
        }
        try visit(table, [])
        guard !conditions.isEmpty else {
            throw SettingsError(
                position: position, key: "sweep.exclude", message: "a rule without keys")
        }
        return SweepDocument.Exclusion(conditions: conditions, position: position)
    }

    // MARK: Values of options

    private static func list(
        _ value: TOMLValue, _ option: String, _ expected: String
    ) throws -> [TOMLValue] {
        guard case .array(let values) = value.content else {
            throw mismatch(value, option, expected)
        }
        return values
    }

    private static func axis(
        _ value: TOMLValue, _ option: String, _ axes: [SweepDocument.Axis]
    ) throws -> Int {
        guard case .text(let text) = value.content,
            let path = try? TOMLReader.key(text, argument: 0)
        else { throw mismatch(value, option, "the path of a swept key in quotes") }
        return try axis(path, value.position, option, axes)
    }

    private static func axis(
        _ path: [String], _ position: SettingsPosition, _ option: String,
        _ axes: [SweepDocument.Axis]
    ) throws -> Int {
        if let axis = axes.firstIndex(where: { $0.path == path }) { return axis }
        let (key, known) = (TOMLText.path(path), axes.map(\.key))
        let advice =
            NearestName.of(key, among: known).map { "did you mean \($0)?" }
            ?? "swept keys: \(known.joined(separator: ", "))"
        throw SettingsError(
            position: position, key: "sweep.\(option)",
            message: "\(key) is not swept; \(advice)")
    }

    private static func mismatch(
        _ value: TOMLValue, _ option: String, _ expected: String
    ) -> SettingsError {
        SettingsError(
            position: value.position, key: "sweep.\(option)",
            message: "expected \(expected), found \(value.summary)")
    }
}
