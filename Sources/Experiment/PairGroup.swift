import Adversarial
import Datasets
import Evaluation
import NeuralNetwork
import Settings

/// Consecutive pairs with the same networks, loss, rules and data: one of `[[population.groups]]`,
/// or all pairs of an experiment without groups.
package struct PairGroup: Sendable {
    /// Members, counted within the population.
    package let pairs: Range<Int>
    package let model: AdversarialModel
    package let data: any DataSource
    /// The same metrics in all groups, each against the group's own data.
    package let evaluation: EvaluationSettings?

    /// Parameters, optimiser slots, statistics, estimates and average of one pair.
    package var bytesPerPair: Int {
        let average = model.generatorAverage == nil ? 0 : 4 * model.generator.parameters.count
        let networks = [
            (model.generator, model.generatorRule), (model.discriminator, model.discriminatorRule),
        ]
        return networks.map { network, rule in
            4
                * (network.parameters.count * (1 + rule.optimizer.slotNames.count)
                    + network.statistics.count + network.estimates.count)
        }.reduce(average, +)
    }
}

/// `[[population.groups]]` as it is read.
extension PairGroup {
    /// The tables that a group may have of its own.
    static let tables = [
        "data", "training", "generator", "discriminator", "augment", "loss", "optimizer",
    ]

    /// Any generator may meet any discriminator, and each combination has plans of its own.
    static let largestCount = 16

    /// The root of each group's tables; none where the experiment has no groups.
    static func roots(_ root: SettingsTable) throws -> [SettingsTable] {
        try root.elements(
            of: "groups", in: "population", owning: tables, most: largestCount)
    }

    /// How many pairs a group has.
    static func size(_ root: SettingsTable) throws -> Int {
        try root.integer(
            "pairs", default: 1, in: 1...PopulationSettings.mostPairs,
            "Pairs of one group; its own tables, such as [population.groups.generator], follow.")
    }

    /// The data of each group and its batch size; groups whose keys say the same share them.
    static func data(
        _ roots: [SettingsTable], seed: UInt64, directory: String
    ) throws -> [(source: any DataSource, batchSize: Int)] {
        let context = DataSourceContext(seed: seed, directory: directory, describing: false)
        var known: [(path: String, keys: [String: String], source: any DataSource)] = []
        func source(_ table: SettingsTable) throws -> any DataSource {
            if let shared = known.first(where: { $0.path == table.path }) { return shared.source }
            let opened = try DataSources.open(settings: table, context: context)
            let keys = table.resolved
            // Held once, also where groups differ in nothing but their batches.
            let source = known.first { $0.keys == keys }?.source ?? opened
            known.append((table.path, keys, source))
            return source
        }
        return try roots.map { root in
            let table = try root.table("data")
            let source = try source(table)
            let available = source.smallestPartCount
            return (source, try ExperimentPlan.batchSize(table, available: available))
        }
    }
}
