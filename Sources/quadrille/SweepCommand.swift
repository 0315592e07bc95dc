import ArgumentParser
import Experiment
import Recording
import Threads

struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Runs an experiment file once for each point of a grid.",
        discussion: """
            The table [sweep] of the file makes the grid, and words of the command line change it:
                quadrille sweep Experiments/ring.toml swap.interval=0,10,100 seed=1..5
            In the table, "key.sub" = [a, b] and seed = "1..10" are axes; further keys are
                zip = [["a", "b"]]             axes that advance together
                exclude = [{ a = 1, b = 2 }]   combinations to leave out
                retry = 1                      further attempts at a run that crashed
                max_failures = 5               failed runs after which no other begins
            Arms that are the same run by definition (one pair under any policy, no swap at all) \
            are run once and shown in each place.

            Results go to RESULTS/<name>: plan.json lists every run before anything starts, each \
            run has a folder below. Each run is a process of its own: one that crashes or diverges \
            is recorded with its cause in attempts.jsonl and stops no other. The same command \
            again does what is missing, failed or was interrupted, and nothing else. Ctrl-C saves \
            the state of all runs and exits with code 130; exit code 2 says that runs failed.
            """)

    @Argument(help: "The experiment file (TOML).", completion: .file(extensions: ["toml"]))
    var file: String

    @Argument(help: "Changes to the file, such as swap.interval=0,10 seed=1..5 sweep.retry=1.")
    var words: [String] = []

    @OptionGroup var capacity: SweepCapacity

    @OptionGroup var launcher: LauncherOptions

    @Option(help: ArgumentHelp("Folder of the results.", valueName: "folder"))
    var results = "results"

    @Flag(help: "Print the plan with an estimate of its time and disk, and start nothing.")
    var dryRun = false

    @Flag(help: "Begin a grid of more than 10,000 combinations.")
    var yes = false

    @Flag(help: "Say nothing but errors.")
    var quiet = false

    func validate() throws {
        guard !results.isEmpty else {
            throw ValidationError("--results takes the path of a folder")
        }
        guard launcher.isLocal || capacity.jobs == nil else {
            throw ValidationError(
                "--jobs belongs to --launcher local; with slurm, --cpus says how many runs of a "
                    + "task go on at a time")
        }
    }

    func run() throws {
        RunLoop.ignoreFileSignals()
        RunLoop.listenForInterrupts()
        try reportingErrors {
            let sweep = try SweepPlanner.plan(
                path: file, words: words, commandLine: CommandLine.arguments, isLarge: yes)
            if dryRun {
                try SweepReport.printPlan(sweep, results: results, capacity)
                return
            }
            let folder = try SweepFolder(sweep, results: results)
            let pending = SweepFolder.pending(sweep.plan, in: folder.directory)
            let launch = SweepLaunch(
                directory: folder.directory, plan: sweep.plan, pending: pending,
                costs: sweep.costs, jobs: capacity.chosenJobs, threads: capacity.threads,
                retry: sweep.retry, maximumFailures: sweep.maximumFailures)
            let display = SweepDisplay(isQuiet: quiet)
            if launcher.isLocal { display.begin(launch) }
            let outcome = try launcher.chosen.launch(launch, observer: display)
            try SweepReport.end(outcome, launch, display)
        }
    }
}

/// What of the machine a sweep may use.
struct SweepCapacity: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Runs at a time; default: as many as the processors give --threads to.",
            valueName: "count"))
    var jobs: Int?

    @Option(
        help: ArgumentHelp(
            "Worker threads of each run, 1 to 64. The results are the same for any number.",
            valueName: "count"))
    var threads = 1

    var chosenJobs: Int { jobs ?? max(1, ProcessorCount.available / threads) }

    func validate() throws {
        guard (1...WorkerPool.maximumCount).contains(threads) else {
            throw ValidationError("--threads takes a number from 1 to \(WorkerPool.maximumCount)")
        }
        if let jobs, !(1...1024).contains(jobs) {
            throw ValidationError("--jobs takes a number from 1 to 1024")
        }
    }
}
