import Adversarial
import ArgumentParser
import Datasets
import Evaluation
import Experiment
import Exporting
import Metrics
import NeuralNetwork
import Population
import Settings

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists what experiment files can name, and every key.")

    enum Topic: String, ExpressibleByArgument, CaseIterable {
        case losses, regularizers, augmentations, networks, optimizers, schedules, initializers
        case data, metrics, measures, policies, exporters, keys

        var identifiers: [String] {
            switch self {
            case .losses: Losses.catalog.map { $0.identifier }
            case .regularizers: Regularizers.catalog.map { $0.identifier }
            case .augmentations: Augmentations.catalog.map { $0.identifier }
            case .networks: Networks.catalog.map { $0.identifier }
            case .optimizers: Optimizers.catalog.map { $0.identifier }
            case .schedules: LearningRateSchedules.catalog.map { $0.identifier }
            case .initializers: Initializers.catalog.map { $0.identifier }
            case .data: DataSources.catalog.map { $0.identifier }
            case .metrics:
                Metrics.catalog.flatMap { metric in
                    metric.columns.map { "\(metric.identifier): \($0.description)" }
                } + ListCommand.digitFeatures
            case .measures:
                PopulationMeasures.catalog.flatMap { measure in
                    measure.columns(metrics: [ListCommand.anyMetric]).map {
                        "\(measure.identifier): \($0.name): \($0.meaning)"
                    }
                }
            case .policies: SwapPolicies.catalog.map { "\($0.identifier): \($0.meaning)" }
            case .exporters: Exporters.catalog.map { "\($0.identifier): \($0.meaning)" }
            case .keys: []
            }
        }
    }

    /// Stands for every column of the metrics that an experiment names.
    private static let anyMetric = MetricColumn(
        "<metric>", nil, "each value of evaluate.metrics")

    /// What `evaluate.features = "digits"` stands for, and what real digits have.
    private static var digitFeatures: [String] {
        let classifier = DigitClassifier.stored
        let floors = Metrics.catalog.flatMap { $0.columns }.compactMap { column in
            classifier.floorText(column.name).map { "\(column.name): \($0)" }
        }
        let count = classifier.record.heldOutCount
        return [
            "evaluate.features = \"digits\": \(classifier.description)",
            "  and against \(count) digits that it was trained on:",
        ]
            + floors.map { "  \($0)" }
    }

    @Argument(
        help: "One of \(Topic.allCases.map(\.rawValue).joined(separator: ", ")); default: all.")
    var topic: Topic?

    func run() throws {
        try reportingErrors {
            for topic in topic.map({ [$0] }) ?? Topic.allCases {
                if self.topic == nil { print("\(topic.rawValue):") }
                if topic == .keys {
                    printKeys()
                } else {
                    for identifier in topic.identifiers {
                        print((self.topic == nil ? "  " : "") + identifier)
                    }
                }
            }
        }
    }

    private func printKeys() {
        for entry in KeyCatalog.entries {
            let key = entry.declaration
            let unit = key.unit.isEmpty ? "" : " \(key.unit)"
            let allowed =
                key.allowed.isEmpty || key.allowed == key.type ? "" : ", \(key.allowed)"
            let defaults = entry.defaults.joined(separator: " or ")
            print("\(key.path)  (\(key.type)\(allowed); default \(defaults)\(unit))")
            for meaning in entry.meanings where !meaning.isEmpty { print("    \(meaning)") }
            if let owner = entry.owner { print("    Only with \(owner).") }
        }
    }
}
