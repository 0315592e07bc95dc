import Foundation
import Settings

/// `reverse_kl = KL(p || uniform) = ln M - H(p)` in nats, with `p` the histogram of high-quality
/// samples over the `M` centres.
///
/// 0 is even, `ln M` is a single mode. A perfect sampler of `n` high-quality samples gives about
/// `(M - 1) / (2n)`. NaN where no sample is of high quality: `p` does not exist then, and `ln M`
/// would claim a mode that nobody found. Source: PacGAN, `extensions.py`.
package struct ReverseKLMetric: SampleMetric {
    package static let identifier = "reverse-kl"

    package let columns = ["reverse_kl"]

    package init(settings: SettingsTable) throws {}

    package func evaluate(_ samples: MeasuredSamples) -> [Double] {
        let total = Double(samples.histogram.highQualityCount)
        guard total > 0 else { return [.nan] }
        let counts = samples.histogram.counts
        // p ln(p M) summed directly loses less than ln M - H(p) when p is nearly even.
        let divergence = counts.filter { $0 > 0 }.reduce(0.0) { sum, count in
            let share = Double(count) / total
            return sum + share * log(share * Double(counts.count))
        }
        return [max(0, divergence)]
    }
}
