import Metrics

/// A measure of a population as a whole: of all its generators beside all its discriminators.
///
/// One measure is one file in the folder `PopulationMeasures` and one line of
/// ``PopulationMeasures/catalog``.
package protocol PopulationMeasure: Sendable {
    /// The word written in `evaluate.population`.
    static var identifier: String { get }

    /// What each of its values is, in their order.
    ///
    /// - Parameter metrics: the columns of `evaluate.metrics`.
    static func columns(metrics: [MetricColumn]) -> [PopulationColumn]

    /// The numbers of each column, as many as its extent says.
    static func values(_ population: PopulationObservation) -> [[Double]]

    /// Whether it takes the metrics of `evaluate.metrics`.
    static var usesMetrics: Bool { get }

    /// Whether it chooses by `evaluate.criterion`, on samples that are not reported.
    static var chooses: Bool { get }
}

extension PopulationMeasure {
    package static var usesMetrics: Bool { chooses }
    package static var chooses: Bool { false }
}

/// A value, or one for each member, of a measure.
package struct PopulationColumn: Equatable, Sendable {
    package enum Extent: Sendable {
        /// One number.
        case population
        /// One for each pair, by generator.
        case pair
        /// One for each discriminator beside each generator: `[discriminator, generator]`.
        case crossPlay
    }

    /// Letters, digits and underscores, so that it can be a log column and a Python attribute.
    package let name: String
    package let extent: Extent
    /// One line, with the unit if there is one.
    package let meaning: String

    /// How many numbers a population of `pairs` pairs has.
    package func count(pairs: Int) -> Int {
        switch extent {
        case .population: 1
        case .pair: pairs
        case .crossPlay: pairs * pairs
        }
    }

    package init(_ name: String, _ extent: Extent, _ meaning: String) {
        self.name = name
        self.extent = extent
        self.meaning = meaning
    }
}

/// The measures that an experiment file can name.
package enum PopulationMeasures {
    package static let catalog: [any PopulationMeasure.Type] = [
        CrossPlayMeasure.self,
        CouplingMeasure.self,
        AdversarialMetricTwo.self,
        AdversarialMetric.self,
        DiscriminatorGapMeasure.self,
        GeneratorDistanceMeasure.self,
        MixtureMeasure.self,
        BestMemberMeasure.self,
        MixtureWeightsMeasure.self,
    ]
}
