import ArgumentParser
import Experiment

/// Who does the runs of a sweep.
struct LauncherOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "local: this machine, now; slurm: submits arrays of tasks and returns at once; "
                + "commands: prints one command for each run, for any other scheduler.",
            valueName: "name"))
    var launcher = LocalLauncher.identifier

    @Option(
        help: ArgumentHelp(
            "With slurm: runs that a task does; default: as few as make at most 1,000 tasks.",
            valueName: "count"))
    var runsPerTask: Int?

    @Option(
        help: ArgumentHelp(
            "With slurm: limit of a task, as sbatch takes it. What is not done by then is saved "
                + "and goes on in another turn.", valueName: "time"))
    var time: String?

    @Option(
        help: ArgumentHelp(
            "With slurm: processors of a task, and runs with --threads 1 at a time in it.",
            valueName: "count"))
    var cpus: Int?

    @Option(
        help: ArgumentHelp(
            "With slurm: the partition. For an account and the like set what sbatch reads: "
                + "SBATCH_ACCOUNT, SBATCH_QOS ...", valueName: "name"))
    var partition: String?

    var isLocal: Bool { launcher == LocalLauncher.identifier }

    func validate() throws {
        let names = SweepLaunchers.catalog.map { $0.identifier }
        guard names.contains(launcher) else {
            throw ValidationError("--launcher takes one of \(names.joined(separator: ", "))")
        }
        let isForSlurm = runsPerTask != nil || time != nil || cpus != nil || partition != nil
        guard launcher == SlurmLauncher.identifier || !isForSlurm else {
            throw ValidationError(
                "--runs-per-task, --time, --cpus and --partition belong to --launcher slurm")
        }
        guard (1...1_000_000).contains(runsPerTask ?? 1) else {
            throw ValidationError("--runs-per-task takes a number from 1 on")
        }
        guard (1...1024).contains(cpus ?? 1) else {
            throw ValidationError("--cpus takes a number from 1 to 1024")
        }
        if let time, SlurmTimeLimit(time) == nil {
            throw ValidationError(
                "--time takes minutes, hours:minutes:seconds or days-hours, not \(time)")
        }
    }

    var chosen: any SweepLauncher {
        switch launcher {
        case SlurmLauncher.identifier:
            SlurmLauncher(
                SlurmLauncher.Options(
                    runsPerTask: runsPerTask, time: time.flatMap(SlurmTimeLimit.init), cpus: cpus,
                    partition: partition))
        case CommandsLauncher.identifier: CommandsLauncher()
        default: LocalLauncher()
        }
    }
}
