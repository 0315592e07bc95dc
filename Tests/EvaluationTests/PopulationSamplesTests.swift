import Datasets
import Evaluation
import Metrics
import Statistics
import Testing

/// What is measured of samples: of members, of two of them, and of mixtures.
@Suite struct PopulationSamplesTests {
    /// Four modes far apart, at (0, 0), (0, 9), (9, 0) and (9, 9), of standard deviation 1.
    private let data = FixedExamples.corners(40)
    /// Four points each: how many lie near a centre differs.
    private let all: [Float] = [0, 0, 0, 9, 9, 0, 9, 9]
    private let half: [Float] = [0, 0, 0, 9, 50, 50, 60, 60]
    private let none: [Float] = [50, 50, 60, 60, 70, 70, 80, 80]

    /// - Parameter samples: by pair: those that are reported, and those that are chosen by.
    private func values(_ measure: String, _ samples: [[[Float]]]) throws -> [String: [Double]] {
        let chooses = ["best-member", "mixture-weights"].contains(measure)
        let lines = """
            population = ["\(measure)"]
            population_samples = 4
            metrics = ["high-quality", "modes"]
            \(chooses ? "criterion = \"modes\"" : "")
            """
        let population = try LinearPopulation(
            losses: samples.map { _ in "name = \"bce\"" },
            discriminators: samples.map { _ in [1, 1, 1] }, samples: samples,
            pairing: Array(samples.indices), data: data)
        let settings = try #require(try readPopulation(lines, data: data))
        return population.values(settings, metrics: try PopulationFixture.metrics(lines, data))
    }

    /// Two of the first member, one of the second, one of the third.
    @Test func aMixtureHasEqualParts() throws {
        let values = try values("mixture", [[all], [none], [half]])
        #expect(values == ["mixture_high_quality": [0.75], "mixture_modes": [2]])
        let single = try self.values("mixture", [[half]])
        #expect(single == ["mixture_high_quality": [0.5], "mixture_modes": [2]])
    }

    @Test func theBestIsChosenByOtherSamples() throws {
        let values = try values("best-member", [[all, none], [half, all], [all, half]])
        #expect(
            values == ["best_member": [8], "best_high_quality": [0.5], "best_modes": [2]])
        // The first of equal ones.
        let equal = try self.values("best-member", [[half, all], [all, all]])
        #expect(equal["best_member"] == [7])
    }

    @Test func mixturesThatAreNotBetterAreNotTaken() throws {
        let values = try values("mixture-weights", [[all, all], [all, all]])
        #expect(values["mixture_weight"] == [0.5, 0.5])
        #expect(values["weighted_modes"] == [2])
    }

    @Test func distancesAreThoseOfTheMetric() throws {
        let samples = [all, half, none]
        let values = try values("generator-distance", samples.map { [$0] })
        func features(_ points: [Float]) -> FeatureMatrix {
            points.withUnsafeBufferPointer { FeatureMatrix($0, width: 2) }
        }
        let distances = [(0, 1), (0, 2), (1, 2)].map { first, second in
            SlicedWassersteinMetric(real: features(samples[first]))
                .values(features(samples[second]))[0]
        }
        #expect(agree(values["generator_distance_mean"]!, [distances.reduce(0, +) / 3], 1e-12))
        #expect(agree(values["generator_distance_min"]!, [distances.min()!], 1e-12))
        let same = try self.values("generator-distance", [[all], [all]])
        #expect(same["generator_distance_mean"] == [0] && same["generator_distance_min"] == [0])
        let single = try self.values("generator-distance", [[all]])
        #expect(single.values.allSatisfy { $0[0].isNaN })
        let lost = try self.values("generator-distance", [[all], [[.nan] + all.dropFirst()]])
        #expect(lost.values.allSatisfy { $0[0].isNaN })
    }

    @Test(
        arguments: [
            ([0.5, 0.5], 5, [3, 2]), ([0.25, 0.75], 8, [2, 6]), ([0, 1], 7, [0, 7]),
            ([0.1, 0.25, 0.65], 10, [1, 3, 6]), ([1], 3, [3]),
        ] as [([Double], Int, [Int])])
    func countsAreInProportion(weights: [Double], total: Int, counts: [Int]) {
        #expect(GeneratorMixture.counts(weights, total: total) == counts)
    }

    @Test func countsAlwaysAddUp() {
        for members in 1...60 {
            let weights = Array(repeating: 1 / Double(members), count: members)
            for total in [1, 7, 49, 1000] {
                let counts = GeneratorMixture.counts(weights, total: total)
                #expect(counts.reduce(0, +) == total)
                #expect(counts.max()! - counts.min()! <= 1)
            }
        }
    }

    private func search(
        _ direction: Direction, _ normals: [Float], _ fitness: ([Double]) -> Double
    ) -> [Double] {
        MixtureWeightsMeasure.search(
            members: normals.count, direction: direction, normals: { _ in normals },
            fitness: fitness)
    }

    /// Each generation moves 0.01 of the weight.
    @Test func betterWeightsAreTaken() {
        #expect(agree(search(.higherIsBetter, [0.5, -0.5]) { $0[0] }, [0.75, 0.25], 1e-12))
        #expect(search(.lowerIsBetter, [0.5, -0.5]) { $0[0] } == [0.5, 0.5])
        #expect(search(.higherIsBetter, [0.5, -0.5]) { _ in 1 } == [0.5, 0.5])
        #expect(search(.higherIsBetter, [0.5, -0.5]) { _ in .nan } == [0.5, 0.5])
        // Never below 0, and always 1 together.
        #expect(search(.higherIsBetter, [0, -9]) { -$0[1] } == [1, 0])
        #expect(search(.higherIsBetter, [-90, -90]) { $0[0] } == [0.5, 0.5])
    }

    /// What has a value is better than what has none.
    @Test func searchesLeaveWhatHasNoValue() {
        let weights = search(.lowerIsBetter, [1, -1]) { $0[0] > 0.505 ? 1 : .nan }
        #expect(agree(weights, [0.51, 0.49], 1e-12))
    }
}
