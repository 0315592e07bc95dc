import FileFormats
import Recording

/// Submits the runs of a sweep to Slurm as arrays of tasks, and does not wait for them.
///
/// Runs that an earlier submission has in the queue still are left to it.
package struct SlurmLauncher: SweepLauncher {
    package static let identifier = "slurm"

    /// What the user may pass on to Slurm; what is nil is left to the site.
    package struct Options: Equatable, Sendable {
        /// nil: as few as keep a sweep below `mostTasks`.
        package var runsPerTask: Int?
        package var time: SlurmTimeLimit?
        /// Processors of a task. They do as many runs at a time as have threads for them.
        package var cpus: Int?
        package var partition: String?

        package init(
            runsPerTask: Int? = nil, time: SlurmTimeLimit? = nil, cpus: Int? = nil,
            partition: String? = nil
        ) {
            self.runsPerTask = runsPerTask
            self.time = time
            self.cpus = cpus
            self.partition = partition
        }
    }

    private let options: Options
    /// More jobs in a queue are what sites do not like to see of one user.
    private static let mostTasks = 1000
    /// Slurm's own default, for a site that does not say: task numbers up to 1000.
    private static let usualArraySize = 1001
    private static let patienceSeconds = 60

    package init(_ options: Options = Options()) {
        self.options = options
    }

    /// - Throws: `SlurmError` where Slurm is missing or refuses. What it has accepted before that
    ///   is recorded, and a second launch submits the rest.
    package func launch(
        _ launch: SweepLaunch, observer: any SweepObserver
    ) throws -> LaunchOutcome {
        let sweep = launch.absoluteDirectory
        let earlier = SlurmJob.list(of: sweep)
        let count = launch.plan.runs.count
        let queued =
            earlier.isEmpty
            ? [:] : try SlurmQueue(of: earlier).tasksByRun(earlier, runCount: count)
        let runs = launch.pending.filter { queued[$0] == nil }
        var lines: [String] = []
        if runs.count < launch.pending.count {
            let waiting = launch.pending.count - runs.count
            lines.append("\(waiting.of("run")) in the queue from an earlier submission")
        }
        guard !runs.isEmpty else { return .handedOver(lines + ["nothing to submit"]) }
        let size = options.runsPerTask ?? (count + Self.mostTasks - 1) / Self.mostTasks
        let parts = Set(runs.map { $0 / size }).sorted()
        try writeScript(launch, sweep, runsPerTask: size)
        let arrays = Self.arrays(of: parts, size: try largestArraySize())
        for (index, array) in arrays.enumerated() {
            let job = try submit(
                array, sweep: sweep, runsPerTask: size, cpus: options.cpus ?? launch.threads,
                place: "array \(index + 1) of \(arrays.count), the same command submits the rest")
            try job.record(in: sweep)
            lines.append("submitted \(array.tasks.count.of("task")) as job \(job.identifier)")
        }
        return .handedOver(
            lines + [
                "\(runs.count.of("run")), \(size) in a task; "
                    + "`quadrille status \(launch.directory)` says how they stand, "
                    + "and the same command submits what is missing then"
            ])
    }

    private func writeScript(
        _ launch: SweepLaunch, _ sweep: String, runsPerTask: Int
    ) throws {
        let jobs = max(1, (options.cpus ?? launch.threads) / launch.threads)
        let script = SlurmScript(
            command: ShellCommand(launch.partCommand(jobs: jobs)), runsPerTask: runsPerTask,
            warningSeconds: options.time?.warningSeconds ?? SlurmTimeLimit.usualWarningSeconds)
        try RunDirectory.makeFolders(SlurmJob.folder(sweep))
        try AtomicFile.write(path: SlurmJob.scriptPath(sweep), script.text)
    }

    // MARK: Arrays

    package struct TaskArray: Equatable {
        /// The part of the plan that task 0 would do.
        package var firstPart: Int
        /// Ascending.
        package var tasks: [Int]
    }

    /// Ascending parts of the plan as arrays whose task numbers are below `size`.
    package static func arrays(of parts: [Int], size: Int) -> [TaskArray] {
        var arrays: [TaskArray] = []
        for part in parts {
            if let last = arrays.last, part - last.firstPart < size {
                arrays[arrays.count - 1].tasks.append(part - last.firstPart)
            } else {
                arrays.append(TaskArray(firstPart: part, tasks: [0]))
            }
        }
        return arrays
    }

    /// Ascending numbers as sbatch takes them: "0-3,7,9-10".
    package static func ranges(_ numbers: [Int]) -> String {
        var ranges: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        let texts = ranges.map { range in
            range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
        }
        return texts.joined(separator: ",")
    }

    // MARK: Slurm

    private func submit(
        _ array: TaskArray, sweep: String, runsPerTask: Int, cpus: Int, place: String
    ) throws -> SlurmJob {
        // "%" begins a pattern there, "%%" is one.
        let output = SlurmJob.folder(sweep).replacing("%", with: "%%") + "/task-%A_%a.txt"
        let name = SlurmJob.jobName(sweep)
        var words = [
            "sbatch", "--parsable", "--job-name=\(name)", "--array=\(Self.ranges(array.tasks))",
            "--output=\(output)", "--cpus-per-task=\(cpus)",
        ]
        if let time = options.time { words.append("--time=\(time.text)") }
        if let partition = options.partition { words.append("--partition=\(partition)") }
        words += [SlurmJob.scriptPath(sweep), "\(array.firstPart)"]
        let answer = try ShellCommand(words).run(atMostSeconds: Self.patienceSeconds)
        guard answer.code == 0, let identifier = Self.jobIdentifier(answer.lines) else {
            throw SlurmError(program: "sbatch, \(place)", answer)
        }
        return SlurmJob(
            identifier: identifier, firstPart: array.firstPart, runsPerTask: runsPerTask,
            command: words)
    }

    /// `sbatch --parsable` prints "123" or "123;cluster", maybe after warnings.
    package static func jobIdentifier(_ lines: [String]) -> Int? {
        lines.compactMap { Int($0.prefix { $0 != ";" }) }.last { $0 > 0 }
    }

    /// `MaxArraySize` of the site: one more than the largest task number.
    private func largestArraySize() throws -> Int {
        let answer = try ShellCommand(["scontrol", "show", "config"]).run(
            atMostSeconds: Self.patienceSeconds)
        guard answer.code == 0 else { throw SlurmError(program: "scontrol", answer) }
        return Self.maxArraySize(answer.lines) ?? Self.usualArraySize
    }

    package static func maxArraySize(_ lines: [String]) -> Int? {
        for line in lines {
            let words = line.split(separator: "=").map { $0.filter { $0 != " " } }
            if words.count == 2, words[0] == "MaxArraySize", let size = Int(words[1]), size > 1 {
                return size
            }
        }
        return nil
    }
}
