import Foundation
import Statistics

/// `jensen_shannon = (KL(p || m) + KL(u || m)) / 2` in nats, with `p` the histogram of high-quality
/// samples over the `M` centres, `u` the even one and `m = (p + u) / 2`.
///
/// The divergence, not its square root, which SciPy calls `jensenshannon`. 0 is even; at most `ln
/// 2`. Unlike `reverse-kl` it tells how much was lost when modes are missing altogether. A perfect
/// sampler of `n` high-quality samples gives `(M - 1) / (8 n)` on average, to the first order in `M
/// / n`, and never more than `ln 2`. NaN where no sample is of high quality. Source: Lin,
/// "Divergence measures based on the Shannon entropy", 1991.
package enum JensenShannonMetric: MixtureMetric {
    package static let identifier = "jensen-shannon"
    package static let columns = [
        MetricColumn(
            "jensen_shannon", .lowerIsBetter,
            "Jensen-Shannon divergence of the modes' shares from even ones (nats)")
    ]

    package static func values(_ histogram: ModeHistogram) -> [Double] {
        guard let shares = histogram.shares else { return [.nan] }
        let even = 1 / Double(shares.count)
        let divergence = shares.reduce(0.0) { sum, share in
            let middle = (share + even) / 2
            return sum + (share > 0 ? share * log(share / middle) : 0) + even * log(even / middle)
        }
        return [max(0, divergence / 2)]
    }

    package static func perfect(modes: Int, samples: Int) -> [Double] {
        [min(log(2), Double(modes - 1) / (8 * ModeHistogram.perfectShare * Double(samples)))]
    }
}
