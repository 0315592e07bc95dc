import Metrics

/// GAM: every pair meets every other one, each with its generator and the discriminator beside it.
///
///     sample ratio = (1 - E[a][b]) / (1 - E[b][a]),   test ratio = R[a] / R[b]
///
/// with `E[a][b]` the share of b's samples that a's discriminator takes for real, and `R[a]` the
/// share of held-out real examples that it recognises. a wins where the sample ratio is above 1. A
/// battle says something only where the test ratio is about 1. `gam_wins` is the share of battles
/// that a pair wins, one without a winner counting half (the authors' script gives it to the
/// second); `gam_test_ratio` is the one of its battles farthest from 1, whichever way: 1 at best.
///
/// NaN for a single pair and for losses without a decision, its own or that of any opponent; the
/// test ratio also without held-out examples, and where two discriminators recognise none of them
/// (infinite where one of two does). Source: Im et al. 2016, arXiv 1602.05110; jiwoongim/GRAN,
/// `battle.py`.
package enum AdversarialMetric: PopulationMeasure {
    package static let identifier = "gam"

    package static func columns(metrics: [MetricColumn]) -> [PopulationColumn] {
        [
            PopulationColumn("gam_wins", .pair, "share of battles with other pairs that it wins"),
            PopulationColumn(
                "gam_test_ratio", .pair,
                "how unequal the discriminators of its battles are on held-out examples: largest "
                    + "ratio of shares recognised, at least 1"),
        ]
    }

    package static func values(_ population: PopulationObservation) -> [[Double]] {
        values(population.crossPlay, heldOutAccuracy: population.realPlay.heldOutAccuracy)
    }

    /// - Parameter heldOutAccuracy: `R`, by pair.
    package static func values(
        _ crossPlay: CrossPlay, heldOutAccuracy: [Double]
    ) -> [[Double]] {
        let pairs = 0..<crossPlay.count
        func accepted(by judge: Int, of pair: Int) -> Double {
            crossPlay.accuracy(crossPlay.discriminatorOfPair[judge], pair)
        }
        let wins = pairs.map { pair in
            let scores = pairs.filter { $0 != pair }.map { other -> Double in
                let (theirs, own) = (accepted(by: pair, of: other), accepted(by: other, of: pair))
                if theirs.isNaN || own.isNaN { return .nan }
                return theirs == own ? 0.5 : theirs < own ? 1 : 0
            }
            return scores.reduce(0, +) / Double(scores.count)
        }
        let ratios = pairs.map { pair in
            let ratios = pairs.filter { $0 != pair }.map { other -> Double in
                let (own, theirs) = (heldOutAccuracy[pair], heldOutAccuracy[other])
                // `max` and `min` would pass over what is no number.
                return own.isNaN || theirs.isNaN ? .nan : max(own, theirs) / min(own, theirs)
            }
            return ratios.contains { $0.isNaN } ? .nan : ratios.max() ?? .nan
        }
        return [wins, ratios]
    }
}
