import FileFormats
import Recording

/// The arms of a sweep as tables: one key down, one across, one table for each setting of others.
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

    /// The exchange interval goes down and the number of pairs across, where they are swept;
    /// otherwise the first keys do.
    init(_ sweep: SweepArms) {
        (keys, arms) = (sweep.keys, sweep.arms)
        let row = keys.firstIndex(of: "swap.interval")
        let column = keys.firstIndex(of: "population.pairs")
        rowKey = row ?? keys.indices.first { $0 != column }
        columnKey = column ?? keys.indices.first { [rowKey] in $0 != rowKey }
        if let rowKey { rows = ordered(arms.map { $0.values[rowKey] }, key: keys[rowKey]) }
        if let columnKey {
            columns = ordered(arms.map { $0.values[columnKey] }, key: keys[columnKey])
        }
        for arm in arms where !tables.contains(rest(of: arm)) { tables.append(rest(of: arm)) }
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

    var rowName: String { rowKey.map { keys[$0] } ?? "" }
    var columnName: String { columnKey.map { keys[$0] } ?? "" }

    /// "loss.name = wgan, ...": what all arms of a table have in common.
    func name(of table: [JSONValue]) -> String {
        let others = keys.indices.filter { $0 != rowKey && $0 != columnKey }
        return zip(others, table).map { "\(keys[$0]) = \(ReportGrid.text($1, key: keys[$0]))" }
            .joined(separator: ", ")
    }

    /// "swap.interval = 10, population.pairs = 4".
    func name(of arm: SweepArm) -> String {
        zip(keys, arm.values).map { "\($0) = \(ReportGrid.text($1, key: $0))" }
            .joined(separator: ", ")
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
