import Recording

/// Prints one command for each run that is to be done, for GNU parallel or any scheduler.
///
/// A command does its run, goes on with one that was interrupted, does nothing where the run is
/// finished, and notes its end in the folder of the sweep. Its exit code is that of a sweep of this
/// one run.
package struct CommandsLauncher: SweepLauncher {
    package static let identifier = "commands"

    package init() {}

    package func launch(
        _ launch: SweepLaunch, observer: any SweepObserver
    ) throws -> LaunchOutcome {
        .handedOver(
            launch.pending.map { run in
                let words = launch.partCommand(jobs: 1)
                return ShellCommand(words + ["--first", "\(run)", "--count", "1"]).text
            })
    }
}

extension SweepLaunch {
    /// What does some runs of the plan from any folder, but for `--first` and `--count`.
    func partCommand(jobs: Int) -> [String] {
        [
            Provenance.executablePath, "sweep-part", absoluteDirectory, "--jobs", "\(jobs)",
            "--threads", "\(threads)", "--retry", "\(retry)",
        ]
    }

    /// `directory` for those who start elsewhere.
    var absoluteDirectory: String { realPath(directory) ?? directory }
}
