import Adversarial
import Datasets
import Evaluation
import Metrics
import NeuralNetwork
import Population
import Settings

/// Every key of experiment files, from the declarations that parse them.
package enum KeyCatalog {
    /// All keys in the order of their tables, each once.
    package static var declarations: [KeyDeclaration] {
        var known = Set<String>()
        return described().map(\.declaration).filter { known.insert($0.path).inserted }
    }

    /// For keys that only some choices have: what they belong to.
    static var foreignKeys: [String: String] {
        var owners: [String: [String]] = [:]
        for (declaration, owner) in described() {
            if let owner, owners[declaration.path]?.contains(owner) != true {
                owners[declaration.path, default: []].append(owner)
            }
        }
        return owners.mapValues { $0.joined(separator: ", ") }
    }

    private typealias Described = (declaration: KeyDeclaration, owner: String?)

    private static func described() -> [Described] {
        var all = keys(nil, "") { root in
            _ = try ExperimentPlan.name(root)
            _ = try ExperimentPlan.length(root)
        }
        for source in DataSources.catalog {
            all += keys("data source `\(source.identifier)`", "") { root in
                _ = try DataSources.open(
                    settings: root.table("data"),
                    context: DataSourceContext(seed: 1, directory: ".", describing: true))
            } alternative: { root in
                _ = try source.init(
                    settings: root.table("data"),
                    context: DataSourceContext(seed: 1, directory: ".", describing: true))
            }
        }
        all += keys(nil, "") { root in
            _ = try ExperimentPlan.batchSize(root.table("data"), available: .max)
            _ = try PopulationSettings(settings: root.table("population"))
            _ = try SwapSettings(settings: root.table("swap"))
        }
        for policy in SwapPolicies.catalog {
            all += keys("policy `\(policy.identifier)`", "swap.policy=\"\(policy.identifier)\"") {
                _ = try SwapSettings(settings: $0.table("swap"))
            }
        }
        for (owner, text) in modelVariants {
            all += keys(owner, text) { root in
                _ = try AdversarialModel(root: root, exampleShape: [2], batchSize: 1)
            }
        }
        all += keys(nil, "") { root in
            _ = try RecordSettings(settings: root.table("record"))
            let evaluate = try root.table("evaluate")
            _ = try evaluate.integer(
                "every", default: 1000, unit: "steps", "Steps between evaluations; 0 = never.")
            _ = try MixtureEvaluation(settings: evaluate, every: 0, mixture: nil)
        }
        return all
    }

    /// Experiments that between them read every key of the model's tables.
    private static var modelVariants: [(owner: String?, text: String)] {
        var variants: [(String?, String)] = [(nil, "")]
        for role in Role.allCases {
            for (name, choice) in [
                ("activation `leaky-relu`", "activation=\"leaky-relu\""),
                ("activation `maxout`", "activation=\"maxout\""),
                ("normalization `batch`", "normalization=\"batch\""),
            ] {
                variants.append((name, "[\(role.rawValue)]\n\(choice)"))
            }
            for initializer in Initializers.catalog {
                let name = initializer.identifier
                variants.append(
                    ("initializer `\(name)`", "[\(role.rawValue)]\ninitializer=\"\(name)\""))
            }
        }
        for loss in Losses.catalog {
            variants.append(
                ("loss `\(loss.identifier)`", "[loss]\nname=\"\(loss.identifier)\""))
        }
        for role in Role.allCases {
            for optimizer in Optimizers.catalog {
                let name = optimizer.identifier
                variants.append(
                    ("optimizer `\(name)`", "[optimizer.\(role.rawValue)]\nname=\"\(name)\""))
            }
            for schedule in LearningRateSchedules.catalog {
                let name = schedule.identifier
                variants.append(
                    ("schedule `\(name)`", "[optimizer.\(role.rawValue)]\nschedule=\"\(name)\""))
            }
        }
        return variants
    }

    /// The keys that `read` declares; with `alternative`, what it declares instead.
    private static func keys(
        _ owner: String?, _ text: String, _ read: (SettingsTable) throws -> Void,
        alternative: ((SettingsTable) throws -> Void)? = nil
    ) -> [Described] {
        let document: SettingsDocument
        if text.isEmpty {
            document = .describing()
        } else {
            guard let parsed = try? SettingsDocument(text: text, file: "", overrides: []) else {
                preconditionFailure("a variant that cannot be read: \(text)")
            }
            document = parsed
        }
        // A variant may be refused after its keys were declared.
        try? read(document.root)
        if let alternative { try? alternative(document.root) }
        return document.declarations.map { ($0, owner) }
    }
}
