import Foundation
import Statistics

/// `reverse_kl = KL(p || uniform) = ln M - H(p)` in nats, with `p` the histogram of high-quality
/// samples over the `M` centres.
///
/// 0 is even, `ln M` is a single mode. A perfect sampler of `n` high-quality samples gives about
/// `(M - 1) / (2 n)`, and has as many of them as it has on average. NaN where no sample is of high
/// quality: `p` does not exist then, and `ln M` would claim a mode that nobody found. Source:
/// PacGAN, `extensions.py`.
package enum ReverseKLMetric: MixtureMetric {
    package static let identifier = "reverse-kl"
    package static let columns = [
        MetricColumn(
            "reverse_kl", .lowerIsBetter,
            "KL divergence of the modes' shares from even ones (nats)")
    ]

    package static func values(_ histogram: ModeHistogram) -> [Double] {
        guard let shares = histogram.shares else { return [.nan] }
        // p ln(p M) summed directly loses less than ln M - H(p) when p is nearly even.
        let divergence = shares.filter { $0 > 0 }.reduce(0.0) { sum, share in
            sum + share * log(share * Double(shares.count))
        }
        return [max(0, divergence)]
    }

    package static func perfect(modes: Int, samples: Int) -> [Double] {
        // Fewer than one high-quality sample have no divergence.
        let draws = max(1, (ModeHistogram.perfectShare * Double(samples)).rounded())
        return [EvenDraws.meanDivergence(draws: draws, classes: Double(modes))]
    }
}
