import ArgumentParser
import Experiment
import Recording

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a job of a batch system calls: some runs of a plan, without the right to the whole sweep.
struct SweepPartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep-part", abstract: "Does some of the runs of a planned sweep.",
        shouldDisplay: false)

    @Argument(
        help: ArgumentHelp("The folder of a sweep.", valueName: "sweep"), completion: .directory)
    var folder: String

    @Option(help: ArgumentHelp("Place of the first run in the plan, from 0.", valueName: "place"))
    var first: Int

    @Option(help: ArgumentHelp("How many runs.", valueName: "count"))
    var count: Int

    @OptionGroup var capacity: SweepCapacity

    @Option(help: ArgumentHelp("Further attempts at a run that crashed.", valueName: "count"))
    var retry = 0

    func validate() throws {
        guard first >= 0, count > 0 else {
            throw ValidationError("--first takes a place from 0 on, --count a number from 1 on")
        }
    }

    func run() throws {
        RunLoop.ignoreFileSignals()
        RunLoop.listenForInterrupts(also: [SIGUSR1])
        try reportingErrors {
            let plan = try SweepPlan(contentsOf: SweepDirectory.planPath(folder))
            let runs = plan.runs.indices.dropFirst(first).prefix(count)
            let unfinished = Set(SweepFolder.pending(plan, in: folder))
            let launch = SweepLaunch(
                directory: folder, plan: plan, pending: runs.filter(unfinished.contains),
                costs: plan.runs.enumerated().map { place, run in
                    runs.contains(place) ? Double(run.steps) * Double(run.pairs) : 0
                },
                jobs: capacity.chosenJobs, threads: capacity.threads, retry: retry,
                maximumFailures: 0,
                total: runs.count)
            let display = SweepDisplay(isQuiet: false)
            let outcome = try LocalLauncher().launch(launch, observer: display)
            try SweepReport.end(outcome, launch, display)
        }
    }
}
