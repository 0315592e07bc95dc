import Adversarial
import Experiment
import FileFormats
import Foundation
import Population
import Recording
// Exported so that every test of this target sees the temporary folders.
@_exported import TestSupport
import Testing

/// Networks small enough for hundreds of runs, with everything that has state or draws numbers.
let smallExperiment = """
    name = "small"
    seed = 3
    steps = 24

    [data]
    source = "gaussian-ring"
    count = 64
    batch_size = 8

    [population]
    pairs = 3

    [swap]
    interval = 4

    [generator]
    latent_size = 2
    hidden = [8]
    normalization = "batch"
    dropout = 0.2
    output = "none"

    [discriminator]
    hidden = [8]
    normalization = "batch"
    dropout = 0.1

    [record]
    metrics_every = 1
    samples_every = 0
    checkpoint_every = 0

    [evaluate]
    every = 0
    """

/// One row of the log: its step or event, and its bytes.
struct Row: Equatable {
    let axis: Int
    let bytes: [UInt8]

    /// Column `index` of 4-byte values at `pair`, after `skipped` bytes.
    func value<Value>(_ index: Int, pair: Int, of pairs: Int, skipping skipped: Int = 0) -> Value {
        bytes.withUnsafeBytes {
            $0.loadUnaligned(
                fromByteOffset: skipped + (index * pairs + pair) * 4, as: Value.self)
        }
    }
}

/// The columns of `/train` by their place in a row.
enum TrainColumn {
    static let discriminator = 0
    static let discriminatorLearningRate = 10
    static let generatorLearningRate = 11
    static let count = 13
}

/// All numbers that a run leaves, but for wall times.
struct RunBits: Equatable {
    /// By member: parameters, slots, statistics, estimates, averages and update counts.
    var generators: [[UInt32]] = []
    var discriminators: [[UInt32]] = []
    var pairing: [Int] = []
    var train: [Row] = []
    var swap: [Row] = []
    var evaluation: [Row] = []
    var rewind: [Row] = []
    var crossPlay: [Row] = []
    var population: [Row] = []

    /// The networks and their state alone.
    var state: [[UInt32]] { generators + discriminators }
}

/// A finished run in a folder of its own.
struct FinishedRun {
    let folder: TemporaryFolder
    let session: RunSession
    let ending: RunSession.Ending
    var plan: ExperimentPlan { session.plan }
    var state: PopulationState { session.run.state }

    /// - Parameter poison: may change the first states.
    init(
        _ overrides: [String] = [], text: String = smallExperiment, workers: Int = 1,
        in folder: TemporaryFolder = TemporaryFolder(),
        start: RunSession.Start = .new(overwrite: false),
        poison: (PopulationState) -> Void = { _ in }
    ) throws {
        self.folder = folder
        let plan = try loadPlan(overrides, text: text, in: folder)
        session = try #require(
            try RunSession(
                plan: plan, results: folder.path + "/results", start: start,
                workers: workers, commandLine: ["quadrille", "run"]))
        poison(session.run.state)
        ending = try session.finish(session.train())
    }

    func bits() throws -> RunBits {
        var bits = RunBits()
        for pair in 0..<plan.population.pairs {
            bits.generators.append(
                words(
                    state.generators[pair], state.generatorOptimizers[pair],
                    state.generatorStatistics[pair]))
            bits.discriminators.append(
                words(
                    state.discriminators[pair], state.discriminatorOptimizers[pair],
                    state.discriminatorStatistics[pair]))
        }
        bits.pairing = session.run.lineage.pairing.discriminatorOfPair
        let rows = try rows()
        bits.train = (rows["train"] ?? []).map {
            Row(axis: $0.axis, bytes: $0.bytes.dropLast(8))
        }
        bits.swap = rows["swap"] ?? []
        bits.evaluation = rows["eval"] ?? []
        bits.rewind = rows["rewind"] ?? []
        bits.crossPlay = rows["crossplay"] ?? []
        bits.population = rows["population"] ?? []
        return bits
    }

    /// The rows of the journal by stream.
    func rows() throws -> [String: [Row]] {
        let reader = try JournalReader(RunDirectory.journalPath(session.directory))
        var rows: [String: [Row]] = [:]
        try reader.forEachRow { stream, axis, values in
            rows[reader.schema.streams[stream].name, default: []].append(
                Row(axis: Int(axis), bytes: Array(values)))
        }
        return rows
    }

    func checkpoint(step: Int) throws -> SafetensorsFile {
        try SafetensorsFile(
            contentsOf: RunDirectory.checkpointPath(session.directory, step: step))
    }

    private func words(
        _ network: NetworkState, _ optimizer: OptimizerState, _ statistics: FloatVector
    ) -> [UInt32] {
        [network.parameters, optimizer.slots, statistics, network.estimates, network.average]
            .flatMap { $0.elements.map(\.bitPattern) } + [UInt32(optimizer.updateCount)]
    }
}

/// The plan of an experiment file with this text.
func loadPlan(
    _ overrides: [String] = [], text: String = smallExperiment, in folder: TemporaryFolder
) throws -> ExperimentPlan {
    let path = try folder.write("experiment.toml", text.utf8)
    return try ExperimentPlan.load(path: path, overrides: overrides)
}

let policies = SwapPolicies.catalog.map { $0.identifier }
/// Those whose discriminators change places and are left as they are.
let movingPolicies = [
    "random-matching", "rotation", "random-derangement", "random-permutation", "best-with-worst",
]
let rules = StateRule.allCases.map(\.rawValue)

/// A policy with what it needs: scores come from wide modes, where these networks differ.
///
/// - Parameter evaluates: whether the caller has the metric `modes`.
func policySettings(_ policy: String, evaluates: Bool = false) -> [String] {
    let name = ["swap.policy=\(policy)"]
    guard ["best-with-worst", "tournament"].contains(policy) else { return name }
    return name + ["swap.score=\(evaluates ? "modes" : "high_quality")", "data.sigma=0.3"]
        + (evaluates
            ? []
            : [
                "evaluate.every=5", "evaluate.metrics=[\"high-quality\"]", "evaluate.samples=64",
            ])
}

/// The setting of `swap.optimizer_state`, or the only one that the policy accepts.
func optimizerState(_ rule: String, policy: String) -> String {
    "swap.optimizer_state=\(policy == "optimizer-state-only" ? "moves" : rule)"
}
