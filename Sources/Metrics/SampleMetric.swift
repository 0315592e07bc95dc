import Statistics

/// A measure of how well generated samples match a distribution.
///
/// One metric is one file below this folder and one line of ``Metrics/catalog``.
package protocol SampleMetric: Sendable {
    /// The word written in `evaluate.metrics`.
    static var identifier: String { get }

    /// What each of its values is, in their order.
    static var columns: [MetricColumn] { get }
}

/// A value of a metric.
package struct MetricColumn: Sendable {
    /// Letters, digits and underscores, so that it can be a log column and a Python attribute.
    package let name: String

    /// Nil where neither more nor less is better throughout.
    package let direction: Direction?

    /// One line, with the unit if there is one.
    package let meaning: String

    package init(_ name: String, _ direction: Direction?, _ meaning: String) {
        self.name = name
        self.direction = direction
        self.meaning = meaning
    }

    /// "modes (higher is better): ..."
    package var description: String {
        switch direction {
        case .higherIsBetter: "\(name) (higher is better): \(meaning)"
        case .lowerIsBetter: "\(name) (lower is better): \(meaning)"
        case nil: "\(name): \(meaning)"
        }
    }
}

/// A measure against a mixture whose modes are known.
package protocol MixtureMetric: SampleMetric {
    /// One value per column; NaN where the samples leave a value undefined.
    static func values(_ histogram: ModeHistogram) -> [Double]

    /// The expectation of each value for `samples` draws from the mixture itself, of `modes` modes
    /// so far apart that no draw is nearer to another centre than to its own.
    ///
    /// - Precondition: `modes` and `samples` are positive.
    static func perfect(modes: Int, samples: Int) -> [Double]
}

/// The metrics that an experiment file can name.
package enum Metrics {
    package static let catalog: [any SampleMetric.Type] = [
        ModesMetric.self,
        HighQualityMetric.self,
        ReverseKLMetric.self,
        JensenShannonMetric.self,
        SmallestModeShareMetric.self,
        FrechetMetric.self,
        KernelInceptionMetric.self,
        MeanDiscrepancyMetric.self,
        SlicedWassersteinMetric.self,
        PrecisionRecallMetric.self,
        DensityCoverageMetric.self,
        NearestNeighborAccuracyMetric.self,
        MemorizationMetric.self,
        InceptionScoreMetric.self,
        StackedModesMetric.self,
    ]

    /// Which of two values in a column of this name is the better one.
    ///
    /// Nil for what is not a metric's column, such as the losses of two opponents: its tables have
    /// neither best nor worst, and no time to a threshold.
    package static func direction(ofColumn name: String) -> Direction? {
        if let direction = directions[name] { return direction }
        let prefix = populationPrefixes.first { name.hasPrefix($0) }
        return prefix.flatMap { directions[String(name.dropFirst($0.count))] }
    }

    /// What the names of columns begin with that hold a metric of the whole population: of the
    /// uniform mixture, of the best member, and of the mixture with weights.
    private static let populationPrefixes = ["mixture_", "best_", "weighted_"]

    private static let directions = Dictionary(
        uniqueKeysWithValues: catalog.flatMap { $0.columns }.compactMap { column in
            column.direction.map { (column.name, $0) }
        })
}
