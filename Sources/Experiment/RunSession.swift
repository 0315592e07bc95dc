import Adversarial
import Datasets
import FileFormats
import Kernels
import Population
import Recording
import Synchronization
import Threads

/// One run from its folder to its summary.
package final class RunSession: Sendable {
    package enum Ending: Equatable, Sendable {
        case finished
        /// A stop was requested; the state at this step is saved.
        case interrupted(step: Int)
        /// Training met a number that is not finite, or recording failed.
        case failed(reason: String)
    }

    /// What to do with the folder of the run.
    package enum Start: Equatable, Sendable {
        /// A new run; files of an earlier one are in the way unless they may be replaced.
        case new(overwrite: Bool)
        /// Goes on with the run that is there, or begins it; `force` accepts what differs.
        case resume(force: Bool)
    }

    package let plan: ExperimentPlan
    package let directory: String
    package let run: TrainingRun
    /// The step that this session goes on from; 0 for a new run.
    package let startStep: Int
    /// What the user should know about how it began.
    package let notes: [String]
    private let recorder: RunRecorder
    private let executor: RoundExecutor
    private let lock: RunLock
    private let isOver = Atomic<Bool>(false)

    /// Opens the folder and creates everything that training needs.
    ///
    /// - Returns: nil where the run that was to be resumed is complete.
    /// - Throws: `RecordingError` where the folder cannot be used, `DataError` where what is there
    ///   is damaged, `ResumeError` where it was made by another program, data or library.
    package init?(
        plan: ExperimentPlan, results: String, start: Start, workers: Int, commandLine: [String]
    ) throws {
        try LinearAlgebraLibrary.requireOneThread()
        self.plan = plan
        let name = RunName.of(plan)
        directory = "\(results)/\(plan.name)/\(name)"
        lock = try RunDirectory.open(path: directory)
        let provenance = Provenance.json(plan, commandLine: commandLine, workers: workers)
        var opening = RunOpening(plan: plan, directory: directory, provenance: provenance)
        guard try opening.begin(start) else { return nil }
        let state = PopulationState(plan)
        var restored = RestoredPopulation(
            step: 0, lineage: LineageSummary(pairs: plan.population.pairs))
        if let resumption = opening.resumption, let checkpoint = resumption.checkpoint {
            restored = try state.restore(from: checkpoint, file: resumption.checkpointFile)
        }
        try RunDirectory.writeTexts(
            directory: directory, experimentTOML: plan.resolvedTOML, provenanceJSON: provenance)
        let schema = try LogSchema(
            runName: name, pairs: plan.population.pairs,
            firstMember: plan.population.firstMember, streams: RunStream.schema(plan),
            experimentTOML: plan.resolvedTOML, provenanceJSON: provenance)
        recorder = try RunRecorder(
            directory: directory, schema: schema,
            continuing: try opening.continuedJournal(schema, restored),
            retention: plan.record.retention)
        run = TrainingRun(
            plan, state: state, recorder: recorder, workers: workers, from: restored,
            wallSeconds: opening.resumption?.wallSeconds ?? 0)
        executor = RoundExecutor(
            schedule: plan.schedule, policy: plan.swap.policy, seed: plan.seed,
            pairing: restored.lineage.pairing, startStep: restored.step,
            pool: WorkerPool(count: workers))
        startStep = restored.step
        notes = opening.notes + Self.notes(on: plan.groups.skippedExamples)
    }

    private static func notes(on skipped: [DataError]) -> [String] {
        guard let first = skipped.first else { return [] }
        return ["left out bad images of the data, \(skipped.count) in all, the first: \(first)"]
    }

    /// Lets all pairs reach one step and then ends the run. From any thread.
    package func requestStop() { executor.requestStop() }

    package var hasEnded: Bool { isOver.load(ordering: .acquiring) }

    /// Trains to the end; `heartbeat` is for another thread to call now and then.
    package func train() -> ExecutionOutcome {
        defer { isOver.store(true, ordering: .releasing) }
        run.progress.started(from: startStep)
        setStatus(.running)
        return executor.run(run)
    }

    /// Writes the status with the present step and rate.
    package func heartbeat() { setStatus(.running) }

    /// Why the log cannot be followed any more while training goes on.
    package var liveLogFailure: RecordingError? { recorder.liveLogFailure }

    private func setStatus(_ state: RunState) {
        let snapshot = run.progress.snapshot
        recorder.setStatus(
            RunStatus(
                state: state, step: snapshot.step, steps: plan.steps,
                pairs: plan.population.pairs, pairStepsPerSecond: pairStepsPerSecond))
    }

    /// Over the training so far, without what comes before and after it.
    package var pairStepsPerSecond: Double {
        let snapshot = run.progress.snapshot
        guard snapshot.seconds > 0 else { return 0 }
        return Double((snapshot.step - startStep) * plan.population.pairs) / snapshot.seconds
    }

    /// Saves what an ending asks for, closes the log and gives the folder free. To be called once.
    ///
    /// - Throws: `RecordingError` where results could not be written.
    package func finish(_ outcome: ExecutionOutcome) throws -> Ending {
        defer { lock.release() }
        setStatus(.running)
        if let failure = recorder.failure {
            try? recorder.finish(state: .failed, reason: "\(failure)")
            throw failure
        }
        switch outcome {
        case .finished:
            try recorder.finish(state: .finished)
            return .finished
        case .stopped(let step):
            run.writeCheckpoint(step: step)
            try recorder.finish(state: .interrupted, reason: "stopped at step \(step)")
            return .interrupted(step: step)
        case .failed(let step, let pair):
            let member = plan.population.firstMember + pair
            var reason = "step \(step), pair \(member): training failed"
            if let failure = run.failure(step: step, pair: pair) {
                reason =
                    "step \(step), pair \(member): \(failure.tensor) is \(failure.value)"
                    + plan.failure.exhaustion + "; "
                    + "try a smaller learning rate, gradient clipping (clip_norm) or another loss"
            }
            if let failure = plan.groups.group(of: pair).data.failure {
                reason = "step \(step), pair \(member): real examples are lost: \(failure)"
            }
            try recorder.finish(state: .failed, reason: reason)
            return .failed(reason: reason)
        }
    }
}
