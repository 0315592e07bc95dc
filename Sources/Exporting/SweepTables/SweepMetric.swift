import Metrics
import Statistics

/// A column of the logs of a sweep that has tables.
package struct SweepMetric: Hashable, Sendable {
    package let stream: String
    package let column: String

    package init(stream: String, column: String) {
        self.stream = stream
        self.column = column
    }

    /// "modes", "train/g_loss".
    package var name: String { isEvaluation ? column : "\(stream)/\(column)" }
    package var direction: Direction? { Metrics.direction(ofColumn: column) }

    /// What figures call it: the column, after its stream where that is neither that of evaluations
    /// nor that of training.
    var label: String { isOfUsualStream ? column : name }
    /// The same as a part of the names of files.
    var fileName: String { isOfUsualStream ? column : "\(stream)-\(column)" }
    private var isOfUsualStream: Bool { ["eval", "train"].contains(stream) }

    /// What nobody can see from a last value and must know; nil where it is what it seems.
    var caution: String? {
        guard stream == "recovery" else { return nil }
        return "Each row of recovery tells of one swap: a last value is that of the last swap "
            + "alone. Where recovery_censored is 1, recovery_steps is no time of recovery but how "
            + "long was waited in vain."
    }

    var isEvaluation: Bool { stream == "eval" }
    var isLoss: Bool { stream == "train" && ["d_loss", "g_loss"].contains(column) }

    /// Whether a user who writes `word` may mean this metric.
    func isCalled(_ word: String) -> Bool { word == column || word == "\(stream)/\(column)" }
}

/// One number for each run: a metric, how its pairs are reduced, and what stands for its curve.
package struct SweepQuantity: Hashable, Sendable {
    package let metric: SweepMetric
    package let members: MemberReduction
    package let value: CurveValue

    package init(metric: SweepMetric, members: MemberReduction, value: CurveValue) {
        self.metric = metric
        self.members = members
        self.value = value
    }
}
