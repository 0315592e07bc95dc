import FileFormats

/// Which runs a sweep consists of: the content of `plan.json` in its folder.
///
/// Written once, before anything starts, and never changed.
package struct SweepPlan: Equatable, Sendable {
    /// One run, which may stand in several places of the grid.
    package struct Run: Equatable, Sendable {
        /// Folder of the run below that of the sweep.
        package var name: String
        /// 8 hexadecimal digits of the hash of the resolved experiment, as at the end of `name`.
        package var hash: String
        /// Words of the command line that make this run of the sweep's experiment.
        package var overrides: [String]
        package var seed: Int
        package var steps: Int
        package var pairs: Int
        /// Keys whose resolved value is not that of the sweep's experiment.
        package var differences: JSONObject
        /// The values of the swept keys, in their order, of each place that shows this run.
        package var places: [[JSONValue]]

        package init(
            name: String, hash: String, overrides: [String], seed: Int, steps: Int, pairs: Int,
            differences: JSONObject, places: [[JSONValue]]
        ) {
            self.name = name
            self.hash = hash
            self.overrides = overrides
            self.seed = seed
            self.steps = steps
            self.pairs = pairs
            self.differences = differences
            self.places = places
        }
    }

    /// Name of the experiment and of the sweep's folder.
    package var name: String
    /// The swept keys as they are written in the file, "swap.interval"; "seed" comes last.
    package var keys: [String]
    /// The resolved experiment without the grid, TOML.
    package var experiment: String
    /// The command line that made the plan.
    package var commandLine: [String]
    package var runs: [Run]

    package init(
        name: String, keys: [String], experiment: String, commandLine: [String], runs: [Run]
    ) {
        self.name = name
        self.keys = keys
        self.experiment = experiment
        self.commandLine = commandLine
        self.runs = runs
    }
}
