import Settings

/// `high_quality = highQualityCount / sampleCount`, a share between 0 and 1.
///
/// The ceiling is that of a perfect sampler, `1 - exp(-9/2) = 0.98889`; more means that the
/// generated modes are too narrow. NaN where there is no sample. Source: VEEGAN and PacGAN.
package struct HighQualityMetric: SampleMetric {
    package static let identifier = "high-quality"

    package let columns = ["high_quality"]

    package init(settings: SettingsTable) throws {}

    package func evaluate(_ samples: MeasuredSamples) -> [Double] {
        let histogram = samples.histogram
        return [Double(histogram.highQualityCount) / Double(histogram.sampleCount)]
    }
}
