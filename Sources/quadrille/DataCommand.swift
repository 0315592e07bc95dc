import ArgumentParser
import Datasets
import Experiment
import FileFormats

struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "Looks at real examples before anything trains on them.",
        subcommands: [DataInspectCommand.self])
}

struct DataInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Says how many examples there are, of what shape, range and classes.",
        discussion: """
            SOURCE is an experiment file, of which [data] is read; or a folder of images, of MNIST \
            or of CIFAR-10; or an npy, HDF5 or IDX file; or the name of a source that needs no \
            path. Keys of [data] can be set as for `run`:
                quadrille data inspect photographs data.size=64 data.on_bad_image=skip
            """)

    @Argument(help: ArgumentHelp("Where the examples are.", valueName: "source"))
    var source: String

    @Argument(help: "Keys of the data, such as data.size=64.")
    var overrides: [String] = []

    @Option(
        help: "FILE.png for a picture of some examples.", completion: .file(extensions: ["png"]))
    var output: String?

    @Flag(help: "One JSON document for a program to read.")
    var json = false

    func validate() throws {
        guard output?.hasSuffix(".png") ?? true else {
            throw ValidationError("--output must end in .png")
        }
    }

    func run() throws {
        try reportingErrors {
            let inspection = try DataInspection(source, overrides: overrides)
            if let output { try AtomicFile.write(path: output, PNG.encode(inspection.picture())) }
            if json {
                print(inspection.json.serialized(isIndented: true), terminator: "")
            } else {
                for line in lines(inspection) { print(line) }
                if let output { print("picture       \(output)") }
            }
        }
    }

    private static let mostLines = 20

    private func lines(_ inspection: DataInspection) -> [String] {
        let (data, statistics) = (inspection.data, inspection.statistics)
        var lines = [
            "source        \(inspection.sourceName)",
            "examples      \(data.count) of \(describeShape(data.exampleShape))",
            "values        \(statistics.minimum) to \(statistics.maximum), mean \(statistics.mean)"
                + (statistics.count < data.count ? " (of \(statistics.count) examples)" : ""),
            "range         \(data.valueRange.lowerBound) to \(data.valueRange.upperBound)",
            "fingerprint   \(data.fingerprint)",
        ]
        if data.smallestPartCount < data.count {
            lines.append("of a member   \(data.smallestPartCount) examples at least")
        }
        let classes = inspection.classes
        lines.append("classes       \(classes.isEmpty ? "none" : "\(classes.count)")")
        lines += shortened(
            classes.map { "  \($0.label)\($0.name.map { " \($0)" } ?? "")  \($0.count)" })
        if !data.skipped.isEmpty {
            lines.append("left out      \(counted(data.skipped.count, "file"))")
            lines += shortened(data.skipped.map { "  \($0)" })
        }
        return lines
    }

    private func shortened(_ lines: [String]) -> [String] {
        guard lines.count > Self.mostLines else { return lines }
        return lines.prefix(Self.mostLines - 1)
            + ["  ... and \(lines.count - Self.mostLines + 1) more (--json has all)"]
    }
}

extension DataInspection {
    fileprivate var json: JSONValue {
        [
            "source": .text(sourceName), "count": .integer(data.count),
            "shape": .array(data.exampleShape.map(JSONValue.integer)),
            "range": .array([
                .number(Double(data.valueRange.lowerBound)),
                .number(Double(data.valueRange.upperBound)),
            ]),
            "minimum": .number(Double(statistics.minimum)),
            "maximum": .number(Double(statistics.maximum)), "mean": .number(statistics.mean),
            "examples_measured": .integer(statistics.count),
            "smallest_part": .integer(data.smallestPartCount),
            "fingerprint": .text(data.fingerprint),
            "classes": .array(
                classes.map { label, name, count in
                    [
                        "label": .integer(label), "name": name.map(JSONValue.text) ?? .null,
                        "count": .integer(count),
                    ]
                }),
            "skipped": .array(
                data.skipped.map { ["file": .text($0.file), "message": .text($0.message)] }),
        ]
    }
}
