import Adversarial
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

    @Option(
        help: ArgumentHelp(
            "The pair whose generator is used, by its global index, as logs and pictures name it: "
                + "population.first_member and following; default: the first.", valueName: "pair"))
    var member: Int?

    @Flag(help: "Use the running average of the generator's weights (generator.ema_decay).")
    var average = false

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
    }

    func run() throws {
        try reportingErrors {
            let saved = try SavedRun(directory: folder, step: step)
            guard count <= saved.largestCount else {
                throw ValidationError(
                    "--count takes at most \(saved.largestCount) examples of "
                        + "\(describeShape(saved.exampleShape)) numbers")
            }
            let member = member ?? saved.members.lowerBound
            if average, try saved.model(of: member).generatorAverage == nil {
                throw ValidationError(
                    "--average: no average of weights was kept (generator.ema_decay is 0)")
            }
            let examples = try saved.examples(
                member: member, weights: average ? .average : .current, count: count)
            if output.hasSuffix(".npy") {
                try NPYFile.write(
                    path: output, examples, shape: [count] + saved.exampleShape)
            } else {
                let range = try saved.displayRange(member: member)
                let picture = examples.withUnsafeBufferPointer {
                    SamplePicture.of(
                        $0, exampleShape: saved.exampleShape, range: range, scatter: nil)
                }
                try AtomicFile.write(path: output, PNG.encode(picture))
            }
            print("\(count) examples of pair \(member) at step \(saved.step): \(output)")
        }
    }
}
