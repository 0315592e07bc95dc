import Foundation

/// What `Tests/Oracles/statistics_values.py` wrote.
struct StatisticsOracle: Decodable, Sendable {
    struct Averages: Decodable, Sendable {
        struct Quantile: Decodable, Sendable {
            let probability: Double
            let value: Double
        }
        let values: [Double]
        let mean: Double
        let median: Double
        let interquartileMean: Double
        let standardDeviation: Double
        let standardError: Double
        let quantiles: [Quantile]
    }
    struct Bootstrap: Decodable, Sendable {
        struct Interval: Decodable, Sendable {
            let statistic: String
            let exact: [Double]
            let near: [Double]
        }
        let strata: [[Double]]
        let level: Double
        /// [resample][stratum][value]
        let drawn: [[[Int]]]
        let intervals: [Interval]
    }
    struct Curve: Decodable, Sendable {
        let x: [Double]
        let y: [Double]
        let area: Double
    }
    struct SignFlip: Decodable, Sendable {
        let differences: [Double]
        let p: Double
        let near: [Double]?
    }
    struct Holm: Decodable, Sendable {
        let p: [Double]
        let adjusted: [Double]
    }

    let averages: [Averages]
    let bootstrap: [Bootstrap]
    let curves: [Curve]
    let signFlips: [SignFlip]
    let signedRanks: [SignFlip]
    let holm: [Holm]

    static func read() throws -> StatisticsOracle {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Oracles/statistics_values.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Self.self, from: Data(contentsOf: file))
    }
}

/// Whether two numbers agree to about 14 digits of `scale`.
func agree(_ first: Double, _ second: Double, scale: Double = 1) -> Bool {
    abs(first - second) <= 1e-14 * max(scale, abs(first), abs(second))
}
