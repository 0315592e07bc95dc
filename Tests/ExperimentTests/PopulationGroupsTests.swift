import Adversarial
import Datasets
import Experiment
import FileFormats
import Foundation
import Population
import Recording
import Settings
import Testing

/// The small experiment with groups that say these things of themselves.
private func grouped(_ groups: [[String]]) -> String {
    smallExperiment.replacingOccurrences(of: "[population]\npairs = 3\n", with: "")
        + groups.map { "\n[[population.groups]]\n" + $0.joined(separator: "\n") + "\n" }.joined()
}

/// Two pairs with wide generators and a penalty, and one with small batches.
private let wide = [
    "generator.hidden=[12, 6]", "discriminator.hidden=[5]", "loss.name=\"wgan-gp\"",
    "optimizer.discriminator.name=\"rmsprop\"", "optimizer.discriminator.learning_rate=0.002",
    "training.discriminator_updates=2",
]
private let small = [
    "data.batch_size=4", "data.modes=5", "training.microbatches=2", "generator.latent_size=3",
    "optimizer.generator.learning_rate=0.004",
]
/// As the penalty needs it in all groups.
private let layered = ["discriminator.normalization=layer"]
private let mixed = layeredText([["pairs=2"] + wide, small])

private func layeredText(_ groups: [[String]]) -> String {
    grouped(groups).replacingOccurrences(
        of: "normalization = \"batch\"\ndropout = 0.1",
        with: "normalization = \"layer\"\ndropout = 0.1")
}

/// Pairs of different architecture in one population.
@Suite struct PopulationGroupsTests {
    @Test func withoutSwapsAGroupIsAPopulationOfItsOwn() throws {
        let together = try FinishedRun(["swap.interval=0"], text: mixed, workers: 2)
        let bits = try together.bits()
        for (first, count, settings) in [(0, 2, wide), (2, 1, small)] {
            let alone = try FinishedRun(
                settings + layered + [
                    "swap.interval=0", "population.pairs=\(count)",
                    "population.first_member=\(first)",
                ]
            ).bits()
            let members = first..<(first + count)
            #expect(alone.generators == Array(bits.generators[members]))
            #expect(alone.discriminators == Array(bits.discriminators[members]))
            #expect(bits.train.count == 24 && alone.train.count == 24)
            for (row, single) in zip(bits.train, alone.train) {
                for column in 0..<TrainColumn.count {
                    for pair in 0..<count {
                        let value: UInt32 = row.value(column, pair: first + pair, of: 3)
                        #expect(value == single.value(column, pair: pair, of: count))
                    }
                }
            }
        }
    }

    /// The combinations are then all the same model, and their plans do the same.
    @Test(arguments: policies, rules)
    func groupsThatAreAlikeAreNone(policy: String, rule: String) throws {
        let overrides =
            policySettings(policy, evaluates: true) + [
                "swap.interval=3", optimizerState(rule, policy: policy),
                "swap.normalization_statistics=\(rule)", "swap.warmup_steps=1", "evaluate.every=6",
                "evaluate.metrics=[\"modes\"]", "evaluate.samples=40", "failure.on_nan=rewind",
            ]
        let alike = [
            "training.microbatches=2", "loss.name=\"lsgan\"",
            "discriminator.activation=\"leaky-relu\"",
        ]
        let plain = try FinishedRun(overrides + alike, workers: 2).bits()
        let text = grouped([alike + ["pairs=1"], alike + ["pairs=2"]])
        #expect(try FinishedRun(overrides, text: text, workers: 2).bits() == plain)
        #expect(plain.swap.count == (policy == "swap-and-return" ? 14 : 7))
    }

    private static let everything = [
        "swap.interval=2", "swap.warmup_steps=1", "swap.hash=all", "record.metrics_every=3",
        "record.checkpoint_every=10", "record.samples_every=10", "evaluate.every=5",
        "evaluate.metrics=[\"modes\", \"reverse-kl\"]", "evaluate.samples=64", "steps=20",
    ]

