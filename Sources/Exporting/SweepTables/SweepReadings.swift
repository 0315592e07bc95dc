import FileFormats
import Metrics
import Recording
import Statistics

/// The numbers that stand for the runs of a sweep. Runs are added one by one, so that the log of
/// only one is in memory.
package struct SweepReadings: Sendable {
    package let plan: SweepPlan
    package let request: SweepRequest
    private var states: [String: RunState] = [:]
    private var numbers: [String: [SweepQuantity: Double]] = [:]
    /// Of all runs, in the order in which they turned up, with their reductions.
    private var found: [(metric: SweepMetric, reductions: [MemberReduction])] = []
    /// Everything that a run has recorded over steps, asked for or not.
    private(set) var recorded: Set<SweepMetric> = []

    package init(plan: SweepPlan, request: SweepRequest = SweepRequest()) {
        self.plan = plan
        self.request = request
    }

    /// Takes from the log of a run what the tables need.
    ///
    /// - Parameter state: how the run stands. Of one that is not finished only values at a step
    ///   count: whatever else it has is not what it would have at its end.
    /// - Parameter log: nil where the run has none that can be read.
    package mutating func add(_ run: SweepPlan.Run, state: RunState, log: RunLog?) {
        states[run.name] = state
        guard let log else { return }
        var numbers: [SweepQuantity: Double] = [:]
        for stream in log.schema.streams where stream.axis == "step" {
            for column in stream.columns where column.axes.count <= 1 {
                let metric = SweepMetric(stream: stream.name, column: column.name)
                recorded.insert(metric)
                guard request.isTabled(stream, column),
                    let table = log.table(stream.name), let values = table.column(column.name)
                else { continue }
                let curves = MemberCurves(
                    axis: table.axis, column: values, direction: metric.direction,
                    chosen: chosenMember(for: metric, of: log))
                note(metric, curves.reductions)
                for members in curves.reductions {
                    let curve = curves.curve(members)
                    for value in request.values(of: metric)
                    where state == .finished || value.isKnownBeforeTheEnd {
                        let quantity = SweepQuantity(metric: metric, members: members, value: value)
                        numbers[quantity] = value.number(of: curve, direction: metric.direction)
                    }
                }
            }
        }
        self.numbers[run.name] = numbers
    }

    /// Runs that were not added have not begun.
    package func state(of run: String) -> RunState { states[run] ?? .pending }

    /// nil where the run has no such number: it is not finished, or does not record the metric.
    package func number(_ quantity: SweepQuantity, of run: String) -> Double? {
        numbers[run]?[quantity]
    }

    /// All numbers that the request asks for, metric by metric.
    ///
    /// - Throws: `DataError` for a name in the request that no run has recorded, and a threshold or
    ///   criterion that has no better side.
    package func quantities() throws -> [SweepQuantity] {
        try check()
        let hasEvaluations = found.contains { $0.metric.isEvaluation }
        return found.flatMap { metric, reductions -> [SweepQuantity] in
            if request.metrics == nil, hasEvaluations, !metric.isEvaluation { return [] }
            return reductions.flatMap { members in
                request.values(of: metric).map {
                    SweepQuantity(metric: metric, members: members, value: $0)
                }
            }
        }
    }

    private mutating func note(_ metric: SweepMetric, _ reductions: [MemberReduction]) {
        if !found.contains(where: { $0.metric == metric }) { found.append((metric, reductions)) }
    }

    /// The best pair of a run by the criterion; nil where nothing is better than anything.
    private func chosenMember(for metric: SweepMetric, of log: RunLog) -> Int? {
        let tables = log.tables.filter { $0.stream.axis == "step" }
        for table in tables {
            for column in table.columns where column.column.axes == [.pair] {
                let candidate = SweepMetric(stream: table.stream.name, column: column.column.name)
                let isCriterion = request.criterion.map(candidate.isCalled) ?? (candidate == metric)
                if isCriterion, let direction = candidate.direction {
                    return MemberCurves.chosenMember(
                        by: column, rows: table.axis.count, direction: direction)
                }
            }
        }
        return nil
    }

    private func check() throws {
        let directed = (request.criterion.map { [$0] } ?? []) + request.thresholds.map(\.metric)
        for word in (request.metrics ?? []) + directed {
            guard recorded.contains(where: { $0.isCalled(word) }) else {
                let names = recorded.map(\.name).sorted().joined(separator: ", ")
                throw DataError(
                    file: plan.name,
                    names.isEmpty
                        ? "no run has recorded \(word), or anything else; wait for the first rows"
                        : "no run has recorded \(word); there are \(names)")
            }
        }
        for word in directed {
            let column = word.split(separator: "/").last.map(String.init) ?? word
            guard Metrics.direction(ofColumn: column) != nil else {
                throw DataError(
                    file: plan.name,
                    "of \(word) neither more nor less is better: it can be no threshold and "
                        + "choose no pair")
            }
        }
    }
}
