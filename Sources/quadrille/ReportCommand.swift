import ArgumentParser
import Exporting

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Shows a sweep, or one run, on a page with figures and tables.",
        discussion: """
            Writes report.html into the folder: one file that needs no network and no scripts. \
            Its figures are in report/ as SVG and PNG, its tables as CSV. It can be made while \
            runs still train, and again later.
            """)

    @Argument(
        help: ArgumentHelp("The folder of a sweep or of a run.", valueName: "folder"),
        completion: .directory)
    var folder: String

    @Option(
        name: .customLong("metric"),
        help: ArgumentHelp("Show only this metric; may stand several times.", valueName: "name"))
    var metrics: [String] = []

    @Option(
        name: .customLong("at-step"),
        help: ArgumentHelp("Tell values at this step; may stand several times.", valueName: "n"))
    var steps: [Int] = []

    @Option(
        name: .customLong("threshold"),
        help: ArgumentHelp(
            "Tell when this value was reached; may stand several times.",
            valueName: "metric=value"))
    var thresholds: [SweepRequest.Threshold] = []

    @Option(
        name: .customLong("best-by"),
        help: ArgumentHelp(
            "Choose the best pair of a run by this metric; by default by the one that is told. "
                + "It is the pair that is best at the evaluation before the last, whose samples "
                + "are other ones than those of the last: members = best in the tables.",
            valueName: "name"))
    var criterion: String?

    func run() throws {
        try reportingErrors {
            let isTerminal = isatty(STDERR_FILENO) == 1
            var request = SweepRequest(metrics: metrics.isEmpty ? nil : metrics)
            request.atSteps = steps
            request.thresholds = thresholds
            request.criterion = criterion
            let report = try Report(directory: folder, request: request) { read, all in
                guard isTerminal, all > 1 else { return }
                writeError(read < all ? "\rreading: \(read) of \(all) runs" : "\r\u{1b}[K")
            }
            let files = try report.write()
            if let missing = files.missingPictures { printError("note: \(missing)") }
            print(
                "\(files.page): \(files.figures) figures and \(files.tables) tables, also in "
                    + "\(folder)/report")
        }
    }
}

extension SweepRequest.Threshold: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
