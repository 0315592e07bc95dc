import ArgumentParser
import Experiment

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Shows the graphs and plans of an experiment, their memory and their cost.")

    @Argument(help: "The experiment file (TOML).", completion: .file(extensions: ["toml"]))
    var file: String

    @Argument(help: "Changes to the file, such as discriminator.hidden=[512].")
    var overrides: [String] = []

    @Flag(help: "Print the graph of each plan, one line a value.")
    var graph = false

    func run() throws {
        try reportingErrors {
            let plan = try ExperimentPlan.load(path: file, overrides: overrides)
            print(PlanReport(plan).text(showsGraphs: graph), terminator: "")
        }
    }
}
