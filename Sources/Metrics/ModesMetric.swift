import Settings

/// `modes = #{i : counts[i] >= 1}`: centres that own at least one high-quality sample.
///
/// A weak test of coverage: one lucky sample is enough. Read it beside `reverse-kl`, which sees how
/// evenly the modes are served. Source: VEEGAN and PacGAN.
package struct ModesMetric: SampleMetric {
    package static let identifier = "modes"

    package let columns = ["modes"]

    package init(settings: SettingsTable) throws {}

    package func evaluate(_ samples: MeasuredSamples) -> [Double] {
        [Double(samples.histogram.counts.count { $0 > 0 })]
    }
}
