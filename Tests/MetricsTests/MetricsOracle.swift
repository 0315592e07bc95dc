import Foundation
import Metrics

/// What `Tests/Oracles/metrics_values.py` wrote.
struct MetricsOracle: Decodable, Sendable {
    struct Features: Decodable, Sendable {
        struct Kernel: Decodable, Sendable {
            /// `[subset][example]`
            let real: [[Int]]
            let generated: [[Int]]
            let mean: Double
            let deviation: Double
        }
        let width: Int
        private let real: [Float]
        private let generated: [Float]
        let frechet: Double
        let kid: Kernel
        let mmd: Double
        /// `[direction, feature]`
        let directions: [Double]
        let slicedWasserstein: Double
        let precisionRecall: [Double]
        let densityCoverage: [Double]
        let nearestNeighborAccuracy: [Double]
        let memorization: [Double]

        var realFeatures: FeatureMatrix { featureMatrix(real, width: width) }
        var generatedFeatures: FeatureMatrix { featureMatrix(generated, width: width) }
    }
    struct Modes: Decodable, Sendable {
        let counts: [Int]
        let reverseKl: Double
        let jensenShannon: Double
        let smallestModeShare: Double
    }
    struct Perfect: Decodable, Sendable {
        let modes: Int
        let samples: Int
        /// By column: the mean over many draws and its standard error.
        let values: [String: [Double]]
    }

    let features: [Features]
    let modes: [Modes]
    let perfect: [Perfect]

    static let stored: MetricsOracle = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Oracles/metrics_values.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(MetricsOracle.self, from: Data(contentsOf: file))
        } catch {
            fatalError("\(file.path()): \(error)")
        }
    }()
}

func featureMatrix(_ rows: [Float], width: Int) -> FeatureMatrix {
    rows.withUnsafeBufferPointer { FeatureMatrix($0, width: width) }
}

/// Whether two values agree to `tolerance`, relative to the larger one or to 1.
func agree(_ found: [Double], _ expected: [Double], _ tolerance: Double = 1e-12) -> Bool {
    found.count == expected.count
        && zip(found, expected).allSatisfy {
            abs($0 - $1) <= tolerance * max(1, abs($0), abs($1))
        }
}
