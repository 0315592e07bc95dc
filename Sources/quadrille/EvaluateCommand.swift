import ArgumentParser
import Evaluation
import Experiment
import FileFormats
import Metrics
import Recording

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measures the generators of a run at a checkpoint.",
        discussion: """
            Prints one line for each member and value, and adds the values to the run's journal \
            and to groups of its run.h5 (eval_1, eval_2, ... for metrics; crossplay_1 and \
            population_1 for measures of the population; judge_1 and judges_1), so that exporters \
            show them beside what was measured during the run (matrices of cross-play stay in \
            run.h5). The run must have ended, or been \
            interrupted. Samples come from the latents of an evaluation during the run at the same \
            step: the same metrics of as many samples have the same values.
            """)

    @Argument(help: ArgumentHelp("The folder of a run.", valueName: "run"), completion: .directory)
    var folder: String

    @Option(help: "The checkpoint's step; default: the newest.")
    var step: Int?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Metrics of each member, as `quadrille list metrics` names them; default: those of the "
                + "experiment.", valueName: "name"))
    var metric: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Measures of the population, as `quadrille list measures` names them; default: those "
                + "of the experiment.", valueName: "name"))
    var population: [String] = []

    @Option(
        help: ArgumentHelp(
            "What the best member and the best mixture are chosen by: a column of the metrics, "
                + "such as reverse_kl; default: evaluate.criterion.", valueName: "column"))
    var criterion: String?

    @Option(
        help: ArgumentHelp(
            "Train a judge for so many steps against each generator: a discriminator of the "
                + "experiment's kind that begins anew, and is then asked about examples that it "
                + "has not learned from (also the classifier two-sample test).",
            valueName: "steps"))
    var judgeSteps = 0

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Ask the discriminators of other runs on the same kind of examples.",
            valueName: "run"), completion: .directory)
    var judges: [String] = []

    @Option(
        help: ArgumentHelp(
            "Compare features that another program has computed: an array of real examples x "
                + "features. --metric then chooses among those that compare features.",
            valueName: "npy"), completion: .file(extensions: ["npy"]))
    var realFeatures: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "The same of samples (`quadrille sample` makes them), a file for each member.",
            valueName: "npy"), completion: .file(extensions: ["npy"]))
    var generatedFeatures: [String] = []

    @Option(
        help: ArgumentHelp(
            "Generated examples of each member; default: as in the experiment, or 2500 for judges "
                + "where it measures nothing."))
    var samples: Int?

    @Flag(help: "Only print; the folder of the run is not changed.")
    var dryRun = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        try check(metric, "metric", of: Metrics.catalog.map { $0.identifier })
        guard (0...Judge.mostSteps).contains(judgeSteps) else {
            throw ValidationError("--judge-steps takes a number from 0 to \(Judge.mostSteps)")
        }
        guard (realFeatures == nil) == generatedFeatures.isEmpty else {
            throw ValidationError("--real-features and --generated-features go together")
        }
        guard
            realFeatures == nil || samples == nil || judgeSteps > 0 || !judges.isEmpty
                || !population.isEmpty
        else {
            throw ValidationError("--samples: the files of features have their own numbers")
        }
        try check(population, "population", of: PopulationMeasures.catalog.map { $0.identifier })
    }

    private func check(_ names: [String], _ option: String, of known: [String]) throws {
        guard Set(names).count == names.count else {
            throw ValidationError("--\(option) names one twice: \(names.joined(separator: ", "))")
        }
        for name in names where !known.contains(name) {
            throw ValidationError(
                "there is no '\(name)'; --\(option) takes some of "
                    + known.joined(separator: ", "))
        }
    }

    func run() throws {
        try reportingErrors {
            var request = RunEvaluation.Request()
            (request.metrics, request.measures) = (metric, population)
            (request.judgeSteps, request.judges) = (judgeSteps, judges)
            (request.criterion, request.samples) = (criterion, samples)
            (request.realFeatures, request.generatedFeatures) = (realFeatures, generatedFeatures)
            let evaluation = try RunEvaluation(directory: folder, step: step, request)
            for difference in evaluation.differences {
                printError("note: differs from the run: \(difference)")
            }
            if !dryRun { try evaluation.requireUnused() }
            let rows = try evaluation.rows { done in
                if !json { printError("measured \(done) of \(evaluation.plan.population.pairs)") }
            }
            if !json { printValues(rows, evaluation) }
            // What was measured is told even where it cannot be recorded.
            let groups = Result { dryRun ? [] : try evaluation.record(rows) }
            if json {
                print(report(evaluation, rows, (try? groups.get()) ?? []).serialized())
            }
            for group in try groups.get() where !json {
                printError("added as /\(group) to \(folder)/run.h5")
            }
        }
    }

    private func printValues(_ rows: [EvaluatedRow], _ evaluation: RunEvaluation) {
        for column in rows.flatMap(\.columns) {
            for (who, value) in values(of: column, evaluation) {
                print("\(who) \(column.name) \(value.isNaN ? "nan" : "\(value)")")
            }
        }
        for (name, value) in evaluation.perfect ?? [] { print("perfect \(name) \(value)") }
        for column in rows.flatMap(\.columns) { printError("\(column.name): \(column.meaning)") }
    }

    /// Each value with whose it is: "3", "population", or "D3:G0".
    private func values(
        of column: EvaluatedRow.Column, _ evaluation: RunEvaluation
    ) -> [(who: String, value: Double)] {
        let (first, pairs) = (
            evaluation.plan.population.firstMember, evaluation.plan.population.pairs
        )
        return column.values.enumerated().map { index, value in
            switch column.axes.count {
            case 0: ("population", value)
            case 1: ("\(first + index)", value)
            default: ("D\(first + index / pairs):G\(first + index % pairs)", value)
            }
        }
    }

    private func report(
        _ evaluation: RunEvaluation, _ rows: [EvaluatedRow], _ groups: [String]
    ) -> JSONValue {
        let values = rows.flatMap(\.columns).flatMap { column in
            self.values(of: column, evaluation).map { who, value -> JSONValue in
                ["member": .text(who), "name": .text(column.name), "value": .number(value)]
            }
        }
        var (perfect, meanings) = (JSONObject(), JSONObject())
        for column in rows.flatMap(\.columns) { meanings[column.name] = .text(column.meaning) }
        for (name, value) in evaluation.perfect ?? [] { perfect[name] = .number(value) }
        return [
            "run": .text(folder), "step": .integer(evaluation.step),
            "differences": .array(evaluation.differences.map(JSONValue.text)),
            "groups": .array(groups.map(JSONValue.text)), "values": .array(values),
            "meanings": .object(meanings),
            "perfect": .object(perfect),
        ]
    }
}
