import Metrics

/// `evaluate.metrics` of the uniform mixture of all generators: as many samples as a single one
/// gives, in equal parts.
///
/// In a population with groups they are held against the data of the first group.
package enum MixtureMeasure: PopulationMeasure {
    package static let identifier = "mixture"
    package static let usesMetrics = true

    package static func columns(metrics: [MetricColumn]) -> [PopulationColumn] {
        metrics.map {
            PopulationColumn(
                "mixture_\($0.name)", .population, "\($0.meaning); of the uniform mixture")
        }
    }

    package static func values(_ population: PopulationObservation) -> [[Double]] {
        let weights = Array(repeating: 1 / Double(population.count), count: population.count)
        return population.metrics(ofMixture: weights, set: PopulationObservation.reported)
            .map { [$0] }
    }
}
