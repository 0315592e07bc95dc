import Metrics
import Statistics

/// `evaluate.metrics` of the generator that is best by `evaluate.criterion`: chosen by one set of
/// samples, measured on another, for a member chosen by the very samples that are then reported
/// looks better than it is.
///
/// The first of equal ones; NaN where none has a value.
package enum BestMemberMeasure: PopulationMeasure {
    package static let identifier = "best-member"
    package static let chooses = true

    package static func columns(metrics: [MetricColumn]) -> [PopulationColumn] {
        [
            PopulationColumn(
                "best_member", .population,
                "global index of the pair that is best by evaluate.criterion")
        ]
            + metrics.map {
                PopulationColumn(
                    "best_\($0.name)", .population,
                    "\($0.meaning); of best_member, by other samples than it was chosen by")
            }
    }

    package static func values(_ population: PopulationObservation) -> [[Double]] {
        let fitness = (0..<population.count).map { pair in
            let samples = population.samples(pair, set: PopulationObservation.choosing)
            return population.fitness(population.metrics(of: samples))
        }
        let best = fitness.firstIndex(of: population.direction.best(of: fitness))
        let values = population.metrics(of: population.samples(best ?? 0))
        guard let best else { return [[.nan]] + values.map { _ in [.nan] } }
        return [[Double(population.firstMember + best)]] + values.map { [$0] }
    }
}
