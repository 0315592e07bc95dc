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
