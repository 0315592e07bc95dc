import Foundation
import Metrics
import Statistics
import Testing

/// The value of the one column of a metric.
private func value(
    _ metric: any MixtureMetric.Type, _ samples: [Float], _ reference: MixtureReference
) throws -> Double {
    let values = metric.values(histogram(samples, reference))
    try #require(values.count == 1)
    return values[0]
}

@Suite("Metrics of a mixture")
struct MetricsTests {
    /// Means over 200 draws of 2,500 samples against the stated expectations. The tolerances are at
    /// least six standard errors, and the error of a first-order formula.
    @Test(
        arguments: [ring, grid],
        [
            (ModesMetric.self as any MixtureMetric.Type, 1e-6), (HighQualityMetric.self, 0.0006),
            (ReverseKLMetric.self, 0.15), (JensenShannonMetric.self, 0.15),
            (SmallestModeShareMetric.self, 0.02),
        ])
    func perfectSamplerReachesItsFloors(
        reference: MixtureReference, metric: (type: any MixtureMetric.Type, tolerance: Double)
    ) throws {
        var sampler = MixtureSampler(reference)
        let repetitions = 200
        var mean = 0.0
        for _ in 0..<repetitions {
            mean += try value(metric.type, sampler.draw(2500), reference) / Double(repetitions)
        }
        let expected = metric.type.perfect(modes: reference.centres.count, samples: 2500)[0]
        #expect(abs(mean / expected - 1) < metric.tolerance)
    }

    /// The means of 200,000 draws by NumPy, where 2,500 samples are 100 per mode or more.
    @Test(arguments: MetricsOracle.stored.perfect.indices)
    func perfectValuesAreThoseOfManyDraws(index: Int) throws {
        let oracle = MetricsOracle.stored.perfect[index]
        for metric in Metrics.catalog.compactMap({ $0 as? any MixtureMetric.Type }) {
            let found = metric.perfect(modes: oracle.modes, samples: oracle.samples)
            for (column, value) in zip(metric.columns, found) {
                let expected = try #require(oracle.values[column.name])
                let tolerance = 5 * expected[1] + 0.01 * expected[0]
                #expect(abs(value - expected[0]) <= tolerance, "\(column.name)")
            }
        }
    }

