import Adversarial
import Datasets
import Evaluation
import Experiment
import FileFormats
import Foundation
import Metrics
import NeuralNetwork
import Population
import Recording
import Settings
import TestSupport
import Testing

struct CatalogsTests {
    private static let experiments: [String] = {
        let folder = URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Experiments")
        let files = try? FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        return (files ?? []).map { $0.path(percentEncoded: false) }
            .filter { $0.hasSuffix(".toml") }.sorted()
    }()

    @Test func thereAreExperiments() { #expect(Self.experiments.count >= 9) }

    /// One run, or many: then each of them.
    @Test(arguments: experiments) func everyExperimentLoads(path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let images = TemporaryFolder()
        let isOfOwnImages = text.contains("\nsource = \"images\"")
        if isOfOwnImages { try Self.writeImages(into: images) }
        let overrides = isOfOwnImages ? ["data.path=\(images.path)"] : []
        let name =
            text.contains("\n[sweep]")
            ? try SweepPlanner.plan(path: path, words: [], commandLine: [], isLarge: false).plan
                .name
            : try ExperimentPlan.load(path: path, overrides: overrides).name
        #expect(path.hasSuffix("/\(name).toml"))
    }

    /// Enough for a batch.
    private static func writeImages(into folder: TemporaryFolder) throws {
        for index in 0..<128 {
            let picture = Picture(
                width: 5, height: 4, channels: 1,
                bytes: [UInt8](repeating: UInt8(index), count: 20))
            try folder.write("\(index).png", PNG.encode(picture))
        }
    }

    @Test func identifiersAreUniqueWordsWithHyphens() {
        let catalogs: [[String]] = [
            Losses.catalog.map { $0.identifier },
            Regularizers.catalog.map { $0.identifier },
            Augmentations.catalog.map { $0.identifier }, Networks.catalog.map { $0.identifier },
            Optimizers.catalog.map { $0.identifier },
            LearningRateSchedules.catalog.map { $0.identifier },
            Initializers.catalog.map { $0.identifier },
            DataSources.catalog.map { $0.identifier }, Metrics.catalog.map { $0.identifier },
            SwapPolicies.catalog.map { $0.identifier },
            PopulationMeasures.catalog.map { $0.identifier },
        ]
        for catalog in catalogs {
            #expect(!catalog.isEmpty && Set(catalog).count == catalog.count)
            for identifier in catalog {
                #expect(identifier.wholeMatch(of: /[a-z][a-z0-9]*(-[a-z0-9]+)*/) != nil)
            }
        }
    }

    @Test func everyKeyIsListedOnceWithAllThatCanBeSaid() {
        let entries = KeyCatalog.entries
        let paths = entries.map(\.declaration.path)
        #expect(Set(paths).count == paths.count)
        for entry in entries {
            #expect(!entry.declaration.meaning.isEmpty, "\(entry.declaration.path)")
            #expect(!entry.declaration.type.isEmpty && !entry.defaults.isEmpty)
        }
        for key in [
            "name", "seed", "steps", "data.source", "data.path", "data.modes", "data.batch_size",
            "population.groups.pairs", "population.shared", "swap.interval", "swap.hash",
            "generator.slope",
            "discriminator.maxout_pieces", "generator.normalization_momentum", "loss.clip",
            "loss.weight", "loss.real_label", "loss.allow_batch_coupling",
            "optimizer.generator.clip_norm", "optimizer.discriminator.beta1", "evaluate.metrics",
            "failure.on_nan", "failure.max_rewinds", "data.held_out", "evaluate.population",
            "evaluate.population_every", "evaluate.population_samples",
            "sweep.retry", "sweep.zip", "sweep.exclude",
            "discriminator.packing", "discriminator.count", "loss.aggregation",
        ] { #expect(paths.contains(key), "\(key)") }
    }

    @Test func keysKnowWhatTheyBelongTo() {
        let entries = KeyCatalog.entries
        func owner(_ path: String) -> String? {
            entries.first { $0.declaration.path == path }?.owner
        }
        #expect(owner("loss.clip") == "loss `wgan`")
        #expect(owner("loss.weight") == "loss `wgan-gp`")
        #expect(owner("augment.policy") == nil)
        #expect(owner("augment.cutout.ratio") == "augmentation `cutout`")
        #expect(owner("loss.consistency.color.brightness") == "augmentation `color`")
        #expect(owner("loss.consistency.weight_real") == "regularizer `consistency`")
        #expect(owner("loss.dragan.perturbation") == "regularizer `dragan`")
        #expect(owner("loss.gradient_penalty.weight") == "regularizer `gradient-penalty`")
        #expect(owner("loss.real_label") == "loss `bce`, `bce-saturating`, `lsgan`")
        #expect(owner("generator.slope") == "activation `leaky-relu`")
        #expect(owner("loss.aggregation_lambda") == "aggregation `softmax`")
        #expect(owner("swap.interval") == nil)
        #expect(owner("swap.score") == "policy `best-with-worst`, `tournament`")
        for key in ["start", "warmup_steps", "optimizer_state", "hash"] {
            #expect(owner("swap.\(key)") == nil)
        }
        #expect(owner("failure.on_nan") == nil)
        #expect(owner("failure.max_rewinds") == "on_nan `rewind`")
        #expect(owner("evaluate.population") == nil)
        #expect(
            owner("evaluate.criterion")
                == "population measure `best-member`, `mixture-weights`")
        let measures = "population measure `cross-play`, `coupling`, "
        #expect(owner("evaluate.population_every")?.hasPrefix(measures) == true)
        #expect(owner("generator.hidden") == "network `mlp`")
        #expect(owner("data.radius") == "data source `gaussian-ring`")
        #expect(owner("optimizer.generator.beta1") == "optimizer `adam`, `adamw`")
    }
}

struct ExperimentLimitsTests {
    private let folder = TemporaryFolder()

