import Exporting
import FileFormats
import Foundation
import Recording

/// Runs with chosen evaluations, written as a training writes them and read back.
struct EvaluatedSweep {
    private let folder = TemporaryFolder()
    private(set) var plan: SweepPlan
    private var logs: [String: (state: RunState, log: RunLog?)] = [:]

    /// - Parameter keys: two keys, and "seed".
    init(keys: [String] = ["swap.interval", "population.pairs", "seed"]) {
        plan = SweepPlan(name: "sample", keys: keys, experiment: "", commandLine: [], runs: [])
    }

    /// A run of one or more arms, given as their values of the two keys.
    ///
    /// - Parameter modes: `[row][pair]`, every 10 steps from 0 on; nil for a run without a log.
    mutating func add(
        _ arms: [(Int, Int)], seed: Int, state: RunState = .finished, modes: [[Double]]?
    ) throws {
        let name = "run-\(plan.runs.count)"
        plan.runs.append(
            .init(
                name: name, hash: "0123abcd", overrides: [], seed: seed, steps: 20,
                pairs: modes?.first?.count ?? 1, differences: [:],
                places: arms.map { [.integer($0.0), .integer($0.1), .integer(seed)] }))
        logs[name] = (state, try modes.map { try log(name, $0) })
    }

    func readings(_ request: SweepRequest = SweepRequest()) -> SweepReadings {
        var readings = SweepReadings(plan: plan, request: request)
        for run in plan.runs {
            if let (state, log) = logs[run.name] { readings.add(run, state: state, log: log) }
        }
        return readings
    }

    func tables(_ request: SweepRequest = SweepRequest()) throws -> SweepTables {
        try SweepTables(readings(request))
    }

    /// Its "loss" of discriminators is -1 everywhere; `reverse_kl` is 1 for the first pair only.
    private func log(_ name: String, _ modes: [[Double]]) throws -> RunLog {
        let directory = "\(folder.path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        try RunDirectory.prepare(path: directory, overwrite: false)
        let pairs = modes[0].count
        let schema = try LogSchema(
            runName: name, pairs: pairs,
            streams: [
                LogStream(name: "train", columns: [LogColumn("d_loss", .float64)]),
                LogStream(
                    name: "eval",
                    columns: [LogColumn("modes", .float64), LogColumn("reverse_kl", .float64)]),
            ],
            experimentTOML: "name = \"sample\"\n", provenanceJSON: "{}")
        let recorder = try RunRecorder(directory: directory, schema: schema)
        for (row, values) in modes.enumerated() {
            let divergences = values.indices.map { $0 == 0 ? 1 : Double.nan }
            for (stream, payload) in [
                (0, values.map { _ in -1.0 }), (1, values + divergences),
            ] {
                payload.withUnsafeBytes {
                    recorder.append(stream: stream, axis: Int64(10 * row), payload: $0)
                }
            }
        }
        try recorder.drain()
        try recorder.finish(state: .finished)
        return try RunLog(directory: directory)
    }
}
