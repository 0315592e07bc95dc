/// The folder of a sweep: names of its files. The runs are folders beside them.
package enum SweepDirectory {
    package static func planPath(_ directory: String) -> String { "\(directory)/plan.json" }
    /// The experiment that the runs change, as it stood when the sweep was planned.
    package static func experimentPath(_ directory: String) -> String {
        "\(directory)/experiment.toml"
    }
    package static func attemptsPath(_ directory: String) -> String {
        "\(directory)/attempts.jsonl"
    }
    package static func runPath(_ directory: String, run: String) -> String {
        "\(directory)/\(run)"
    }
    /// What the last attempt of a run wrote to its standard output and standard error.
    package static func outputPath(_ directory: String, run: String) -> String {
        "\(directory)/output/\(run).txt"
    }
}
