import Metrics

/// Sliced Wasserstein distance between the samples of every two generators: 0 where all make the
/// same, as after a collapse of the population, or of its generators onto one mode.
///
/// Along the 128 directions of `sliced-wasserstein`, on raw values, in their units. Two generators
/// that are perfect have more than 0, as two real samples do. NaN for a single pair and where a
/// sample is not finite.
package enum GeneratorDistanceMeasure: PopulationMeasure {
    package static let identifier = "generator-distance"

    package static func columns(metrics: [MetricColumn]) -> [PopulationColumn] {
        [
            PopulationColumn(
                "generator_distance_mean", .population,
                "sliced Wasserstein distance of two generators, mean (units of the examples)"),
            PopulationColumn(
                "generator_distance_min", .population,
                "sliced Wasserstein distance of two generators, least (units of the examples)"),
        ]
    }

    package static func values(_ population: PopulationObservation) -> [[Double]] {
        let width = population.exampleCount
        let directions = SlicedProjections.directions(width: width)
        let projections = (0..<population.count).map { pair -> SlicedProjections? in
            let features = FeatureMatrix(population.samples(pair), width: width)
            return features.isFinite ? SlicedProjections(features, on: directions) : nil
        }
        return summary(count: population.count) { first, second in
            guard let one = projections[first], let two = projections[second] else { return .nan }
            return one.distance(to: two)
        }
    }

    /// Mean and least of the distances of every two of `count` members.
    package static func summary(
        count: Int, _ distance: (Int, Int) -> Double
    ) -> [[Double]] {
        let distances = (0..<count).flatMap { first in
            (0..<first).map { distance($0, first) }
        }
        let isKnown = !distances.contains { $0.isNaN }
        return [
            [distances.reduce(0, +) / Double(distances.count)],
            [isKnown ? distances.min() ?? .nan : .nan],
        ]
    }
}
