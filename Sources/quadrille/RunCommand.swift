import ArgumentParser
import Experiment
import Population
import Threads

struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Trains the pairs of an experiment file.",
        discussion: """
            Results go to RESULTS/<name>/<run>: the log run.h5 (readable while it grows), \
            sample pictures, checkpoints, and the resolved experiment.toml that gives the same \
            bits again. Ctrl-C saves the state of all pairs at one step and exits with code 130.

            --resume goes on from the newest good checkpoint and gives the bits of a run that was \
            never interrupted, with any number of threads; where there is nothing to resume, the \
            run begins. With a larger `steps` it makes a longer run out of a finished one.
            """)

    @Argument(help: "The experiment file (TOML).", completion: .file(extensions: ["toml"]))
    var file: String

    @Argument(help: "Changes to the file, such as swap.interval=10 or seed=7.")
    var overrides: [String] = []

    @Option(
        help: ArgumentHelp(
            "Worker threads, 1 to 64; default: one per processor, at most one per pair. "
                + "The results are the same for any number.", valueName: "count"))
    var threads: Int?

    @Option(help: ArgumentHelp("Folder of the results.", valueName: "folder"))
    var results = "results"

    @Flag(help: "Replace an earlier run of the same experiment.")
    var overwrite = false

    @Flag(help: "Go on with a run that was interrupted, killed or is to become longer.")
    var resume = false

    @Flag(help: "With --resume: accept another program, library or damage; it is recorded.")
    var force = false

    @Flag(help: "Say nothing but errors.")
    var quiet = false

    /// A sweep starts its runs so: where it dies, they save their state.
    @Flag(
        help: ArgumentHelp(
            "Stop as Ctrl-C does once nobody can write to standard input any more.",
            visibility: .hidden))
    var stopAtEndOfInput = false

    func validate() throws {
        if let threads, !(1...WorkerPool.maximumCount).contains(threads) {
            throw ValidationError("--threads takes a number from 1 to \(WorkerPool.maximumCount)")
        }
        guard !(resume && overwrite) else {
            throw ValidationError("--resume keeps what --overwrite removes: choose one of them")
        }
        guard resume || !force else {
            throw ValidationError("--force belongs to --resume")
        }
        guard !results.isEmpty else {
            throw ValidationError("--results takes the path of a folder")
        }
    }

    func run() throws {
        RunLoop.ignoreFileSignals()
        RunLoop.listenForInterrupts()
        try reportingErrors {
            let plan = try ExperimentPlan.load(path: file, overrides: overrides)
            let workers =
                threads ?? min(ProcessorCount.available, plan.population.pairs, 64)
            let start: RunSession.Start =
                resume ? .resume(force: force) : .new(overwrite: overwrite)
            guard
                let session = try RunSession(
                    plan: plan, results: results, start: start, workers: workers,
                    commandLine: CommandLine.arguments)
            else {
                if !quiet { printError("complete: \(plan.steps) steps; nothing is left to do") }
                return
            }
            let display = ProgressDisplay(session, isQuiet: quiet)
            display.begin(workers: workers)
            let outcome = RunLoop(session, display, endsWithInput: stopAtEndOfInput)
                .run()
            try end(session, display, outcome)
        }
    }

    private func end(
        _ session: RunSession, _ display: ProgressDisplay, _ outcome: ExecutionOutcome
    ) throws {
        display.closeLine()
        switch try session.finish(outcome) {
        case .finished: display.summarize()
        case .interrupted(let step):
            printError(
                step == 0
                    ? "interrupted before the first step: there was nothing to save"
                    : "interrupted: all pairs are saved at step \(step) in \(session.directory)")
            throw ProgramExit.interrupted
        case .failed(let reason):
            printError("error: \(reason)")
            throw ProgramExit.runFailed
        }
    }
}