    @Test(arguments: ["moves", "resets"]) func workersChangeNoBit(rule: String) throws {
        let overrides = Self.everything + ["swap.optimizer_state=\(rule)"]
        let reference = try FinishedRun(overrides, text: mixed)
        #expect(try reference.bits().swap.count == 9)
        for workers in [2, 4] {
            let run = try FinishedRun(overrides, text: mixed, workers: workers)
            #expect(try run.bits() == reference.bits())
            for step in [10, 20] {
                #expect(try contents(run, step) == contents(reference, step))
            }
        }
    }

    private func contents(_ run: FinishedRun, _ step: Int) throws -> [[UInt8]] {
        let file = try run.checkpoint(step: step)
        return file.tensors.map { tensor in file.withBytes(of: tensor) { Array($0) } }
    }

    @Test func aResumedRunGivesTheSameBits() throws {
        let overrides =
            Self.everything.filter { !$0.hasPrefix("record.checkpoint") }
            + ["record.checkpoint_every=1"]
        let whole = try FinishedRun(overrides, text: mixed, workers: 2)
        for step in [1, 8, 13] {
            let cut = try FinishedRun(overrides, text: mixed, workers: 2)
            let directory = cut.session.directory
            for later in Checkpoints.steps(in: directory) where later > step {
                try FileManager.default.removeItem(
                    atPath: RunDirectory.checkpointPath(directory, step: later))
            }
            try FileManager.default.removeItem(atPath: RunDirectory.statusPath(directory))
            let resumed = try FinishedRun(
                overrides, text: mixed, workers: 4, in: cut.folder, start: .resume(force: false))
            #expect(resumed.session.startStep == step)
            #expect(try resumed.bits() == whole.bits())
            #expect(try contents(resumed, 20) == contents(whole, 20))
        }
    }

    @Test func everythingAboutARunIsProved() throws {
        let run = try FinishedRun(Self.everything, text: mixed, workers: 2)
        var findings: [Finding] = []
        try Verification(directory: run.session.directory, from: 0, through: nil, workers: 2)
            .run { findings.append($0) }
        #expect(findings.allSatisfy { $0.verdict == .proved }, "\(findings)")
        #expect(findings.contains { $0.description.contains("9 swaps lead from the initial") })
    }

    /// Rounds by hand, each with a trainer of its own: a discriminator moves with its architecture,
    /// its rule and the state of that; everything else stays with the generator.
    @Test func aSwapIsWhatItSays() throws {
        let overrides = ["swap.interval=12", "swap.policy=rotation"]
        let text = layeredText([wide, small])
        let run = try FinishedRun(overrides, text: text, workers: 2)
        let plan = run.plan
        let state = PopulationState(plan)
        func train(_ pair: Int, _ discriminator: Int, _ steps: ClosedRange<Int>) throws {
            var model = plan.groups.all[pair].model
            if discriminator != pair {
                let root = try SettingsDocument(text: "", file: "", overrides: []).root
                model = try model.meeting(
                    plan.groups.all[discriminator].model, root: root, otherRoot: root)
            }
            let trainer = PairTrainer(
                model: model, plans: TrainingPlans(model), data: plan.groups.all[pair].data,
                steps: plan.steps, warmupSteps: 0)
            let failure = trainer.train(
                state.seat(pair, discriminator: discriminator), from: steps.lowerBound,
                through: steps.upperBound, observesGradients: true)
            #expect(failure == nil)
        }
        for pair in [0, 1] { try train(pair, pair, 1...12) }
        for pair in [0, 1] {
            state.arrive(discriminator: 1 - pair, at: pair, after: 12)
            try train(pair, 1 - pair, 13...24)
        }
        #expect(run.session.run.lineage.pairing.discriminatorOfPair == [1, 0])
        for (mine, other) in zip(
            state.generators + state.discriminators,
            run.state.generators + run.state.discriminators)
        {
            #expect(mine.parameters.elements.elementsEqual(other.parameters.elements))
        }
        // 12 steps with two updates each, then 12 with one; and the other way round.
        #expect(run.state.discriminatorOptimizers.map(\.updateCount) == [36, 36])
        #expect(run.state.discriminatorOptimizers.map(\.slotNames.count) == [1, 2])
    }

