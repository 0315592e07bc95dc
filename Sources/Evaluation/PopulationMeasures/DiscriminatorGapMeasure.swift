import Metrics

/// `discriminator_gap = loss on held-out - loss on training examples`, of the discriminator that
/// sits with each pair: above 0 where it knows its training examples by heart.
///
/// Losses are the discriminator's term for real examples in the loss of the pair; the share of
/// real examples that it recognises stands beside them. New draws are held out of Gaussian sets,
/// `data.held_out` examples of others; NaN where there are none. Im et al. 2016 (arXiv 1612.04021,
/// figure 6) show the mean over members.
package enum DiscriminatorGapMeasure: PopulationMeasure {
    package static let identifier = "discriminator-gap"

    package static func columns(metrics: [MetricColumn]) -> [PopulationColumn] {
        let here = "by the discriminator that sits here"
        return [
            PopulationColumn(
                "training_accuracy", .pair, "share of training examples called real \(here)"),
            PopulationColumn(
                "held_out_accuracy", .pair, "share of held-out examples called real \(here)"),
            PopulationColumn(
                "training_loss", .pair, "the discriminator's term for training examples"),
            PopulationColumn(
                "held_out_loss", .pair, "the discriminator's term for held-out examples"),
            PopulationColumn(
                "discriminator_gap", .pair, "loss on held-out less loss on training examples"),
            PopulationColumn(
                "discriminator_gap_mean", .population, "discriminator_gap, mean over pairs"),
        ]
    }

    package static func values(_ population: PopulationObservation) -> [[Double]] {
        values(population.realPlay)
    }

    package static func values(_ real: RealPlay) -> [[Double]] {
        let gaps = zip(real.heldOutLoss, real.trainingLoss).map { $0 - $1 }
        return [
            real.trainingAccuracy, real.heldOutAccuracy, real.trainingLoss, real.heldOutLoss, gaps,
            [gaps.reduce(0, +) / Double(gaps.count)],
        ]
    }
}
