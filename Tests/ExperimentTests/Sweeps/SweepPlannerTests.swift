import Experiment
import FileFormats
import Foundation
import Recording
import Settings
import TestSupport
import Testing

struct SweepPlannerTests {
    private let folder = TemporaryFolder()

    private func plan(
        _ sweep: String, _ words: String..., isLarge: Bool = false
    ) throws -> PlannedSweep {
        let path = try folder.write("a.toml", (smallExperiment + "\n[sweep]\n" + sweep).utf8)
        return try SweepPlanner.plan(
            path: path, words: words, commandLine: ["quadrille"], isLarge: isLarge)
    }

    /// The places of all runs, as text, in the order of the plan.
    private func places(_ sweep: PlannedSweep) -> [String] {
        sweep.plan.runs.map { run in
            run.places.map { $0.map { $0.serialized() }.joined(separator: ",") }
                .joined(separator: " ")
        }
    }

    /// What is put together from shared parts is what a process of its own makes of the words.
    @Test func everyRunIsWhatItsCommandLineMakes() throws {
        let sweep = try plan(
            """
            "swap.interval" = [0, 3, 24, 100]
            "population.pairs" = [1, 3]
            "swap.policy" = ["rotation", "random-matching"]
            "loss.name" = ["bce", "hinge"]
            "generator.hidden" = [[8], [4, 4]]
            "optimizer.generator.name" = ["adam", "sgd"]
            "record.metrics_every" = [1, 5]
            "data.source" = ["gaussian-ring", "gaussian-grid"]
            "data.batch_size" = [8, 16]
            steps = [20, 24]
            seed = [3, 7]
            """, "failure.on_nan=rewind")
        let experiment = try folder.write("frozen/experiment.toml", sweep.experimentTOML.utf8)
        let base = try ExperimentPlan.load(path: experiment, overrides: [])
        #expect(base.resolvedTOML == sweep.plan.experiment)
        #expect(sweep.plan.runs.count == 128 * (2 + 2 * 3))
        for run in sweep.plan.runs.enumerated().filter({ $0.offset % 97 == 0 }).map(\.element) {
            let alone = try ExperimentPlan.load(path: experiment, overrides: run.overrides)
            #expect(RunName.of(alone) == run.name)
            #expect(RunName.hash(of: alone) == run.hash)
            #expect(alone.steps == run.steps && alone.population.pairs == run.pairs)
            #expect(Int(alone.seed) == run.seed)
            #expect(
                sorted(run.differences)
                    == sorted(difference(alone.resolvedTOML, base.resolvedTOML)))
        }
    }

    private func sorted(_ object: JSONObject) -> [JSONObject.Member] {
        object.members.sorted { $0.key < $1.key }
    }

    /// The same from the texts, line by line.
    private func difference(_ text: String, _ base: String) -> JSONObject {
        func values(_ text: String) -> [(String, String)] {
            var table = ""
            return text.split(separator: "\n").compactMap { line in
                if line.hasPrefix("[") { table = line.dropFirst().dropLast() + "." }
                guard !line.hasPrefix("#"), !line.hasPrefix("["),
                    let equals = line.firstRange(of: " = ")
                else { return nil }
                return (table + line[..<equals.lowerBound], String(line[equals.upperBound...]))
            }
        }
        let (new, old) = (values(text), values(base))
        var object = JSONObject()
        for (key, value) in new where old.first(where: { $0.0 == key })?.1 != value {
            object[key] = try? JSONValue(parsing: Array(value.utf8), file: "")
        }
        for (key, _) in old where !new.contains(where: { $0.0 == key }) { object[key] = .null }
        return object
    }

    @Test func armsThatAreTheSameByDefinitionAreOneRun() throws {
        let sweep = try plan(
            """
            "swap.interval" = [0, 4, 24, 99]
            "population.pairs" = [1, 2]
            "swap.optimizer_state" = ["moves", "resets"]
            seed = [1]
            """)
        #expect(
            sweep.plan.keys == [
                "swap.interval", "population.pairs", "swap.optimizer_state", "seed",
            ])
        #expect(
            places(sweep) == [
                [0, 24, 99].flatMap { k in ["moves", "resets"].map { "\(k),2,\"\($0)\",1" } }
                    .joined(separator: " "),
                "4,2,\"moves\",1", "4,2,\"resets\",1",
                [0, 4, 24, 99].flatMap { k in ["moves", "resets"].map { "\(k),1,\"\($0)\",1" } }
                    .joined(separator: " "),
            ])
        #expect(
            sweep.plan.runs[0].overrides == ["swap.interval=0", "population.pairs=2", "seed=1"])
        #expect(
            sweep.plan.runs[0].differences == [
                "seed": 1, "population.pairs": 2, "swap.interval": 0,
            ])
        #expect(sweep.plan.runs[3].name.hasPrefix("population.pairs=1,swap.interval=0,seed1-"))
    }

    @Test func aPairAloneIsOneRunUnderEveryPolicyOfAFixedInterval() throws {
        let sweep = try plan(
            "\"population.pairs\" = [1, 2]\n\"swap.policy\" = [\"rotation\", \"random-matching\"]")
        #expect(places(sweep).map { $0.split(separator: " ").count } == [1, 1, 2])
    }

    @Test func theSeedOfTheFileIsAPlaceToo() throws {
        let sweep = try plan("\"swap.interval\" = [1, 2]")
        #expect(sweep.plan.keys == ["swap.interval", "seed"])
        #expect(places(sweep) == ["1,3", "2,3"])
    }

    @Test func zippedKeysAdvanceTogetherAndExclusionsAreLeftOut() throws {
        let sweep = try plan(
            """
            "swap.interval" = [1, 2, 3]
            "swap.start" = [5, 6, 7]
            "population.pairs" = [2, 3]
            zip = [["swap.interval", "swap.start"]]
            exclude = [{ "swap.interval" = 2, "population.pairs" = 3 }]
            seed = "1..1"
            """)
        #expect(
            Set(places(sweep)) == ["1,5,2,1", "1,5,3,1", "2,6,2,1", "3,7,2,1", "3,7,3,1"])
    }

    @Test func theLongestRunsComeFirst() throws {
        let sweep = try plan(
            """
            "population.pairs" = [1, 2, 8]
            "generator.hidden" = [[8], [64, 64]]
            steps = [10, 400]
            """)
        #expect(sweep.costs == sweep.costs.sorted(by: >))
        #expect(places(sweep).first == "8,[64,64],400,3")
        #expect(places(sweep).last == "1,[8],10,3")
    }

    @Test func planningTwiceGivesTheSamePlan() throws {
        let text = "\"swap.interval\" = [0, 1]\n\"population.pairs\" = [1, 2, 3]\nseed = \"1..3\""
        #expect(try plan(text).plan == plan(text).plan)
    }

    @Test(arguments: [
        (
            "\"swap.intervall\" = [1]",
            "a.toml:36:21: key swap.intervall: unknown key; did you mean swap.interval?"
        ),
        ("\"swop.interval\" = [1]", "did you mean"),
        ("\"swap.interval\" = [1, \"two\"]", "expected an integer"),
        ("\"population.pairs\" = [2, 0]", "expected an integer from 1"),
        ("\"loss.real_label\" = [1]\n\"loss.name\" = [\"bce\", \"wgan\"]", "belongs to loss"),
        ("\"generator.output\" = [\"none\", \"sigmoid\"]", "generator.output"),
        ("\"data.batch_size\" = [8, 65]", "a batch of 65 is larger"),
        ("seed = \"1..10001\"", "10001 combinations: if so many are meant, say so with --yes"),
        ("seed = \"1..10000\"\n\"swap.interval\" = \"1..1000\"", "10000000 combinations: a plan"),
        ("retry = 1", "an empty grid"),
        ("seed = [1]\nexclude = [{ seed = 1 }]", "an empty grid: every combination"),
    ])
    func faultsStopThePlanBeforeAnythingStarts(sweep: String, message: String) throws {
        let error = #expect(throws: SettingsError.self) { try plan(sweep) }
        let text = "\(try #require(error))"
        #expect(text.contains(message))
        #expect(folder.names == ["a.toml"])
    }

    @Test func aSweepIsNoRun() throws {
        let path = try folder.write("a.toml", (smallExperiment + "\n[sweep]\nseed = 1").utf8)
        let error = #expect(throws: SettingsError.self) {
            try ExperimentPlan.load(path: path, overrides: [])
        }
        #expect("\(try #require(error))".contains("quadrille sweep"))
    }

    /// 10,000 runs under 2 s on the machine where this was measured (1 s); the bound leaves room
    /// for one that is busy.
    @Test func tenThousandRunsArePlannedQuickly() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let sweep = try plan(
            """
            "swap.interval" = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
            "population.pairs" = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
            seed = "1..100"
            """)
        #expect(sweep.plan.runs.count == 10_000)
        #expect(clock.now - start < .seconds(10))
    }
}

