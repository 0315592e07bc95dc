import FileFormats
import Recording

/// One array of tasks that was submitted to Slurm for a sweep: one line of `slurm/jobs.jsonl`.
package struct SlurmJob: Equatable, Sendable {
    /// The job id that all its tasks share.
    package var identifier: Int
    /// Task t of the array is part `firstPart + t` of the plan.
    package var firstPart: Int
    /// Part p of the plan are the runs from number p x `runsPerTask` on.
    package var runsPerTask: Int
    /// What was typed, so to say.
    package var command: [String]

    package init(identifier: Int, firstPart: Int, runsPerTask: Int, command: [String]) {
        self.identifier = identifier
        self.firstPart = firstPart
        self.runsPerTask = runsPerTask
        self.command = command
    }

    /// Numbers in the plan of the runs of one task of the array.
    package func runs(ofTask task: Int, in count: Int) -> Range<Int> {
        let (part, partOverflow) = firstPart.addingReportingOverflow(task)
        let (first, overflow) = part.multipliedReportingOverflow(by: runsPerTask)
        guard !partOverflow, !overflow, 0 <= first, first < count else { return 0..<0 }
        return first..<min(count, first + min(runsPerTask, count))
    }
}

extension SlurmJob {
    static func folder(_ sweep: String) -> String { "\(sweep)/slurm" }
    static func listPath(_ sweep: String) -> String { "\(folder(sweep))/jobs.jsonl" }
    /// What squeue shows: "quadrille-ring".
    static func jobName(_ sweep: String) -> String {
        "quadrille-" + (sweep.split(separator: "/").last ?? "sweep")
    }
    static func scriptPath(_ sweep: String) -> String { "\(folder(sweep))/array.sh" }

    /// The arrays submitted for a sweep so far; what cannot be understood is left out.
    package static func list(of sweep: String) -> [SlurmJob] {
        let path = listPath(sweep)
        guard let bytes = try? InputFile.read(path, limit: 1 << 26) else { return [] }
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            (try? JSONValue(parsing: Array(line), file: path)).flatMap(SlurmJob.init)
        }
    }

    /// Adds this one to the list. For the one process that submits.
    ///
    /// - Throws: `FileError`.
    func record(in sweep: String) throws {
        let all = Self.list(of: sweep) + [self]
        let text = all.map { $0.json.serialized() + "\n" }.joined()
        try AtomicFile.write(path: Self.listPath(sweep), text)
    }

    private var json: JSONValue {
        [
            "job": .integer(identifier), "first_part": .integer(firstPart),
            "runs_per_task": .integer(runsPerTask),
            "command": .array(command.map(JSONValue.text)),
        ]
    }

    private init?(_ json: JSONValue) {
        guard let identifier = json["job"]?.integerValue, identifier > 0,
            let firstPart = json["first_part"]?.integerValue, firstPart >= 0,
            let runsPerTask = json["runs_per_task"]?.integerValue, runsPerTask > 0,
            let command = json["command"]?.arrayValue
        else { return nil }
        self.init(
            identifier: identifier, firstPart: firstPart, runsPerTask: runsPerTask,
            command: command.compactMap(\.textValue))
    }
}
