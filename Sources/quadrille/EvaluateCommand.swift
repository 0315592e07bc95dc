import ArgumentParser
import Experiment
import FileFormats
import Metrics

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measures the generators of a run at a checkpoint.",
        discussion: """
            Prints one line for each member and metric, and adds the values to the run's journal \
            and to a group evaluated_1, evaluated_2, ... of its run.h5; exporters and reports show \
            them like what was measured during the run. The run must have ended, or been \
            interrupted. Samples come from the latents of an evaluation during the run at the same \
            step, so that the same metrics of as many samples have the same values.
            """)

    @Argument(help: ArgumentHelp("The folder of a run.", valueName: "run"), completion: .directory)
    var folder: String

    @Option(help: "The checkpoint's step; default: the newest.")
    var step: Int?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Metrics, as `quadrille list metrics` names them; default: those of the experiment.",
            valueName: "name"))
    var metric: [String] = []

    @Option(help: "Generated examples of each member; default: evaluate.samples.")
    var samples: Int?

    @Flag(help: "Only print; the folder of the run is not changed.")
    var dryRun = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        let known = Metrics.catalog.map { $0.identifier }
        for name in metric where !known.contains(name) {
            throw ValidationError(
                "there is no metric '\(name)'; --metric takes some of "
                    + known.joined(separator: ", "))
        }
    }

    func run() throws {
        try reportingErrors {
            let evaluation = try RunEvaluation(
                directory: folder, step: step, metrics: metric, samples: samples)
            for difference in evaluation.differences {
                printError("note: differs from the run: \(difference)")
            }
            let first = evaluation.plan.population.firstMember
            let values = evaluation.values { done in
                if !json { printError("measured \(done) of \(evaluation.plan.population.pairs)") }
            }
            let perfect = evaluation.perfect
            let group = dryRun ? nil : try evaluation.record(values)
            if json {
                print(report(evaluation, values, perfect, group).serialized())
                return
            }
            let names = evaluation.columns.map(\.name)
            for (pair, values) in values.enumerated() {
                for (name, value) in zip(names, values) {
                    print("\(first + pair) \(name) \(value)")
                }
            }
            for (name, value) in zip(names, perfect ?? []) { print("perfect \(name) \(value)") }
            if let group { printError("added as /\(group) to \(folder)/run.h5") }
        }
    }

    private func report(
        _ evaluation: RunEvaluation, _ values: [[Double]], _ perfect: [Double]?, _ group: String?
    ) -> JSONValue {
        func object(_ values: [Double]) -> JSONValue {
            var object = JSONObject()
            for (column, value) in zip(evaluation.columns, values) {
                object[column.name] = .number(value)
            }
            return .object(object)
        }
        let first = evaluation.plan.population.firstMember
        return [
            "run": .text(folder), "step": .integer(evaluation.step),
            "group": group.map(JSONValue.text) ?? .null,
            "members": .array(
                values.enumerated().map {
                    ["pair": .integer(first + $0), "values": object($1)]
                }),
            "perfect": perfect.map(object) ?? .null,
        ]
    }
}