    @Test(arguments: MetricsOracle.stored.modes.indices)
    func sharesAgreeWithSciPy(index: Int) throws {
        let oracle = MetricsOracle.stored.modes[index]
        let line = MixtureReference(
            centres: oracle.counts.indices.map { (Float(9 * $0), 0) }, sigma: 1)
        let samples = oracle.counts.enumerated().flatMap { centre, count in
            (0..<count).flatMap { _ -> [Float] in [Float(9 * centre), 0] }
        }
        let found = try [
            ReverseKLMetric.self, JensenShannonMetric.self, SmallestModeShareMetric.self,
        ].map { (metric: any MixtureMetric.Type) in try value(metric, samples, line) }
        #expect(
            agree(found, [oracle.reverseKl, oracle.jensenShannon, oracle.smallestModeShare]))
    }

    /// Expected largest of M standard normal numbers: 0.5641896 of 2 (1 / sqrt(pi)), 1.4236003 of 8
    /// (Harter, "Expected values of normal order statistics", 1961).
    @Test(arguments: [(1, 0.0), (2, 0.5641895835), (8, 1.4236003060)])
    func smallestShareOfAPerfectSampler(modes: Int, largest: Double) {
        let count = Double(modes)
        let highQuality = 10_000 * (1 - exp(-4.5))
        let expected = 1 / count - largest / sqrt(count * highQuality)
        let found = SmallestModeShareMetric.perfect(modes: modes, samples: 10_000)[0]
        #expect(abs(found - expected) < 1e-10)
        #expect(SmallestModeShareMetric.perfect(modes: 1000, samples: 1) == [0])
    }

    /// One sample is in one mode; two are in one mode or, as often as not, in two.
    @Test func fewPerfectSamplesAreUneven() {
        func divergence(_ modes: Int, _ samples: Int) -> Double {
            ReverseKLMetric.perfect(modes: modes, samples: samples)[0]
        }
        #expect(abs(divergence(8, 1) - log(8)) < 1e-12)
        #expect(abs(divergence(2, 2) - log(2) / 2) < 1e-12)
        // 10 samples of 256 modes, by NumPy: the mean of 10^6 draws.
        #expect(abs(divergence(256, 10) - 3.2669) < 0.0005)
        #expect(JensenShannonMetric.perfect(modes: 256, samples: 10)[0] <= log(2))
        // The two forms meet: they differ by a share of the order of modes / samples.
        #expect(abs(divergence(8, 8089) / divergence(8, 8090) - 1) < 1e-3)
        #expect(divergence(1, 10) == 0)
    }

    @Test func perfectModesAreACouponCollectors() {
        // One sample finds a mode with the probability of being of high quality.
        #expect(abs(ModesMetric.perfect(modes: 8, samples: 1)[0] - 0.98889100346) < 1e-10)
        #expect(abs(ModesMetric.perfect(modes: 8, samples: 2500)[0] - 8) < 1e-9)
    }

    @Test(arguments: [(ring, 2.0794415416798357), (grid, 3.2188758248682006)])
    func oneModeIsLnM(reference: MixtureReference, expected: Double) throws {
        let centre = reference.centres[3]
        let samples = (0..<50).flatMap { _ in [centre.0, centre.1] }
        #expect(try value(ModesMetric.self, samples, reference) == 1)
        #expect(try value(HighQualityMetric.self, samples, reference) == 1)
        #expect(abs(try value(ReverseKLMetric.self, samples, reference) - expected) < 1e-12)
    }

    @Test func unevenModesFollowTheFormula() throws {
        // p = (3/4, 1/4, 0, 0): ln 4 - H(p) = 0.8239592165010823
        let square = MixtureReference(centres: [(0, 0), (0, 9), (9, 0), (9, 9)], sigma: 1)
        let samples: [Float] = [0, 0, 1, 0, 0, 1, 0, 9]
        #expect(abs(try value(ReverseKLMetric.self, samples, square) - 0.8239592165010823) < 1e-12)
        #expect(try value(ModesMetric.self, samples, square) == 2)
        #expect(try value(SmallestModeShareMetric.self, samples, square) == 0)
        // scipy.spatial.distance.jensenshannon([.75, .25, 0, 0], [.25] * 4) ** 2
        let divergence = try value(JensenShannonMetric.self, samples, square)
        #expect(abs(divergence - 0.23869281311055476) < 1e-12)
    }

    @Test func evenModesAreZero() throws {
        let samples = grid.centres.flatMap { [$0.0, $0.1] }
        #expect(abs(try value(ReverseKLMetric.self, samples, grid)) < 1e-15)
        #expect(abs(try value(JensenShannonMetric.self, samples, grid)) < 1e-15)
        #expect(abs(try value(SmallestModeShareMetric.self, samples, grid) - 0.04) < 1e-15)
    }

    @Test func threeSigmaIsARadiusNotASquare() throws {
        let origin = MixtureReference(centres: [(0, 0)], sigma: 1)
        // Inside 3 along each axis, outside the circle; then just inside and on the circle.
        let samples: [Float] = [2.5, 2.5, 2.999, 0, 3, 0]
        #expect(abs(try value(HighQualityMetric.self, samples, origin) - 1.0 / 3) < 1e-15)
    }

    @Test func noSampleNearAnyMode() throws {
        let samples = [Float](repeating: 0, count: 200)
        #expect(try value(ModesMetric.self, samples, ring) == 0)
        #expect(try value(HighQualityMetric.self, samples, ring) == 0)
        #expect(try value(ReverseKLMetric.self, samples, ring).isNaN)
        #expect(try value(JensenShannonMetric.self, samples, ring).isNaN)
        #expect(try value(SmallestModeShareMetric.self, samples, ring).isNaN)
    }

    @Test func noSampleAtAll() throws {
        #expect(try value(ModesMetric.self, [], ring) == 0)
        #expect(try value(HighQualityMetric.self, [], ring).isNaN)
        #expect(try value(ReverseKLMetric.self, [], ring).isNaN)
    }

    @Test func samplesThatAreNotFiniteOwnNoMode() throws {
        let huge = Float.greatestFiniteMagnitude
        let samples: [Float] = [
            1, 0, .nan, .nan, 1, .nan, .nan, 0, .infinity, 0, 1, -.infinity, huge, -huge, 0, 1,
        ]
        #expect(try value(ModesMetric.self, samples, ring) == 2)
        #expect(try value(HighQualityMetric.self, samples, ring) == 0.25)
    }
}

@Suite("Metric catalog")
struct MetricsCatalogTests {
    @Test func columnsHaveNamesOfTheirOwn() {
        let names = Metrics.catalog.flatMap { $0.columns }.map(\.name)
        #expect(Set(names).count == names.count)
        for name in names {
            #expect(name.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil)
        }
    }

    @Test(arguments: Metrics.catalog.indices)
    func oneValuePerColumn(index: Int) throws {
        guard let metric = Metrics.catalog[index] as? any MixtureMetric.Type else { return }
        #expect(metric.values(histogram([1, 0], ring)).count == metric.columns.count)
        #expect(metric.perfect(modes: 8, samples: 100).count == metric.columns.count)
    }

    @Test func directionsAreThoseOfTheColumns() {
        #expect(Metrics.direction(ofColumn: "modes") == .higherIsBetter)
        #expect(Metrics.direction(ofColumn: "reverse_kl") == .lowerIsBetter)
        #expect(Metrics.direction(ofColumn: "d_loss") == nil)
        #expect(Metrics.direction(ofColumn: "mixture_modes") == .higherIsBetter)
        #expect(Metrics.direction(ofColumn: "weighted_reverse_kl") == .lowerIsBetter)
        #expect(Metrics.direction(ofColumn: "best_member") == nil)
    }
}