    @Test func rulesMoveAndLossesStay() throws {
        let run = try FinishedRun(
            ["swap.interval=12", "swap.policy=rotation"], text: layeredText([wide, small]))
        let rows = try run.bits().train
        for (row, seats) in [(rows[3], [0, 1]), (rows[20], [1, 0])] {
            for pair in [0, 1] {
                let rates: [Float] = [0.002, 0.001]
                let rate: Float = row.value(
                    TrainColumn.discriminatorLearningRate, pair: pair, of: 2)
                #expect(rate == rates[seats[pair]])
                let generatorRate: Float = row.value(
                    TrainColumn.generatorLearningRate, pair: pair, of: 2)
                #expect(generatorRate == [0.001, 0.004][pair])
                let penalty: Float = row.value(4, pair: pair, of: 2)
                #expect((penalty > 0) == (pair == 0))
            }
        }
    }

    @Test func theResolvedExperimentIsTheSameRun() throws {
        let run = try FinishedRun(Self.everything, text: mixed)
        let again = try FinishedRun(text: run.plan.resolvedTOML)
        #expect(try again.bits() == run.bits())
        #expect(again.plan.resolvedTOML == run.plan.resolvedTOML)
        #expect(RunName.hash(of: again.plan) == RunName.hash(of: run.plan))
    }

