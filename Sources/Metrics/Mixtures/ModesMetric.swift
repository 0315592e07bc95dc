import Foundation
import Statistics

/// `modes = #{i : counts[i] >= 1}`: centres that own at least one high-quality sample.
///
/// A weak test of coverage: one lucky sample is enough. Read it beside `smallest-mode-share`, which
/// sees the mode that is served worst. `n` perfect samples find `M (1 - (1 - h / M)^n)` of `M`
/// modes on average, with `h` the share of high quality. Source: VEEGAN and PacGAN.
package enum ModesMetric: MixtureMetric {
    package static let identifier = "modes"
    package static let columns = [
        MetricColumn("modes", .higherIsBetter, "centres with at least one high-quality sample")
    ]

    package static func values(_ histogram: ModeHistogram) -> [Double] {
        [Double(histogram.counts.count { $0 > 0 })]
    }

    package static func perfect(modes: Int, samples: Int) -> [Double] {
        let miss = 1 - ModeHistogram.perfectShare / Double(modes)
        return [Double(modes) * (1 - pow(miss, Double(samples)))]
    }
}
