import FileFormats
import Recording

/// What Slurm has not done yet of a sweep.
package struct SlurmQueue: Equatable, Sendable {
    package struct Task: Equatable, Sendable {
        package var job: Int
        package var task: Int
        /// "PENDING", "RUNNING", "COMPLETING", "REQUEUED", ...
        package var state: String
        /// Why it waits: "Resources", "Priority", "BeginTime", ...; "None" for one that runs.
        package var reason: String

        package var text: String {
            "\(job)_\(task) \(state)" + (reason == "None" ? "" : " (\(reason))")
        }
    }

    package let tasks: [Task]

    /// A controller that is down makes squeue wait for longer than anybody wants to.
    private static let patienceSeconds = 5

    /// Asks Slurm for the tasks of some jobs.
    ///
    /// - Throws: `SlurmError` where squeue is missing or fails.
    package init(of jobs: [SlurmJob]) throws {
        let identifiers = jobs.map { "\($0.identifier)" }
        let answer = try ShellCommand([
            "squeue", "--noheader", "--array", "--jobs=\(identifiers.joined(separator: ","))",
            "--format=%F|%K|%T|%r",
        ]).run(atMostSeconds: Self.patienceSeconds)
        // Slurm forgets jobs some minutes after their end, and says so of a single one.
        let isForgotten = answer.complaint.contains("Invalid job id")
        guard answer.code == 0 || isForgotten else {
            throw SlurmError(program: "squeue", answer)
        }
        self.init(squeueLines: isForgotten ? [] : answer.lines)
    }

    package init(squeueLines lines: [String]) {
        tasks = lines.compactMap { line in
            let fields = line.split(separator: "|", omittingEmptySubsequences: false)
            guard fields.count == 4, let job = Int(fields[0]), let task = Int(fields[1]) else {
                return nil
            }
            return Task(
                job: job, task: task, state: String(fields[2]), reason: String(fields[3]))
        }
    }

    /// The task that a run of the plan, by its number, waits for or is in.
    package func tasksByRun(_ jobs: [SlurmJob], runCount: Int) -> [Int: Task] {
        let byIdentifier = Dictionary(jobs.map { ($0.identifier, $0) }) { $1 }
        var found: [Int: Task] = [:]
        for task in tasks {
            guard let job = byIdentifier[task.job] else { continue }
            for run in job.runs(ofTask: task.task, in: runCount) { found[run] = task }
        }
        return found
    }
}

/// A command of Slurm that is missing or refused to work.
///
/// The command line ends with exit code 74 on it.
package struct SlurmError: Error, Equatable, Sendable, CustomStringConvertible {
    package let program: String
    package let reason: String

    init(program: String, reason: String) {
        self.program = program
        self.reason = reason
    }

    init(program: String, _ answer: ShellCommand.Answer) {
        self.init(
            program: program,
            reason: answer.code == 127 ? "there is no such program here" : answer.complaint)
    }

    package var description: String { "\(program): \(reason)" }
}

extension SweepStatus {
    /// Adds what Slurm says of the runs, where the sweep was submitted to it; where Slurm cannot be
    /// asked, a note says so.
    package mutating func addQueue() {
        let jobs = SlurmJob.list(of: directory)
        guard !jobs.isEmpty else { return }
        let names = jobs.map { "\($0.identifier)" }.joined(separator: ", ")
        do {
            let queue = try SlurmQueue(of: jobs)
            let count = runs.count { $0.isPlanned }
            let tasks = queue.tasksByRun(jobs, runCount: count)
            for (index, task) in tasks where runs[index].state != .finished {
                runs[index].queue = task.text
            }
            let waiting = queue.tasks.count { $0.state == "PENDING" }
            notes.append(
                "Slurm jobs \(names): \(waiting.of("task")) pending, "
                    + "\(queue.tasks.count - waiting) running")
        } catch {
            notes.append("Slurm jobs \(names): nobody knows their state: \(error)")
        }
    }
}