    /// Samples come from the member's own generator.
    @Test func samplesAreThoseOfTheMember() throws {
        let overrides = ["swap.interval=0", "record.checkpoint_every=24"]
        let together = try FinishedRun(overrides, text: mixed)
        let saved = try SavedRun(directory: together.session.directory, step: nil)
        for (member, settings) in [(1, wide), (2, small)] {
            let alone = try FinishedRun(
                settings + layered + overrides + [
                    "population.pairs=1", "population.first_member=\(member)",
                ])
            let single = try SavedRun(directory: alone.session.directory, step: nil)
            #expect(
                try saved.examples(member: member, count: 150)
                    == single.examples(member: member, count: 150))
        }
    }

    /// Only data that are the same everywhere count once.
    @Test func groupsShareDataThatNoneHasOfItsOwn() throws {
        let folder = TemporaryFolder()
        let shared = try loadPlan(
            text: grouped([["pairs=2"], ["generator.hidden=[3]"]]), in: folder)
        #expect(shared.groups.dataFingerprint == shared.data.fingerprint)
        #expect(shared.population.pairs == 3)
        #expect(shared.groups.combinations.count == 4)
        let own = try loadPlan(["swap.interval=0"], text: mixed, in: folder)
        #expect(
            own.groups.dataFingerprint
                == own.groups.all.map(\.data.fingerprint)
                .joined(separator: ","))
        #expect(own.groups.combinations.count == 2)
        #expect(own.groups.combination(pair: 0, discriminator: 2) == nil)
    }

    @Test func groupsThatDifferInBatchesAloneShareTheirData() throws {
        let text = grouped([["data.batch_size=4"], ["data.batch_size=8"], ["data.modes=3"]])
        let all = try loadPlan(text: text, in: TemporaryFolder()).groups.all
        #expect(all.map(\.model.training.batchSize) == [4, 8, 8])
        let addresses = all.map { group in
            group.data.labels?.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
        }
        #expect(addresses[0] == addresses[1] && addresses[0] != addresses[2])
    }

    /// Files are named by their contents, wherever they lie and whichever group they are of.
    @Test func filesOfGroupsAreKnownByTheirContents() throws {
        let folder = TemporaryFolder()
        for name in ["one", "two"] {
            try NPYFile.write(
                path: "\(folder.path)/\(name).npy", (0..<256).map { Float($0 % 2) },
                shape: [64, 4])
        }
        let text = grouped([["data.source=\"npy\"", "data.path=\"one.npy\""], ["pairs=2"]])
            .replacingOccurrences(
                of: "source = \"gaussian-ring\"\ncount = 64\n",
                with: "source = \"npy\"\npath = \"two.npy\"\n")
        let plan = try loadPlan(text: text, in: folder)
        #expect(plan.resolvedTOML.contains("path = \"\(folder.path)/one.npy\""))
        #expect(plan.resolvedTOML.contains("path = \"\(folder.path)/two.npy\""))
        let other = try loadPlan(
            ["population.groups.0.data.path=two.npy"], text: text, in: folder)
        #expect(RunName.of(other) == RunName.of(plan))
        try NPYFile.write(
            path: "\(folder.path)/two.npy", (0..<256).map { Float(1 - $0 % 2) }, shape: [64, 4])
        #expect(try RunName.of(loadPlan(text: text, in: folder)) != RunName.of(plan))
    }

    @Test func inspectionShowsEveryCombination() throws {
        let text = PlanReport(try loadPlan(text: mixed, in: TemporaryFolder()))
            .text(showsGraphs: false)
        for generator in [0, 1] {
            for discriminator in [0, 1] {
                let line =
                    "generators of group \(generator), discriminators of group \(discriminator)\n"
                #expect(text.contains(line))
            }
        }
        #expect(text.contains("group 0: 2 pairs\ngenerator       "))
    }

    @Test func sweepsReachIntoGroups() throws {
        let folder = TemporaryFolder()
        let axis = "\"population.groups.1.generator.hidden\" = [[3], [4, 5]]"
        let path = try folder.write("small.toml", (mixed + "\n[sweep]\n\(axis)\n").utf8)
        let sweep = try SweepPlanner.plan(path: path, words: [], commandLine: [], isLarge: false)
        #expect(sweep.plan.runs.count == 2)
        #expect(Set(sweep.plan.runs.map(\.name)).count == 2)
    }
}

/// What cannot live together is refused before the run.
@Suite struct PopulationGroupsLimitsTests {
    private let folder = TemporaryFolder()

