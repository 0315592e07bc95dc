import Statistics

/// `high_quality = highQualityCount / sampleCount`, a share between 0 and 1.
///
/// A perfect sampler has `1 - exp(-9/2) = 0.98889`; more means that the generated modes are too
/// narrow. NaN where there is no sample. Source: VEEGAN and PacGAN.
package enum HighQualityMetric: MixtureMetric {
    package static let identifier = "high-quality"
    package static let columns = [
        MetricColumn(
            "high_quality", .higherIsBetter, "share of the samples within 3 sigma of a centre")
    ]

    package static func values(_ histogram: ModeHistogram) -> [Double] {
        [Double(histogram.highQualityCount) / Double(histogram.sampleCount)]
    }

    package static func perfect(modes: Int, samples: Int) -> [Double] {
        [ModeHistogram.perfectShare]
    }
}
