import Metrics

/// `coupling_gap = mean over strangers i of loss[i][j] - loss[partner of j][j]`: how much worse
/// generator j does before discriminators that it does not train with.
///
/// 0 for a generator to which all discriminators are alike; it is what swapping is meant to
/// shrink. Losses are generators' objectives, lower is better for them. NaN for a single pair.
package enum CouplingMeasure: PopulationMeasure {
    package static let identifier = "coupling"

    package static func columns(metrics: [MetricColumn]) -> [PopulationColumn] {
        [
            PopulationColumn(
                "coupling_gap", .pair,
                "the generator's mean objective under the other discriminators less that under "
                    + "its partner"),
            PopulationColumn("coupling_gap_mean", .population, "coupling_gap, mean over pairs"),
        ]
    }

    package static func values(_ population: PopulationObservation) -> [[Double]] {
        values(population.crossPlay)
    }

    package static func values(_ crossPlay: CrossPlay) -> [[Double]] {
        let gaps = (0..<crossPlay.count).map { generator in
            let strangers = crossPlay.strangers(of: generator)
            let loss = strangers.reduce(0) { $0 + crossPlay.loss($1, generator) }
            return loss / Double(strangers.count)
                - crossPlay.loss(crossPlay.discriminatorOfPair[generator], generator)
        }
        return [gaps, [gaps.reduce(0, +) / Double(gaps.count)]]
    }
}
