import Metrics

/// Every discriminator beside every generator, in `/crossplay`: which share of the generator's
/// samples it calls real, and the generator's objective under it.
///
/// The entry `E[i][j]` of GAM-II (Im et al. 2016, arXiv 1612.04021; hma02/GAN-evaluation,
/// `base/gam2.py`) is `accuracy`, with a sample accepted where the probability is above 1/2.
package enum CrossPlayMeasure: PopulationMeasure {
    package static let identifier = "cross-play"

    package static func columns(metrics: [MetricColumn]) -> [PopulationColumn] {
        [
            PopulationColumn(
                "accuracy", .crossPlay,
                "share of the generator's samples that the discriminator calls real"),
            PopulationColumn(
                "loss", .crossPlay, "the generator's objective under the discriminator"),
        ]
    }

    package static func values(_ population: PopulationObservation) -> [[Double]] {
        [population.crossPlay.accuracy, population.crossPlay.loss]
    }
}
