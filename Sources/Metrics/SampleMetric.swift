import Settings

/// A measure of how well generated samples match a known distribution.
///
/// One metric is one file of this folder and one line of ``Metrics/catalog``.
package protocol SampleMetric: Sendable {
    /// The word written in `evaluate.metrics`.
    static var identifier: String { get }

    /// Reads the metric's own settings.
    ///
    /// - Throws: `SettingsError` where a value does not fit.
    init(settings: SettingsTable) throws

    /// Names of the values, in the order of ``evaluate(_:)``; letters, digits and underscores, so
    /// that they can be log columns and Python attributes.
    var columns: [String] { get }

    /// One value per column; NaN where the samples leave a value undefined.
    func evaluate(_ samples: MeasuredSamples) -> [Double]
}

/// The metrics that an experiment file can name.
package enum Metrics {
    package static let catalog: [any SampleMetric.Type] = [
        ModesMetric.self,
        HighQualityMetric.self,
        ReverseKLMetric.self,
    ]
}
