import Evaluation
import Experiment
import FileFormats
import Population
import Recording
import Testing

/// What a run that trains leaves about its population.
@Suite struct PopulationMeasuringTests {
    private static let measures = PopulationMeasures.catalog.map { $0.identifier }
    private static let settings = [
        "evaluate.population=[\(measures.map { "\"\($0)\"" }.joined(separator: ","))]",
        "evaluate.population_samples=30", "record.checkpoint_every=6", "evaluate.every=7",
        "evaluate.metrics=[\"high-quality\", \"mmd\", \"modes\"]", "evaluate.samples=20",
        "evaluate.criterion=mmd",
    ]

    /// The numbers of the columns in a row of `/crossplay`, or of `/population` behind who sat
    /// with whom.
    private func numbers(_ row: Row, skipping skipped: Int = 0) -> [UInt64] {
        row.bytes.withUnsafeBytes { bytes in
            stride(from: skipped, to: bytes.count, by: 8).map {
                bytes.loadUnaligned(fromByteOffset: $0, as: UInt64.self)
            }
        }
    }

    private func expected(
        _ run: FinishedRun, _ values: [[Double]], areCrossPlay: Bool
    ) -> [UInt64] {
        zip(run.plan.populationEvaluation?.columns ?? [], values)
            .filter { ($0.0.extent == .crossPlay) == areCrossPlay }
            .flatMap { $1.map(\.bitPattern) }
    }

    @Test(arguments: [1, 3]) func rowsAreThoseOfThePopulationAsItWasSaved(workers: Int) throws {
        let run = try FinishedRun(
            Self.settings + ["evaluate.population_every=12"], workers: workers)
        let rows = try run.rows()
        let (crossPlay, population) = try (
            #require(rows["crossplay"]), #require(rows["population"])
        )
        #expect(crossPlay.map(\.axis) == [0, 12, 24] && population.map(\.axis) == [0, 12, 24])
        for (place, step) in [(1, 12), (2, 24)] {
            let state = PopulationState(run.plan)
            let file = RunDirectory.checkpointPath(run.session.directory, step: step)
            let restored = try state.restore(from: run.checkpoint(step: step), file: file)
            let pairing = restored.lineage.pairing
            let measuring = try #require(PopulationMeasuring(run.plan))
            let values = measuring.values(of: state, pairing: pairing, step: step)
            #expect(
                numbers(crossPlay[place]) == expected(run, values, areCrossPlay: true))
            let row = population[place]
            #expect(
                numbers(row, skipping: 12) == expected(run, values, areCrossPlay: false))
            let seats: [Int32] = (0..<3).map { row.value(0, pair: $0, of: 3) }
            #expect(seats.map(Int.init) == pairing.discriminatorOfPair)
        }
    }

    /// Pairs leave their parts up to two rounds apart: at every step, and also where swaps of any
    /// kind come between.
    @Test(arguments: ["random-matching", "average", "swap-and-return", "tournament"])
    func workersChangeNoBit(policy: String) throws {
        let overrides =
            Self.settings + policySettings(policy, evaluates: true) + [
                "evaluate.population_every=1", "population.pairs=5", "swap.interval=3", "steps=12",
            ]
        let reference = try FinishedRun(overrides).bits()
        #expect(reference.crossPlay.count == 13 && reference.population.count == 13)
        for workers in [2, 4, 5] {
            #expect(try FinishedRun(overrides, workers: workers).bits() == reference)
        }
    }

    @Test func streamsExistOnlyWhereAskedFor() throws {
        let plain = try FinishedRun()
        #expect(try plain.rows()["population"] == nil && plain.rows()["crossplay"] == nil)
        #expect(!plain.plan.resolvedTOML.contains("\npopulation"))
        let some = try FinishedRun([
            "evaluate.population=[\"gam-2\"]", "evaluate.population_every=20",
            "evaluate.population_samples=10",
        ])
        #expect(try some.rows()["population"]?.map(\.axis) == [0, 20, 24])
        #expect(try some.rows()["crossplay"] == nil)
    }

    /// Discriminators have their own numbers, whoever they sit with.
    @Test func theLogHasBothAxes() throws {
        let run = try FinishedRun(Self.settings + ["evaluate.population_every=12"])
        let log = try HDF5File.openForReading(RunDirectory.logPath(run.session.directory))
        let group = try log.root.openGroup("crossplay")
        for name in ["accuracy", "loss"] {
            #expect(try group.openDataset(name, type: .float64).shape == [3, 3, 3])
        }
        let population = try log.root.openGroup("population")
        #expect(try population.openDataset("coupling_gap", type: .float64).shape == [3, 3])
        #expect(try population.openDataset("coupling_gap_mean", type: .float64).shape == [3])
    }

    /// Members on other data, with other networks and losses.
    @Test func groupsAreMeasuredTogether() throws {
        let groups = """

            [[population.groups]]
            pairs = 2
            [population.groups.loss]
            name = "lsgan"

            [[population.groups]]
            pairs = 1
            [population.groups.discriminator]
            hidden = [5]
            """
        let text = smallExperiment.replacing("[population]\npairs = 3\n", with: "") + groups
        let overrides = Self.settings + ["evaluate.population_every=5"]
        let first = try FinishedRun(overrides, text: text).bits()
        #expect(first.crossPlay.count == 6)
        #expect(try FinishedRun(overrides, text: text, workers: 3).bits() == first)
    }
}
