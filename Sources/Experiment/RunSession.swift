import Adversarial
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

    package let plan: ExperimentPlan
    package let directory: String
    package let run: TrainingRun
    private let recorder: RunRecorder
    private let executor: RoundExecutor
    private let isOver = Atomic<Bool>(false)

    /// Creates the folder and everything that training needs.
    ///
    /// - Throws: `RecordingError` where the folder cannot be used.
    package init(
        plan: ExperimentPlan, results: String, overwrite: Bool, workers: Int,
        commandLine: [String]
    ) throws {
        LinearAlgebraLibrary.configure()
        precondition(LinearAlgebraLibrary.threadCount == 1, "BLAS must use one thread")
        self.plan = plan
        directory = "\(results)/\(plan.name)/\(RunName.of(plan))"
        try RunDirectory.create(path: directory, overwrite: overwrite)
        let provenance = Provenance.json(plan, commandLine: commandLine, workers: workers)
        try RunDirectory.writeTexts(
            directory: directory, experimentTOML: plan.resolvedTOML, provenanceJSON: provenance)
        let schema = try LogSchema(
            runName: RunName.of(plan), pairs: plan.population.pairs,
            firstMember: plan.population.firstMember, streams: RunStream.schema(plan),
            experimentTOML: plan.resolvedTOML, provenanceJSON: provenance)
        recorder = try RunRecorder(directory: directory, schema: schema)
        run = TrainingRun(
            plan, state: PopulationState(plan), recorder: recorder, workers: workers)
        executor = RoundExecutor(
            schedule: plan.schedule, policy: plan.swap.policy, seed: plan.seed,
            pairing: .initial(pairs: plan.population.pairs), pool: WorkerPool(count: workers))
    }

    /// Lets all pairs reach one step and then ends the run. From any thread.
    package func requestStop() { executor.requestStop() }

    package var hasEnded: Bool { isOver.load(ordering: .acquiring) }

    /// Trains to the end; `heartbeat` is for another thread to call now and then.
    package func train() -> ExecutionOutcome {
        defer { isOver.store(true, ordering: .releasing) }
        run.progress.started()
        setStatus(.running)
        return executor.run(run)
    }

    /// Writes the status with the present step and rate.
    package func heartbeat() { setStatus(.running) }

    private func setStatus(_ state: RunState) {
        let snapshot = run.progress.snapshot
        recorder.setStatus(
            RunStatus(
                state: state, step: snapshot.step, steps: plan.steps,
                pairStepsPerSecond: pairStepsPerSecond))
    }

    /// Over the training so far, without what comes before and after it.
    package var pairStepsPerSecond: Double {
        let snapshot = run.progress.snapshot
        guard snapshot.seconds > 0 else { return 0 }
        return Double(snapshot.step * plan.population.pairs) / snapshot.seconds
    }

    /// Saves what an ending asks for and closes the log.
    ///
    /// - Throws: `RecordingError` where results could not be written.
    package func finish(_ outcome: ExecutionOutcome) throws -> Ending {
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
            run.writeCheckpoint(step: step, pairing: executor.pairing)
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
            try recorder.finish(state: .failed, reason: reason)
            return .failed(reason: reason)
        }
    }
}
