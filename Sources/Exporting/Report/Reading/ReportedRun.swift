import FileFormats
import Recording

/// What a report keeps of one run; its log is forgotten when this has been taken from it.
struct ReportedRun: Sendable {
    /// A metric over the steps, thinned out for drawing.
    struct Curve: Sendable {
        let steps: [Int]
        /// Values of a row: one for each pair, or one for the run.
        let width: Int
        /// `[row * width + pair]`.
        let values: [Double]
        /// By pair, of the very last row.
        let last: [Double]
    }

    let name: String
    /// Path of its folder.
    let folder: String
    let seed: Int
    let steps: Int
    let pairs: Int
    let firstMember: Int
    let state: RunState
    /// Steps that all its pairs have done.
    let step: Int
    /// How far its log could be read, "step 10", where the journal is damaged before its end.
    let readableEnd: String?
    /// Why it failed or cannot be read, in one line; empty where nothing is wrong.
    let cause: String
    /// The end of what its process wrote.
    let lastLines: [String]
    let curves: [SweepMetric: Curve]
    let swapEffect: SwapEffect?
    let partners: PartnerHistory?
    let provenance: JSONValue?

    func mean(_ metric: SweepMetric) -> Double? {
        guard let last = curves[metric]?.last, !last.isEmpty else { return nil }
        return last.reduce(0, +) / Double(last.count)
    }

    /// At most so many rows of a run are drawn: more than a panel has room for.
    static let drawnRows = 80

    /// Columns that figures need, besides those that tables do; others stay out of memory.
    static func isWanted(_ stream: LogStream, _ column: LogColumn) -> Bool {
        switch stream.name {
        case "eval": column.axes == [.pair]
        case "train": ["d_loss", "g_loss"].contains(column.name)
        case "swap":
            ["step", "source_pair", "discriminator", "action"].contains(column.name)
        default: false
        }
    }
}

extension ReportedRun {
    /// A run that has left rows.
    init(
        log: RunLog, folder: String, planned: SweepPlan.Run, condition: RunCondition,
        lastLines: [String]
    ) {
        let rowsEnd = log.tables.compactMap { $0.stream.axis == "step" ? $0.axis.last : nil }.max()
        name = planned.name
        self.folder = folder
        seed = planned.seed
        steps = max(condition.steps, planned.steps, 1)
        pairs = log.schema.pairs
        firstMember = log.schema.firstMember
        (state, step) = (condition.state, condition.step)
        readableEnd =
            log.tail == .damaged && !log.isBeingWritten
            ? rowsEnd.map { "step \(Numerals.grouped($0))" } ?? "its beginning" : nil
        cause = state == .finished ? "" : condition.error ?? ""
        self.lastLines = state == .finished ? [] : lastLines
        curves = Self.curves(log, steps: steps)
        swapEffect = SwapEffect(log)
        partners = PartnerHistory(log, lastStep: rowsEnd ?? step)
        provenance = try? JSONValue(
            parsing: Array(log.schema.provenanceJSON.utf8), file: log.directory)
    }

    /// A run that has no log: it has not begun, or nothing of it can be read, which is `failure`.
    init(
        planned: SweepPlan.Run, folder: String, condition: RunCondition, lastLines: [String],
        failure: String?
    ) {
        name = planned.name
        self.folder = folder
        seed = planned.seed
        steps = planned.steps
        pairs = planned.pairs
        firstMember = 0
        step = condition.step
        readableEnd = nil
        state = failure == nil ? condition.state : .failed
        cause = failure ?? condition.error ?? ""
        self.lastLines = lastLines
        curves = [:]
        swapEffect = nil
        partners = nil
        provenance = nil
    }

    /// Of all that was read over steps: what figures need always, and what was asked for.
    private static func curves(_ log: RunLog, steps: Int) -> [SweepMetric: Curve] {
        var curves: [SweepMetric: Curve] = [:]
        for table in log.tables where table.stream.axis == "step" {
            let rows = drawnRows(of: table.axis, steps: steps)
            for column in table.columns where column.column.axes.count <= 1 {
                let width = column.width
                let values = rows.flatMap { column.values[$0 * width..<($0 + 1) * width] }
                let metric = SweepMetric(stream: table.stream.name, column: column.column.name)
                curves[metric] = Curve(
                    steps: rows.map { table.axis[$0] }, width: width, values: values,
                    last: column.values.suffix(width))
            }
        }
        return curves
    }

    /// The last row of each of `drawnRows` equal stretches of the run: the same steps in all runs
    /// that record the same ones, however far they have come.
    private static func drawnRows(of axis: [Int], steps: Int) -> [Int] {
        guard axis.count > drawnRows else { return Array(axis.indices) }
        var rows: [Int] = []
        var stretch = -1
        for (row, step) in axis.enumerated() {
            let next = min(max(step, 0), steps) * (drawnRows - 1) / steps
            if next == stretch { rows[rows.count - 1] = row } else { rows.append(row) }
            stretch = next
        }
        return rows
    }
}
