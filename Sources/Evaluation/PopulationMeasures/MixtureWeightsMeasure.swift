import Metrics
import Statistics

/// Weights of a mixture of the generators, found by a (1+1) evolution strategy as in Lipizzaner,
/// and `evaluate.metrics` of the mixture.
///
///     w = (1/N, ..., 1/N);   50 times:  v = max(0, w + 0.01 n), n standard normal,
///     v = v / sum v;   w = v where evaluate.criterion of the mixture v is better
///
/// Mixtures take samples in exact proportion to the weights, so weights that round to the same
/// numbers of samples are equal. Samples that weights are found with are not those that are
/// reported. The search begins anew at each measurement, with numbers of its own. Source:
/// Schmiedlechner et al. 2018, arXiv 1811.12843; ALFA-group/lipizzaner-gan, `mixture_sigma`.
package enum MixtureWeightsMeasure: PopulationMeasure {
    package static let identifier = "mixture-weights"
    package static let chooses = true

    private static let generations = 50
    private static let sigma = 0.01

    package static func columns(metrics: [MetricColumn]) -> [PopulationColumn] {
        [PopulationColumn("mixture_weight", .pair, "share of the generator in the mixture found")]
            + metrics.map {
                PopulationColumn(
                    "weighted_\($0.name)", .population,
                    "\($0.meaning); of the mixture by mixture_weight")
            }
    }

    package static func values(_ population: PopulationObservation) -> [[Double]] {
        var known: [[Int]: Double] = [:]
        let weights = search(
            members: population.count, direction: population.direction,
            normals: { population.normals(generation: $0) },
            fitness: { weights in
                let counts = population.counts(ofMixture: weights)
                if let fitness = known[counts] { return fitness }
                let fitness = population.fitness(
                    population.metrics(ofMixture: weights, set: PopulationObservation.choosing))
                known[counts] = fitness
                return fitness
            })
        return [weights]
            + population.metrics(ofMixture: weights, set: PopulationObservation.reported)
            .map { [$0] }
    }

    /// - Parameters:
    ///   - normals: one for each member, by generation from 1 on.
    ///   - fitness: of weights; NaN is worse than anything.
    package static func search(
        members: Int, direction: Direction, normals: (Int) -> [Float],
        fitness: ([Double]) -> Double
    ) -> [Double] {
        var weights = Array(repeating: 1 / Double(members), count: members)
        var best = fitness(weights)
        for generation in 1...generations {
            let moved = zip(weights, normals(generation)).map { max(0, $0 + sigma * Double($1)) }
            let sum = moved.reduce(0, +)
            guard sum > 0 else { continue }
            let candidate = moved.map { $0 / sum }
            let value = fitness(candidate)
            if direction.isBetter(value, than: best) || best.isNaN && !value.isNaN {
                (weights, best) = (candidate, value)
            }
        }
        return weights
    }
}