struct SweepFolderTests {
    private let folder = TemporaryFolder()

    private func sweep(_ words: String...) throws -> PlannedSweep {
        let text = smallExperiment + "\n[sweep]\n\"swap.interval\" = [1, 2]\nseed = \"1..2\"\n"
        let path = try folder.write("a.toml", text.utf8)
        return try SweepPlanner.plan(
            path: path, words: words, commandLine: ["quadrille"], isLarge: false)
    }

    private var results: String { folder.path + "/results" }

    @Test func thePlanIsThereBeforeAnythingStarts() throws {
        let sweep = try sweep()
        let made = try SweepFolder(sweep, results: results)
        #expect(contents(of: made.directory) == ["experiment.toml", "plan.json"])
        #expect(try SweepPlan(contentsOf: SweepDirectory.planPath(made.directory)) == sweep.plan)
        #expect(SweepFolder.pending(sweep.plan, in: made.directory) == [0, 1, 2, 3])
    }

    @Test func onlyOneSweepWorksInAFolder() throws {
        let sweep = try sweep()
        var first: SweepFolder? = try SweepFolder(sweep, results: results)
        let error = #expect(throws: RecordingError.self) {
            try SweepFolder(sweep, results: results)
        }
        #expect("\(try #require(error))".contains("another sweep is running"))
        #expect(first != nil)
        first = nil
        #expect(throws: Never.self) { try SweepFolder(sweep, results: results) }
    }

    @Test(arguments: [
        (["swap.interval=1,3"], "swap.interval: 1, 2 before, 1, 3 now"),
        (["seed=1..3"], "seed: 1, 2 before, 1, 2, 3 now"),
        (["swap.interval=1"], "swap.interval: 1, 2 before, not swept now"),
        (["population.pairs=2,3"], "population.pairs: not swept before, 2, 3 now"),
        (["swap.policy=rotation"], "swap.policy: random-matching before, rotation now"),
        (["sweep.exclude=[{seed=1,\"swap.interval\"=1}]"], "1 of its runs are not in this one"),
    ])
    func anotherGridIsRefusedWithWhatDiffers(words: [String], message: String) throws {
        _ = try SweepFolder(sweep(), results: results)
        let other = try SweepPlanner.plan(
            path: folder.path + "/a.toml", words: words, commandLine: [], isLarge: false)
        let error = #expect(throws: SweepError.self) { try SweepFolder(other, results: results) }
        #expect("\(try #require(error))".contains(message))
    }

    @Test func otherOptionsAreTheSameGrid() throws {
        _ = try SweepFolder(sweep(), results: results)
        #expect(throws: Never.self) {
            try SweepFolder(sweep("sweep.retry=3"), results: results)
        }
    }
}
