import FileFormats
import Recording

/// The arms of a sweep as tables: one key down, one across, one table for each setting of others.
///
/// Tables that would be mostly empty, as where a sweep has single arms beside a grid, are not among
/// them.
struct ReportGrid: Sendable {
    /// The swept keys but the seed.
    let keys: [String]
    let arms: [SweepArm]
    /// Place among `keys` of the key that goes down the tables, and of that across them.
    let rowKey: Int?
    let columnKey: Int?
    private(set) var rows: [JSONValue] = [.null]
    private(set) var columns: [JSONValue] = [.null]
    /// The values of the keys that are neither, one list for each table; `[[]]` where there are
    /// none.
    private(set) var tables: [[JSONValue]] = []
    /// Places among `keys` of those that names of arms have: all but what is only recorded, where
    /// the arms differ in something else as well.
    let namedKeys: [Int]

    /// The exchange interval goes down and the number of pairs across, where they are swept;
    /// otherwise the first keys do.
    init(_ sweep: SweepArms) {
        (keys, arms) = (sweep.keys, sweep.arms)
        namedKeys = ReportGrid.namedKeys(sweep)
        let row = keys.firstIndex(of: "swap.interval")
        let column = keys.firstIndex(of: "population.pairs")
        rowKey = row ?? keys.indices.first { $0 != column }
        columnKey = column ?? keys.indices.first { [rowKey] in $0 != rowKey }
        if let rowKey { rows = ordered(arms.map { $0.values[rowKey] }, key: keys[rowKey]) }
        if let columnKey {
            columns = ordered(arms.map { $0.values[columnKey] }, key: keys[columnKey])
        }
        for arm in arms where !tables.contains(rest(of: arm)) { tables.append(rest(of: arm)) }
        let full = tables.filter { table in
            2 * arms(of: table).joined().count { $0 != nil } >= rows.count * columns.count
        }
        if !full.isEmpty { tables = full }
    }

    private static func namedKeys(_ sweep: SweepArms) -> [Int] {
        func areDistinct(_ keys: [Int]) -> Bool {
            let names = sweep.arms.map { arm in
                JSONValue.array(keys.map { arm.values[$0] }).serialized()
            }
            return Set(names).count == names.count
        }
        var named = Array(sweep.keys.indices)
        for key in sweep.keys.indices
        where sweep.keys[key].hasPrefix("record.") || sweep.keys[key].hasPrefix("evaluate.") {
            let others = named.filter { $0 != key }
            if areDistinct(others) { named = others }
        }
        return named
    }

    /// The values of an arm that say in which table it stands.
    func rest(of arm: SweepArm) -> [JSONValue] {
        arm.values.indices.filter { $0 != rowKey && $0 != columnKey }.map { arm.values[$0] }
    }

    /// `[row][column]`: the arms of a table, by their place in `arms`.
    func arms(of table: [JSONValue]) -> [[Int?]] {
        rows.map { row in
            columns.map { column in
                arms.firstIndex { arm in
                    rest(of: arm) == table && (rowKey.map { arm.values[$0] == row } ?? true)
                        && (columnKey.map { arm.values[$0] == column } ?? true)
                }
            }
        }
    }

    /// Whether an arm stands in none of the tables.
    func isSingle(_ arm: SweepArm) -> Bool { !tables.contains(rest(of: arm)) }

    /// All such arms, by their place in `arms`.
    var singleArms: [Int] { arms.indices.filter { isSingle(arms[$0]) } }

    var rowName: String { rowKey.map { keys[$0] } ?? "" }
    var columnName: String { columnKey.map { keys[$0] } ?? "" }

    /// "loss.name = wgan, ...": what the arms of a table have in common and those of another have
    /// not.
    func name(of table: [JSONValue]) -> String {
        let others = keys.indices.filter { $0 != rowKey && $0 != columnKey }
        return others.indices.filter { place in
            namedKeys.contains(others[place])
                && (tables.count == 1 || tables.contains { $0[place] != table[place] })
        }.map { place in
            ReportGrid.short(keys[others[place]], table[place])
        }.joined(separator: ", ")
    }

    /// "swap.interval = 10, population.pairs = 4".
    func name(of arm: SweepArm) -> String {
        namedKeys.map { "\(keys[$0]) = \(ReportGrid.text(arm.values[$0], key: keys[$0]))" }
            .joined(separator: ", ")
    }

    /// "K = 10, N = 4, rotation".
    ///
    /// - Parameter usual: by key, values that go without saying; by default none. The exchange
    ///   interval is always said.
    func shortName(of arm: SweepArm, usual: [JSONValue?] = []) -> String {
        let interval = keys.firstIndex(of: "swap.interval")
        let isControl = interval.map { arm.values[$0] } == .integer(0)
        return namedKeys.filter { key in
            if key == interval { return true }
            if isControl, keys[key].hasPrefix("swap.") { return false }
            return !usual.indices.contains(key) || usual[key] != arm.values[key]
        }.map { ReportGrid.short(keys[$0], arm.values[$0]) }.joined(separator: ", ")
    }

    /// "K = 10", "batch_size = 512"; the words of catalogs speak for themselves.
    private static func short(_ key: String, _ value: JSONValue) -> String {
        let text = text(value, key: key)
        switch key {
        case "swap.interval" where value == .integer(0): return text
        case "data.source", "loss.name", "swap.policy": return text
        default: return "\(shortKey(key)) = \(text)"
        }
    }

    /// "K", "N", "batch_size".
    static func shortKey(_ key: String) -> String {
        switch key {
        case "swap.interval": "K"
        case "population.pairs": "N"
        default: String(key.split(separator: ".").last ?? "")
        }
    }

    /// Whether the last row is the control, pairs that never swap.
    var isLastRowControl: Bool {
        rowName == "swap.interval" && rows.count > 1 && rows.last == .integer(0)
    }

    /// A value as people say it: an exchange interval of 0 is "never".
    static func text(_ value: JSONValue, key: String) -> String {
        switch value {
        case .null: ""
        case .integer(0) where key == "swap.interval": "never"
        case .integer(let number): String(number)
        case .text(let text): text
        default: value.serialized()
        }
    }

    /// Each value once: numbers ascending but "never" last, anything else as it came.
    private func ordered(_ values: [JSONValue], key: String) -> [JSONValue] {
        var known: Set<String> = []
        let once = values.filter { known.insert($0.serialized()).inserted }
        let numbers = once.compactMap(\.numberValue)
        guard numbers.count == once.count else { return once }
        let size = numbers.map { $0 == 0 && key == "swap.interval" ? .infinity : $0 }
        return zip(size, once).sorted { $0.0 < $1.0 }.map(\.1)
    }
}
