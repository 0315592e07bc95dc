import ArgumentParser
import Experiment
import FileFormats

struct SampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Makes examples with a generator of a run.",
        discussion: """
            Without --step the newest checkpoint is used. A .png shows a grid of images or a \
            scatter plot; a .npy holds the numbers as float32, one example per row.
            """)

    @Argument(help: ArgumentHelp("The folder of a run.", valueName: "run"), completion: .directory)
    var folder: String

    @Option(help: "The checkpoint's step; default: the newest.")
    var step: Int?

    @Option(help: "The pair whose generator is used, from 0.")
    var member = 0

    @Option(help: "How many examples.")
    var count = 16

    @Option(help: "FILE.png or FILE.npy.", completion: .file(extensions: ["png", "npy"]))
    var output: String

    func validate() throws {
        guard output.hasSuffix(".png") || output.hasSuffix(".npy") else {
            throw ValidationError("--output must end in .png or .npy")
        }
        let limit = output.hasSuffix(".png") ? 10_000 : 1_000_000
        guard (1...limit).contains(count) else {
            throw ValidationError("--count takes a number from 1 to \(limit)")
        }
        guard member >= 0 else { throw ValidationError("--member takes a number from 0") }
    }

    func run() throws {
        try reportingErrors {
            let saved = try SavedRun(directory: folder, step: step)
            let examples = try saved.examples(member: member, count: count)
            if output.hasSuffix(".npy") {
                let shape = [count] + saved.exampleShape
                try AtomicFile.write(
                    path: output, NPYFile.bytes(of: examples, shape: shape))
            } else {
                let picture = examples.withUnsafeBufferPointer {
                    SamplePicture.of(
                        $0, exampleShape: saved.exampleShape, range: saved.displayRange,
                        scatter: nil)
                }
                try AtomicFile.write(path: output, PNG.encode(picture))
            }
            print("\(count) examples of pair \(member) at step \(saved.step): \(output)")
        }
    }
}
