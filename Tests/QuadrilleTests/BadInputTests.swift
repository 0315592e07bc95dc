import FileFormats
import Foundation
import Testing

/// Each bad input gives one clear message with its place, the right exit code, and no results.
struct BadInputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Replaced in the experiment file.
        var change: (String, String)?
        var arguments: [String] = []
        var data: [UInt8]?
        var code: Int32 = 64
        let expected: [String]
    }

    static let settings: [Case] = [
        Case(
            testDescription: "unknown key", change: ("steps = 40", "stepps = 40"),
            expected: ["small.toml:2:1", "stepps", "steps"]),
        Case(
            testDescription: "unknown key of the command line", arguments: ["swap.intervall=3"],
            expected: ["command line, argument 1", "swap.intervall", "swap.interval"]),
        Case(
            testDescription: "unknown table", change: ("[swap]", "[swop]"),
            expected: ["small.toml:9", "swop", "swap"]),
        Case(
            testDescription: "wrong type", change: ("steps = 40", "steps = \"many\""),
            expected: ["small.toml:2:9", "steps", "integer", "many"]),
        Case(
            testDescription: "out of range", arguments: ["population.pairs=0"],
            expected: ["population.pairs", "from 1 to", "0"]),
        Case(
            testDescription: "not a number", arguments: ["optimizer.generator.learning_rate=nan"],
            expected: ["optimizer.generator.learning_rate", "nan"]),
        Case(
            testDescription: "no TOML", change: ("steps = 40", "steps = = 40"),
            expected: ["small.toml:2"]),
        Case(
            testDescription: "key twice", change: ("steps = 40", "steps = 40\nsteps = 50"),
            expected: ["small.toml:3:1", "steps"]),
        Case(
            testDescription: "key twice on the command line", arguments: ["seed=1", "seed=2"],
            expected: ["argument 2", "seed", "argument 1"]),
        Case(
            testDescription: "no assignment", arguments: ["fast"], expected: ["fast", "key=value"]),
        Case(
            testDescription: "no such choice", arguments: ["swap.policy=random-machting"],
            expected: ["swap.policy", "random-matching"]),
        Case(
            testDescription: "missing source", change: ("source = \"gaussian-ring\"", ""),
            expected: ["data.source", "required"]),
        Case(
            testDescription: "batch larger than the data", arguments: ["data.batch_size=65"],
            expected: ["data.batch_size", "65", "64"]),
        Case(
            testDescription: "output does not reach the data",
            change: ("output = \"none\"", "output = \"sigmoid\""),
            expected: ["small.toml:15:1", "generator.output", "data.range"]),
        Case(
            testDescription: "labels with wgan",
            arguments: ["loss.name=wgan", "loss.real_label=1"],
            expected: ["argument 2", "loss.real_label", "belongs to loss `bce`"]),
        Case(
            testDescription: "setting of another source", arguments: ["data.spacing=1"],
            expected: ["data.spacing", "belongs to data source `gaussian-grid`"]),
        Case(
            testDescription: "setting of another optimiser",
            arguments: ["optimizer.generator.name=sgd", "optimizer.generator.beta1=0.5"],
            expected: ["optimizer.generator.beta1", "belongs to optimizer `adam`, `adamw`"]),
        Case(
            testDescription: "rewinds of a run that stops", arguments: ["failure.max_rewinds=2"],
            expected: ["argument 1", "failure.max_rewinds", "belongs to on_nan `rewind`"]),
        Case(
            testDescription: "penalty over a batch",
            arguments: ["loss.name=wgan-gp", "discriminator.normalization=batch"],
            expected: ["discriminator.normalization", "allow_batch_coupling"]),
        Case(
            testDescription: "too many parameters", arguments: ["generator.hidden=[65536,65536]"],
            expected: ["generator.hidden", "parameters"]),
        Case(
            testDescription: "a choice among checkpoints that are all kept",
            arguments: ["record.keep_every=2"],
            expected: ["record.keep_every", "record.keep_checkpoints is 0"]),
        Case(
            testDescription: "a name that is a path", arguments: ["name=../out"],
            expected: ["name", "folder"]),
    ]

    @Test(arguments: settings) func badSettings(_ bad: Case) throws { try check(bad) }

    static let data: [Case] = [
        Case(
            testDescription: "missing", arguments: idx("missing"), code: 65,
            expected: ["missing", "No such file"]),
        Case(
            testDescription: "a folder", arguments: idx("."), code: 65, expected: ["folder"]),
        Case(
            testDescription: "empty", arguments: idx("data"), data: [], code: 65,
            expected: ["data: at byte 0"]),
        Case(
            testDescription: "bad magic", arguments: idx("data"),
            data: [1, 2, 8, 3, 0, 0, 0, 0], code: 65,
            expected: ["data: at byte 0", "not an IDX file"]),
        Case(
            testDescription: "truncated", arguments: idx("data"),
            data: [0, 0, 8, 2, 0, 0, 0, 4, 0, 0, 0, 2, 1, 2, 3], code: 65,
            expected: ["data: at byte 12", "3 bytes", "8"]),
        Case(
            testDescription: "too long", arguments: idx("data"),
            data: [0, 0, 8, 1, 0, 0, 0, 1, 1, 2, 3], code: 65, expected: ["data: at byte 8"]),
        Case(
            testDescription: "a size of 4 GiB", arguments: idx("data"),
            data: [0, 0, 8, 1, 255, 255, 255, 255, 1], code: 65, expected: ["data: at byte"]),
        Case(
            testDescription: "sizes that overflow", arguments: idx("data"),
            data: [0, 0, 8, 4] + [UInt8](repeating: 255, count: 20), code: 65,
            expected: ["data: at byte 4"]),
        Case(
            testDescription: "cut off gzip", arguments: idx("data"),
            data: [31, 139, 8, 0, 0, 0, 0, 0, 0, 3], code: 65, expected: ["data: at byte", "gzip"]),
        Case(
            testDescription: "corrupt gzip", arguments: idx("data"),
            data: [31, 139, 8, 0, 0, 0, 0, 0, 0, 3] + [UInt8](repeating: 255, count: 40),
            code: 65, expected: ["data: at byte", "gzip"]),
        Case(
            testDescription: "not npy", arguments: npy, data: Array("PK\u{3}\u{4} archive".utf8),
            code: 65, expected: ["data: at byte 0"]),
        Case(
            testDescription: "truncated npy", arguments: npy,
            data: NPYFile.bytes(of: [1, 2, 3, 4], shape: [2, 2]).dropLast(3), code: 65,
            expected: ["data: at byte 128", "2 x 2"]),
        Case(
            testDescription: "npy with infinity", arguments: npy,
            data: NPYFile.bytes(of: [1, .infinity], shape: [1, 2]), code: 65,
            expected: ["data", "element 1", "inf"]),
        Case(
            testDescription: "npy of objects", arguments: npy, data: array("|O", "(4,)"), code: 65,
            expected: ["data: at byte", "O"]),
        Case(
            testDescription: "npy of texts", arguments: npy, data: array("<U3", "(4, 2)"),
            code: 65, expected: ["data: at byte", "U3"]),
        Case(
            testDescription: "npy of one axis", arguments: npy,
            data: NPYFile.bytes(of: [1, 2, 3, 4], shape: [4]), code: 65,
            expected: ["data", "features"]),
        Case(
            testDescription: "range of the data", arguments: npy + ["data.range=[0, 2]"],
            data: NPYFile.bytes(of: [1, 2, 3, 4], shape: [2, 2]), code: 65,
            expected: ["data", "1.0 to 4.0", "data.range"]),
    ]

    @Test(arguments: data) func badData(_ bad: Case) throws { try check(bad) }

    private static func idx(_ path: String) -> [String] {
        ["data.source=idx", "data.path=\(path)"]
    }
    private static let npy = ["data.source=npy", "data.path=data"]

    /// An npy file with this element type and shape and 64 bytes of zeros.
    private static func array(_ type: String, _ shape: String) -> [UInt8] {
        let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }\n"
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8)
            + [UInt8](repeating: 0, count: 64)
    }

    private func check(_ bad: Case) throws {
        let workspace = Workspace()
        var text = smallExperiment
        if let change = bad.change { text = text.replacing(change.0, with: change.1) }
        if bad.code == 65 {
            text = text.replacing("source = \"gaussian-ring\"\ncount = 64\n", with: "")
                .replacing("every = 20\nmetrics", with: "every = 0\nmetrics")
        }
        try workspace.write("small.toml", text.utf8)
        if let data = bad.data { try workspace.write("data", data) }
        let result = try workspace.run(["run", "small.toml"] + bad.arguments)
        #expect(result.code == bad.code, "\(result.errors)")
        #expect(result.output.isEmpty)
        #expect(result.errors.hasPrefix("error: "))
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
        for part in bad.expected {
            #expect(result.errors.contains(part), "\(part) in: \(result.errors)")
        }
        #expect(workspace.contents("results").isEmpty)
    }

    @Test(arguments: [
        ["run"], ["run", "small.toml", "--threads", "0"], ["run", "small.toml", "--threads", "65"],
        ["run", "small.toml", "--results", ""], ["run", "small.toml", "--threads", "two"],
        ["run", "small.toml", "--fast"],
        ["dance"], ["list", "dances"], ["sample", "results", "--output", "x.jpg"],
        ["sample", "results", "--output", "x.png", "--count", "0"], ["run", "missing.toml"],
        ["inspect", "missing.toml"],
    ]) func badCommandLine(arguments: [String]) throws {
        let workspace = Workspace()
        try workspace.write("small.toml", smallExperiment.utf8)
        let result = try workspace.run(arguments)
        #expect(result.code == 64)
        #expect(!result.errors.isEmpty)
        #expect(workspace.contents("results").isEmpty)
    }

    @Test func missingFileIsNamed() throws {
        let result = try Workspace().run("run", "missing.toml")
        #expect(result.errors.contains("missing.toml") && result.errors.contains("No such file"))
    }

    @Test func resultsThatCannotBeWritten() throws {
        let workspace = Workspace()
        try workspace.write("small.toml", smallExperiment.utf8)
        try workspace.write("file", [1])
        let result = try workspace.run("run", "small.toml", "--results", "file/results")
        #expect(result.code == 74)
        #expect(result.errors.contains("file") && result.errors.contains("Not a directory"))
    }

    @Test(arguments: [["recover"], ["evaluate"], ["sample", "--output", "x.npy"]])
    func folderWithoutARun(command: [String]) throws {
        let workspace = Workspace()
        let result = try workspace.run([command[0], "nowhere"] + command.dropFirst())
        #expect(result.code == 65)
        #expect(result.errors.contains("nowhere"))
        #expect(workspace.contents("").count == 2)
    }
}