    @Test(arguments: [
        (["generator.hidden=[65536, 65536]"], "generator.hidden"),
        (["discriminator.hidden=[65536, 65536]"], "discriminator.hidden"),
        (
            ["generator.hidden=[\(Array(repeating: "1", count: 65).joined(separator: ","))]"],
            "generator.hidden"
        ),
        (
            ["data.count=1000000", "data.batch_size=1000000", "discriminator.hidden=[1024]"],
            "data.batch_size"
        ),
        (["data.batch_size=65"], "data.batch_size"),
        (["training.microbatches=3"], "training.microbatches"),
        (["population.pairs=100000", "generator.hidden=[16384, 16384]"], "population.pairs"),
        (["population.pairs=100000"], "population.pairs"),
        (["population.pairs=100000", "record.checkpoint_every=10"], "population.pairs"),
        (
            [
                "evaluate.every=1", "evaluate.metrics=[\"modes\"]", "evaluate.samples=1000000",
                "generator.latent_size=65536",
            ], "evaluate.samples"
        ),
        (
            [
                "data.count=1000000", "data.batch_size=1000000", "training.microbatches=10000",
                "generator.latent_size=65536",
            ], "data.batch_size"
        ),
        (
            [
                "data.count=1000000", "data.batch_size=1000000", "training.microbatches=10000",
                "discriminator.hidden=[65536]",
            ], "data.batch_size"
        ),
        (
            ["steps=4294967294", "training.discriminator_updates=2", "data.batch_size=64"],
            "steps"
        ),
        (["generator.output=tanh"], "generator.output"),
        (["evaluate.every=1", "evaluate.metrics=[\"modes\", \"modes\"]"], "evaluate.metrics"),
        (["loss.name=wgan", "loss.real_label=0.9"], "loss.real_label"),
        (["loss.name=wgan-gp"], "discriminator.normalization"),
        (["training.microbatches=8"], "generator.normalization"),
        (["data.pathology=1"], "data.pathology"),
        (["evaluate.weights=average"], "evaluate.weights"),
        (["evaluate.population_every=5"], "evaluate.population_every"),
        (["evaluate.population=[\"cross-play\", \"gam\"]"], "evaluate.population"),
        (["swap.score=modes"], "swap.score"),
        (["data.held_out=5"], "data.held_out"),
        (
            [
                "evaluate.population=[\"cross-play\"]", "evaluate.population_every=1",
                "population.pairs=2000",
            ], "evaluate.population"
        ),
        (
            [
                "evaluate.population=[\"gam\"]", "evaluate.population_every=1",
                "evaluate.population_samples=10000000", "population.pairs=10000",
            ], "evaluate.population_samples"
        ),
        (
            [
                "evaluate.population=[\"gam\"]", "evaluate.population_every=1",
                "evaluate.population_samples=1000000", "generator.latent_size=65536",
            ], "evaluate.population_samples"
        ),
        (
            ["evaluate.normalization=batch", "generator.normalization=none"],
            "evaluate.normalization"
        ),
        (["augment.policy=[\"cutout\"]"], "augment.policy"),
        (["loss.regularizers=[\"consistency\"]"], "loss.regularizers"),
        (["generator.ema_start=2"], "generator.ema_start"),
        (["failure.on_nan=ignore"], "failure.on_nan"),
        (["failure.max_rewinds=2"], "failure.max_rewinds"),
        (["failure.on_nan=stop", "failure.max_rewinds=2"], "failure.max_rewinds"),
        (["failure.on_nan=rewind", "failure.max_rewinds=0"], "failure.max_rewinds"),
        (["failure.on_nan=rewind", "failure.max_rewinds=101"], "failure.max_rewinds"),
    ]) func whatCannotBeIsRefused(overrides: [String], key: String) throws {
        let error = #expect(throws: SettingsError.self) { try loadPlan(overrides, in: folder) }
        #expect(error?.key == key)
    }

    @Test func theLargestExperimentsAreAccepted() throws {
        let many = try loadPlan(["population.pairs=30000"], in: folder)
        #expect(many.population.pairs == 30_000)
        let long = try loadPlan(["steps=4294967294", "data.batch_size=64"], in: folder)
        #expect(long.steps == 4_294_967_294)
        // Not used, not refused.
        let samples = ["evaluate.samples=10000000", "generator.latent_size=65536"]
        #expect(try loadPlan(samples, in: folder).evaluation == nil)
        let never = ["evaluate.population=[\"gam\"]", "evaluate.population_every=0"]
        #expect(try loadPlan(never, in: folder).populationEvaluation == nil)
    }

    @Test func whatIsNeverMeasuredNamesBothIntervals() throws {
        let error = try #require(throws: SettingsError.self) {
            try loadPlan(["evaluate.population=[\"gam\"]"], in: folder)
        }
        #expect(error.message.contains("while evaluate.every is 0; evaluate.population_every"))
    }

    @Test func scoresBelongToPolicies() throws {
        let error = try #require(throws: SettingsError.self) {
            try loadPlan(["swap.score=modes"], in: folder)
        }
        #expect(error.message.hasSuffix("belongs to policy `best-with-worst`, `tournament`"))
    }

    @Test func theDeepestNetworkIsAccepted() throws {
        let widths = Array(repeating: "2", count: 64).joined(separator: ",")
        let plan = try loadPlan(["generator.hidden=[\(widths)]"], in: folder)
        #expect(plan.model.generator.parameters.entries.count > 64)
    }
}
