import ArgumentParser
import Exporting

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes a run or a sweep in the format of another tool.",
        discussion: """
            Formats: \(Exporters.catalog.map { $0.identifier }.joined(separator: ", ")); \
            `quadrille list exporters` says what each is. Everything that has been recorded is \
            exported, also of a run that still goes on. A run that stands in several places of a \
            grid is exported in each of them.
            """)

    @Argument(
        help: ArgumentHelp("The folder of a run or of a sweep.", valueName: "folder"),
        completion: .directory)
    var folder: String

    @Option(help: "The format.")
    var format: String

    @Option(
        help: ArgumentHelp(
            "The file, or the folder for it; for tensorboard, vega-lite and gnuplot the folder "
                + "to create. Default: below notebooks-export, named as the run or sweep.",
            valueName: "path"), completion: .file())
    var output: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Only these metrics; default: all.", valueName: "name"))
    var metric: [String] = []

    @Flag(help: "Replace an earlier export.")
    var overwrite = false

    func validate() throws {
        guard Exporters.named(format) != nil else {
            throw ValidationError(
                "there is no format '\(format)'; --format takes one of "
                    + Exporters.catalog.map { $0.identifier }.joined(separator: ", "))
        }
        guard output != "" else { throw ValidationError("--output takes a path") }
    }

    func run() throws {
        try reportingErrors {
            let exporter = Exporters.named(format)!
            let source = try ExportSource(directory: folder, metrics: metric)
            let output = try ExportOutput(
                path: output ?? defaultOutput(source, exporter), for: source, as: exporter,
                overwrites: overwrite)
            for note in source.notes { printError("note: \(note)") }
            try output.write(source)
            let runs = source.isSweep ? "\(source.runs.count) runs of \(source.name)" : source.name
            print("\(runs): \(source.metrics.count) metrics: \(output.path)")
        }
    }

    private func defaultOutput(_ source: ExportSource, _ exporter: any Exporter.Type) -> String {
        switch exporter.form {
        case .file: "notebooks-export/"
        case .folder: "notebooks-export/\(source.name)-\(exporter.identifier)"
        }
    }
}
