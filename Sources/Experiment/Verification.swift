import FileFormats
import Kernels
import Recording
import Settings

/// What was asked to be verified does not exist.
///
/// The command line ends with exit code 64 on it.
package struct VerificationError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

/// Looks at everything that a run left behind and trains a stretch of it again.
///
/// What is not as it was recorded is named, and the other proofs go on; what cannot be looked at is
/// said, and counts as nothing. The folder of the run is only read.
package struct Verification {
    package let directory: String
    /// The first step is the one behind `from`: 0 or the step of a checkpoint.
    let from: Int?
    let through: Int?
    let workers: Int?
    private let reader: JournalReader
    private let status: RunStatus?

    /// - Parameter workers: threads that train; nil for one per processor and pair.
    /// - Throws: `DataError` where there is no journal, or it cannot be understood;
    ///   `RecordingError` where the run is being written; `VerificationError` for a step that has
    ///   no checkpoint; `LinearAlgebraError`.
    package init(directory: String, from: Int?, through: Int?, workers: Int?) throws {
        try LinearAlgebraLibrary.requireOneThread()
        self.directory = directory
        self.from = from
        self.through = through
        self.workers = workers
        guard !RunLock.isHeld(directory) else {
            throw RecordingError(
                path: directory, operation: "verify this run",
                reason: "a running process writes it; wait for its end or stop it")
        }
        try RunDirectory.requireJournal(directory)
        reader = try JournalReader(RunDirectory.journalPath(directory))
        let steps = Checkpoints.steps(in: directory)
        if let from, from != 0, !steps.contains(from) {
            let known = (["0"] + steps.map(String.init)).joined(separator: ", ")
            throw VerificationError("no checkpoint of step \(from); --from takes one of \(known)")
        }
        status = RunStatus.read(RunDirectory.statusPath(directory))
    }

    /// Gives each finding to `report` as soon as it is made.
    ///
    /// - Throws: `VerificationError` where the stretch does not exist.
    package func run(_ report: (Finding) -> Void) throws {
        let texts = TextProof(directory: directory, reader: reader)
        let plan = texts.plan(report)
        texts.compareStatus(status, report)
        let journal = JournalProof(reader: reader, plan: plan, status: status)
        let end = try prove("journal", report) { try journal.run(report) }
        texts.run(hasEnded: hasEnded, report)
        try prove("log", report) { try compareLog(report) }
        let checkpoints = CheckpointProof(
            directory: directory, reader: reader, plan: plan, status: status,
            lastStep: end?.lastStep ?? 0)
        let saved = checkpoints.run(report)
        try prove("lineage", report) {
            try LineageProof(
                reader: reader, plan: plan, checkpoints: saved, lastStep: end?.lastStep ?? 0
            ).run(report)
        }
        guard let plan else {
            report(.unchecked("training", "there is no experiment to train"))
            return
        }
        let stretch = try Stretch(
            from: from, through: through, good: saved.map(\.step), lastStep: end?.lastStep ?? 0,
            plan: plan)
        guard let stretch else {
            report(
                .unchecked(
                    "training",
                    "no checkpoint to compare with; `--from 0 --through STEP` compares rows alone"))
            return
        }
        let differences = texts.reportProgram(plan, report)
        let training = TrainingProof(
            directory: directory, reader: reader, plan: plan, status: status, stretch: stretch,
            journalEnd: end ?? JournalEnd(streams: reader.schema.streams.count),
            differences: differences, workers: workers)
        try prove("training", report) { try training.run(report) }
    }

    /// A file that cannot be read fails the proof at hand, not those that follow.
    @discardableResult
    private func prove<Result>(
        _ subject: String, _ report: (Finding) -> Void, _ body: () throws -> Result
    ) throws -> Result? {
        do {
            return try body()
        } catch let error as DataError {
            report(.failed(subject, "\(error)"))
            return nil
        }
    }

    /// Whether the process of the run came to its end in order.
    private var hasEnded: Bool {
        status.map { [.finished, .interrupted].contains($0.state) } ?? false
    }

    private func compareLog(_ report: (Finding) -> Void) throws {
        switch try Recording.compareLog(directory: directory, with: reader) {
        case .same(let values):
            report(.proved("log", "\(values.of("value")) of run.h5 are those of the journal"))
        case .different(let lines):
            for line in lines.dropLast() { report(.failed("log", line)) }
            let last = lines.last ?? "run.h5 differs from the journal"
            // Otherwise run.h5 may hold what the journal has lost.
            let advice =
                reader.tail == .none ? "; `quadrille recover` makes run.h5 of the journal" : ""
            report(.failed("log", last + advice))
        case .notRebuilt where hasEnded:
            report(.failed("log", "run.h5 is that of a run that goes on, but this one has ended"))
        case .missing where hasEnded:
            report(.failed("log", "run.h5 is missing" + advice("makes it")))
        case .notRebuilt, .missing:
            report(
                .unchecked("log", "the run did not end in order" + advice("completes run.h5")))
        }
    }

    /// What a journal is good for that lacks its end at most.
    private func advice(_ outcome: String) -> String {
        reader.tail == .damaged ? "" : "; `quadrille recover` \(outcome)"
    }
}

/// The steps that are trained again: those behind `from` through `through`.
struct Stretch: Equatable {
    let from: Int
    let through: Int

    /// - Parameters:
    ///   - good: steps that have a checkpoint to be trusted, ascending.
    ///   - lastStep: the last step of the journal.
    /// - Returns: nil where nothing was asked for and there is no checkpoint.
    /// - Throws: `VerificationError` for a stretch that cannot be trained.
    init?(
        from: Int?, through: Int?, good: [Int], lastStep: Int, plan: ExperimentPlan
    ) throws {
        if let through, through > plan.steps {
            throw VerificationError("--through \(through): the run has \(plan.steps) steps")
        }
        let end: Int
        if let through {
            end = through
        } else if let newest = good.last, newest > from ?? 0 {
            end = newest
        } else if let from, lastStep > from {
            end = min(lastStep, plan.steps)
        } else if from == nil {
            return nil
        } else {
            throw VerificationError("nothing was recorded behind step \(from!)")
        }
        let start = from ?? good.last { $0 < end } ?? 0
        guard start < end else {
            throw VerificationError("--from \(start) is not before step \(end)")
        }
        (self.from, self.through) = (start, end)
    }
}
