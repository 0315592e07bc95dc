import Recording

/// What the tables of a sweep are asked for.
package struct SweepRequest: Sendable {
    /// Names of metrics, "modes" or "eval/modes"; nil for all evaluations, or for the losses where
    /// nothing was evaluated.
    package var metrics: [String]?
    /// The metric by which the best pair is chosen; nil for the metric itself.
    package var criterion: String?
    /// Steps at which every metric is read.
    package var atSteps: [Int] = []
    /// Values whose first step is asked for; their metrics have tables whatever `metrics` says.
    package var thresholds: [Threshold] = []

    package struct Threshold: Equatable, Sendable {
        package let metric: String
        package let value: Double

        package init(metric: String, value: Double) {
            self.metric = metric
            self.value = value
        }

        /// "modes=8"; nil for anything else.
        package init?(_ text: String) {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, let value = Double(parts[1]),
                value.isFinite
            else { return nil }
            self.init(metric: String(parts[0]), value: value)
        }
    }

    package init(metrics: [String]? = nil) {
        self.metrics = metrics
    }

    /// The options of `quadrille report` that ask for the same.
    var options: [String] {
        (metrics ?? []).flatMap { ["--metric", $0] }
            + atSteps.flatMap { ["--at-step", "\($0)"] }
            + thresholds.flatMap { ["--threshold", "\($0.metric)=\($0.value)"] }
            + (criterion.map { ["--best-by", $0] } ?? [])
    }

    /// The columns that have to be read from the log of a run.
    package func isWanted(_ stream: LogStream, _ column: LogColumn) -> Bool {
        let metric = SweepMetric(stream: stream.name, column: column.name)
        return isTabled(stream, column) || (criterion.map(metric.isCalled) ?? false)
    }

    /// The columns that have tables.
    func isTabled(_ stream: LogStream, _ column: LogColumn) -> Bool {
        guard stream.axis == "step", column.axes.count <= 1 else { return false }
        let metric = SweepMetric(stream: stream.name, column: column.name)
        if thresholds.contains(where: { metric.isCalled($0.metric) }) { return true }
        return metrics?.contains(where: metric.isCalled) ?? (metric.isEvaluation || metric.isLoss)
    }

    /// What stands for each curve of a metric.
    func values(of metric: SweepMetric) -> [CurveValue] {
        let times = thresholds.filter { metric.isCalled($0.metric) }.map {
            CurveValue.timeTo($0.value)
        }
        let values = [.last, .best, .area] + atSteps.map(CurveValue.atStep) + times
        return metric.direction == nil ? values.filter { !$0.needsDirection } : values
    }
}
