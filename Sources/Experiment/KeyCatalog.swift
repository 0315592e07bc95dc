import Adversarial
import Datasets
import Evaluation
import Metrics
import NeuralNetwork
import Population
import Settings

/// Every key of experiment files, from the declarations that parse them.
package enum KeyCatalog {
    package struct Entry {
        package let declaration: KeyDeclaration
        /// Its defaults and meanings, more than one where choices differ.
        package let defaults: [String]
        package let meanings: [String]
        /// What makes the key valid, such as "loss `wgan-gp`"; nil for keys of every experiment.
        package let owner: String?
    }

    /// All keys, each once, table by table.
    package static var entries: [Entry] {
        let groups = groups()
        let owners = owners(in: groups)
        let all = groups.flatMap(\.variants).flatMap(\.declarations)
        let byPath = Dictionary(grouping: all, by: \.path)
        return distinct(all.map(\.table)).flatMap { table in
            distinct(all.filter { $0.table == table }.map(\.path)).map { path in
                let declarations = byPath[path]!
                return Entry(
                    declaration: declarations[0],
                    defaults: distinct(declarations.map { "\($0.default)" }),
                    meanings: distinct(declarations.map(\.meaning)), owner: owners[path])
            }
        }
    }

    /// The values in the order of their first appearance.
    private static func distinct<Value: Hashable>(_ values: [Value]) -> [Value] {
        var known = Set<Value>()
        return values.filter { known.insert($0).inserted }
    }

    /// For keys that only some choices have: what they belong to.
    private static let foreignKeys: [String: String] =
        owners(in: groups()).mapValues { "belongs to \($0)" }

    /// The same for the tables of groups, too, whose paths are given.
    static func foreignKeys(below groups: [String]) -> [String: String] {
        var all = foreignKeys
        for group in groups {
            for (key, hint) in foreignKeys { all["\(group).\(key)"] = hint }
        }
        return all
    }

    /// The alternatives of one choice, such as all losses.
    private struct Group {
        /// "loss"; empty where there is nothing to choose.
        let kind: String
        let variants: [Variant]
    }

    private struct Variant {
        let identifier: String
        let declarations: [KeyDeclaration]
    }

    /// A key belongs to the alternatives that read it, unless all of them do.
    private static func owners(in groups: [Group]) -> [String: String] {
        var owners: [String: String] = [:]
        for group in groups {
            let paths = group.variants.map { Set($0.declarations.map(\.path)) }
            let common = paths.dropFirst().reduce(paths[0]) { $0.intersection($1) }
            for path in Set(paths.joined()).subtracting(common) {
                let names = zip(group.variants, paths).filter { $1.contains(path) }
                    .map { "`\($0.0.identifier)`" }
                owners[path] = "\(group.kind) \(names.joined(separator: ", "))"
            }
        }
        return owners
    }

    private static func groups() -> [Group] {
        let population = keys { root in
            _ = try ExperimentPlan.batchSize(root.table("data"), available: .max)
            _ = try PopulationSettings(settings: root.table("population"))
            for group in try PairGroup.roots(root) { _ = try PairGroup.size(group) }
            _ = try SwapSettings(settings: root.table("swap"))
        }
        let ending = keys { root in
            _ = try RecordSettings(settings: root.table("record"))
            let evaluate = try root.table("evaluate")
            _ = try ExperimentPlan.evaluateEvery(evaluate)
            _ = try ExperimentPlan.evaluatedWeights(evaluate)
            _ = try ExperimentPlan.evaluatedNormalization(evaluate)
            _ = try EvaluationSettings(settings: evaluate, every: 0, data: nil)
            _ = try EvaluationSettings.timeBudget(evaluate)
            _ = try PopulationEvaluationSettings(settings: evaluate, every: 0, evaluation: nil)
        }
        let sweep = keys { root in _ = try SweepDocument.readOptions(root.table("sweep")) }
        return [beginning, dataSources, population, policies] + models
            + [failures, ending, metrics, measures, sweep]
    }

    private static var metrics: Group {
        Group(
            kind: "metric",
            variants: Metrics.catalog.map { metric in
                variant(metric.identifier, .describing()) { root in
                    guard metric is any FeatureMetric.Type else { return }
                    _ = try EvaluationSettings.featureKeys(root.table("evaluate"))
                }
            })
    }

    /// Only an experiment that names a measure has keys for them.
    private static var measures: Group {
        let none = Variant(identifier: "", declarations: [])
        return Group(
            kind: "population measure",
            variants: [none]
                + PopulationMeasures.catalog.map { measure in
                    variant(measure.identifier, .describing()) { root in
                        let evaluate = try root.table("evaluate")
                        _ = try PopulationEvaluationSettings.ownKeys(evaluate)
                        guard measure.chooses else { return }
                        _ = try PopulationEvaluationSettings.criterion(evaluate)
                    }
                })
    }

    private static var beginning: Group {
        keys { root in
            _ = try ExperimentPlan.name(root)
            _ = try ExperimentPlan.length(root)
            _ = try DataSources.name(settings: root.table("data"))
        }
    }

    private static var dataSources: Group {
        let context = DataSourceContext(seed: 1, directory: ".", describing: true)
        return Group(
            kind: "data source",
            variants: DataSources.catalog.map { source in
                variant(source.identifier, .describing()) { root in
                    _ = try DataSources.open(
                        source, settings: root.table("data"), context: context)
                }
            })
    }

    private static var policies: Group {
        // Those that need a score have no default for it, and no key behind it without one.
        let column = Metrics.catalog.flatMap { $0.columns }.first { $0.direction != nil }
        let table = "[swap]\nscore = \"\(column?.name ?? "")\""
        return Group(
            kind: "policy",
            variants: SwapPolicies.catalog.map { policy in
                variant(policy.identifier, table, "policy") {
                    _ = try SwapSettings(settings: $0.table("swap"))
                }
            })
    }

    private static var failures: Group {
        Group(
            kind: "on_nan",
            variants: FailureSettings.Response.allCases.map { response in
                variant(response.rawValue, "[failure]", "on_nan") {
                    _ = try FailureSettings(settings: $0.table("failure"))
                }
            })
    }

    /// Experiments that between them read every key of the model's tables.
    private static var models: [Group] {
        var groups = [
            model("loss", "[loss]", "name", Losses.catalog.map { $0.identifier }),
            regularizers, augmentations, aggregations,
        ]
        for role in Role.allCases {
            let (network, optimizer) = ("[\(role.rawValue)]", "[optimizer.\(role.rawValue)]")
            groups += [
                networks(network, role), layers(role),
                model(
                    "activation", network, "activation",
                    HiddenActivation.allCases.map(\.rawValue)),
                model(
                    "normalization", network, "normalization",
                    HiddenNormalization.allCases.map(\.rawValue)),
                model(
                    "initializer", network, "initializer",
                    Initializers.catalog.map { $0.identifier }),
                model("optimizer", optimizer, "name", Optimizers.catalog.map { $0.identifier }),
                model(
                    "schedule", optimizer, "schedule",
                    LearningRateSchedules.catalog.map { $0.identifier }),
            ]
        }
        return groups
    }

    private static func networks(_ table: String, _ role: Role) -> Group {
        Group(
            kind: "network",
            variants: Networks.catalog.map { network in
                variant(network.identifier, table, "network") {
                    _ = try network.init(settings: $0.table(role.rawValue))
                }
            })
    }

    private static func layers(_ role: Role) -> Group {
        Group(
            kind: "layer",
            variants: ListedLayers.catalog.map { layer in
                variant(layer.identifier, .describing()) { root in
                    let list = try root.table(role.rawValue).list("layers", most: 1)
                    _ = try ListedLayers.kind(list[0])
                    _ = try layer.make("", list[0])
                }
            })
    }

    private static var regularizers: Group {
        Group(
            kind: "regularizer",
            variants: Regularizers.catalog.map { $0.identifier }.map { identifier in
                variant(identifier, "[loss]\nregularizers = [\"\(identifier)\"]") {
                    _ = try AdversarialModel(root: $0, exampleShape: [2], batchSize: 2)
                }
            })
    }

    private static var augmentations: Group {
        Group(
            kind: "augmentation",
            variants: Augmentations.catalog.map { $0.identifier }.map { identifier in
                let policy = "policy = [\"\(identifier)\"]"
                let text =
                    "[augment]\n\(policy)\n[loss]\nregularizers = [\"consistency\"]\n"
                    + "[loss.consistency]\n\(policy)"
                return variant(identifier, text) {
                    _ = try AdversarialModel(root: $0, exampleShape: [8, 8, 1], batchSize: 2)
                }
            })
    }

    private static var aggregations: Group {
        Group(
            kind: "aggregation",
            variants: ["mean", "max", "softmax"].map { name in
                variant(
                    name, "[discriminator]\ncount = 2\n[loss]\naggregation = \"\(name)\""
                ) {
                    _ = try AdversarialModel(root: $0, exampleShape: [2], batchSize: 2)
                }
            })
    }

    private static func model(
        _ kind: String, _ table: String, _ key: String, _ identifiers: [String]
    ) -> Group {
        Group(
            kind: kind,
            variants: identifiers.map { identifier in
                variant(identifier, table, key) {
                    _ = try AdversarialModel(root: $0, exampleShape: [2], batchSize: 2)
                }
            })
    }

    /// Keys that do not depend on a choice.
    private static func keys(_ read: (SettingsTable) throws -> Void) -> Group {
        Group(kind: "", variants: [variant("", .describing(), read)])
    }

    private static func variant(
        _ identifier: String, _ table: String, _ key: String,
        _ read: (SettingsTable) throws -> Void
    ) -> Variant {
        variant(identifier, "\(table)\n\(key) = \"\(identifier)\"", read)
    }

    private static func variant(
        _ identifier: String, _ text: String, _ read: (SettingsTable) throws -> Void
    ) -> Variant {
        guard let document = try? SettingsDocument(text: text, file: "", overrides: []) else {
            preconditionFailure("a variant that cannot be read: \(text)")
        }
        return variant(identifier, document, read)
    }

    private static func variant(
        _ identifier: String, _ document: SettingsDocument,
        _ read: (SettingsTable) throws -> Void
    ) -> Variant {
        // A variant may be refused after its keys were declared.
        try? read(document.root)
        return Variant(identifier: identifier, declarations: document.declarations)
    }
}
