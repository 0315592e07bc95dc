import Foundation
import Metrics
import Settings
import Testing

/// The value of the one column of a metric.
private func value<Metric: SampleMetric>(
    _ metric: Metric.Type, _ samples: [Float], _ reference: MixtureReference
) throws -> Double {
    let metric = try Metric(settings: SettingsDocument.describing().root)
    let values = metric.evaluate(measure(samples, reference))
    try #require(values.count == 1)
    return values[0]
}

@Suite("Metrics of a mixture")
struct MetricsTests {
    @Test(arguments: [ring, grid])
    func perfectSamplerReachesItsFloors(reference: MixtureReference) throws {
        var sampler = MixtureSampler(reference)
        let repetitions = 200
        let count = 2500
        var share = 0.0
        var divergence = 0.0
        for _ in 0..<repetitions {
            let samples = sampler.draw(count)
            #expect(
                try value(ModesMetric.self, samples, reference)
                    == Double(reference.centres.count))
            share += try value(HighQualityMetric.self, samples, reference) / Double(repetitions)
            divergence += try value(ReverseKLMetric.self, samples, reference) / Double(repetitions)
        }
        // Half a million draws: the standard error is 0.00015.
        #expect(abs(share - (1 - exp(-4.5))) < 0.0006)
        let floor = Double(reference.centres.count - 1) / (2 * 0.98889 * Double(count))
        #expect(abs(divergence / floor - 1) < 0.15)
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
    }

    @Test func evenModesAreZero() throws {
        let samples = grid.centres.flatMap { [$0.0, $0.1] }
        #expect(abs(try value(ReverseKLMetric.self, samples, grid)) < 1e-15)
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
    @Test func identifiersAreThoseOfTheIssue() {
        #expect(Metrics.catalog.map { $0.identifier } == ["modes", "high-quality", "reverse-kl"])
    }

    @Test(arguments: Metrics.catalog.indices)
    func oneValuePerColumn(index: Int) throws {
        let metric = try Metrics.catalog[index].init(settings: SettingsDocument.describing().root)
        let values = metric.evaluate(measure([1, 0], ring))
        #expect(values.count == metric.columns.count)
        for column in metric.columns {
            #expect(column.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil)
        }
    }
}
