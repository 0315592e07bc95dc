import Metrics

/// GAM-II of each generator j, from the matrix `E[i][j]` of accepted shares over all
/// discriminators i (`accuracy` of `cross-play`):
///
///     average = mean_i E[i][j],   worst = min_i E[i][j],   ignore-self = mean over i != partner
///
/// Higher is better: more of the samples pass for real. The judges are the contestants' own
/// discriminators. The authors' "ignore self" leaves out all discriminators that trained with the
/// generator's group; here it leaves out the one that sits with it now. NaN for losses without a
/// decision, and ignore-self for a single pair. Source: Im et al. 2016, arXiv 1612.04021;
/// hma02/GAN-evaluation, `base/gam2.py`.
package enum AdversarialMetricTwo: PopulationMeasure {
    package static let identifier = "gam-2"

    package static func columns(metrics: [MetricColumn]) -> [PopulationColumn] {
        [
            PopulationColumn(
                "gam2_average", .pair, "share of samples called real, mean over discriminators"),
            PopulationColumn(
                "gam2_worst", .pair, "share of samples called real by the hardest discriminator"),
            PopulationColumn(
                "gam2_ignore_self", .pair,
                "share of samples called real, mean over discriminators but the partner"),
        ]
    }

    package static func values(_ population: PopulationObservation) -> [[Double]] {
        values(population.crossPlay)
    }

    package static func values(_ crossPlay: CrossPlay) -> [[Double]] {
        func shares(_ generator: Int, _ discriminators: [Int]) -> [Double] {
            discriminators.map { crossPlay.accuracy($0, generator) }
        }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        let all = Array(0..<crossPlay.count)
        return [
            all.map { mean(shares($0, all)) },
            all.map { generator in
                let shares = shares(generator, all)
                return shares.contains { $0.isNaN } ? .nan : shares.min() ?? .nan
            },
            all.map { mean(shares($0, crossPlay.strangers(of: $0))) },
        ]
    }
}