    @Test(arguments: [
        ([["pairs=0"]], [], "population.groups.0.pairs"),
        ([["pairs=60000"], ["pairs=60000"]], [], "population.groups.1.pairs"),
        ([["pairs=2"]], ["population.pairs=2"], "population.pairs"),
        ([["hidden=[2]"]], [], "population.groups.0.hidden"),
        ([["swap.interval=3"]], [], "population.groups.0.swap"),
        ([[], ["generator.hiden=[2]"]], [], "population.groups.1.generator.hiden"),
        ([[], ["loss.weight=2.0"]], [], "population.groups.1.loss.weight"),
        ([[], ["data.batch_size=65"]], [], "population.groups.1.data.batch_size"),
        ([[], ["generator.output=\"tanh\""]], [], "population.groups.1.generator.output"),
        ([[], ["loss.name=\"wgan-gp\""]], [], "discriminator.normalization"),
        (
            [["discriminator.normalization=\"layer\"", "loss.name=\"wgan-gp\""], []], [],
            "discriminator.normalization"
        ),
        (
            [["data.batch_size=1", "discriminator.normalization=\"none\""], []],
            ["generator.normalization=none"], "discriminator.normalization"
        ),
        (
            [[], ["discriminator.hidden=[9]"]], ["swap.optimizer_state=stays"],
            "swap.optimizer_state"
        ),
        (
            [[], ["optimizer.discriminator.name=\"adamw\""]], ["swap.optimizer_state=stays"],
            "swap.optimizer_state"
        ),
        (
            [[], ["discriminator.hidden=[9]"]], ["swap.normalization_statistics=stays"],
            "swap.normalization_statistics"
        ),
        ([[], ["discriminator.hidden=[9]"]], ["swap.policy=average"], "swap.policy"),
        ([[], ["discriminator.normalization=\"none\""]], ["swap.policy=average"], "swap.policy"),
        ([[], ["optimizer.discriminator.name=\"adamw\""]], ["swap.policy=average"], "swap.policy"),
        (Array(repeating: [], count: 17), [], "population.groups"),
    ]) func whatCannotBeIsRefused(groups: [[String]], overrides: [String], key: String) throws {
        let error = #expect(throws: SettingsError.self) {
            try loadPlan(overrides, text: grouped(groups), in: folder)
        }
        #expect(error?.key == key, "\(error.map { "\($0)" } ?? "")")
    }

    /// What never meets needs not fit.
    @Test(arguments: [
        ([["discriminator.normalization=\"layer\"", "loss.name=\"wgan-gp\""], []], []),
        ([[], ["discriminator.hidden=[9]"]], ["swap.optimizer_state=stays"]),
    ]) func withoutSwapsNothingHasToFit(groups: [[String]], overrides: [String]) throws {
        let plan = try loadPlan(
            overrides + ["swap.interval=0"], text: grouped(groups), in: folder)
        #expect(plan.groups.combinations.count == 2)
    }

    /// State that is of one shape may stay.
    @Test func likeDiscriminatorsMayLeaveTheirState() throws {
        let text = grouped([[], ["generator.hidden=[9]", "discriminator.dropout=0"]])
        let overrides = ["swap.optimizer_state=stays", "swap.normalization_statistics=stays"]
        #expect(try FinishedRun(overrides, text: text).ending == .finished)
    }

    @Test func dataOfOneShapeAndRangeAreNeeded() throws {
        func write(_ name: String, _ shape: [Int], _ value: Float) throws -> String {
            let path = "\(folder.path)/\(name).npy"
            let count = shape.reduce(1, *)
            try NPYFile.write(path: path, (0..<count).map { Float($0 % 2) * value }, shape: shape)
            return "data.source=\"npy\"\ndata.path=\"\(path)\""
        }
        let one = try write("one", [64, 4], 1)
        for (other, key) in [
            (try write("long", [64, 5], 1), "source"), (try write("high", [64, 4], 2), "range"),
        ] {
            let text = grouped([[one], [other]])
                .replacingOccurrences(of: "source = \"gaussian-ring\"\ncount = 64\n", with: "")
            let error = #expect(throws: SettingsError.self) {
                try loadPlan(["swap.interval=0"], text: text, in: folder)
            }
            #expect(error?.key == "population.groups.1.data.\(key)", "\(error!)")
            #expect(error?.message.contains("group 1") == true)
        }
    }

    /// A checkpoint that has other partners than can be.
    @Test func aHostilePairingIsRefused() throws {
        let run = try FinishedRun(["record.checkpoint_every=24", "swap.interval=0"], text: mixed)
        let file = try run.checkpoint(step: 24)
        let layout = SafetensorsLayout(
            tensors: file.tensors.map { .init(name: $0.name, type: $0.type, shape: $0.shape) },
            metadata: file.metadata, hasChecksums: true)
        let contents = file.tensors.map { tensor in
            tensor.name == "population.pairing"
                ? [2, 1, 0].flatMap { [$0] + [UInt8](repeating: 0, count: 7) }
                : file.withBytes(of: tensor) { Array($0) }
        }
        let path = folder.path + "/swapped.safetensors"
        try AtomicFile.write(path: path, layout.file(contents: contents))
        let state = PopulationState(run.plan)
        let error = #expect(throws: DataError.self) {
            try state.restore(from: SafetensorsFile(contentsOf: path), file: path)
        }
        #expect(error?.message.contains("discriminator 2 sits with pair 0") == true)
    }
}
