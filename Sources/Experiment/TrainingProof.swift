import Adversarial
import FileFormats
import Population
import Recording
import Threads

/// Trains a stretch of a run again and compares every row and every tensor on the way.
struct TrainingProof {
    let directory: String
    let reader: JournalReader
    let plan: ExperimentPlan
    let status: RunStatus?
    let stretch: Stretch
    let journalEnd: JournalEnd
    /// What decides bits and is not the same as in the run.
    let differences: [String]
    let workers: Int?

    func run(_ report: (Finding) -> Void) throws {
        let state = PopulationState(plan)
        guard let start = try restore(state, report) else { return }
        let recorder = try ComparingRecorder(directory: directory, journal: reader) {
            isInStretch(stream: $0, axis: $1)
        }
        let count = workers ?? min(ProcessorCount.available, plan.population.pairs, 64)
        let run = TrainingRun(
            plan, state: state, recorder: recorder, workers: count, from: start, wallSeconds: 0)
        // Only the executor ends early: schedules of rates keep the length of the run.
        var schedule = plan.schedule
        schedule.steps = stretch.through
        let executor = RoundExecutor(
            schedule: schedule, policy: plan.swap.policy, seed: plan.seed,
            pairing: start.lineage.pairing, startStep: start.step, pool: WorkerPool(count: count))
        let outcome = executor.run(run)
        if outcome == .finished { run.writeCheckpoint(step: stretch.through) }
        let failure = reason(of: outcome, run)
        let rows = try recorder.finishRows()
        let checkpoints = recorder.finishCheckpoints()
        let faults = failure.map { [$0] } ?? []
        finish(rows, checkpoints, faults, report)
    }

    private var name: String { "steps \(stretch.from + 1) to \(stretch.through) again" }
    private var label: String {
        differences.isEmpty ? "" : " (this program, a library or the data are not those of the run)"
    }

    private func restore(
        _ state: PopulationState, _ report: (Finding) -> Void
    ) throws -> RestoredPopulation? {
        guard stretch.from > 0 else {
            return RestoredPopulation(
                step: 0, lineage: LineageSummary(pairs: plan.population.pairs))
        }
        let file = RunDirectory.checkpointPath(directory, step: stretch.from)
        let start = try state.restore(
            from: Checkpoints.open(in: directory, step: stretch.from), file: file)
        guard start.step == stretch.from else {
            throw DataError(file: file, "it says that it is of step \(start.step)")
        }
        return start
    }

    /// Rows of the journal that the stretch computes again.
    private func isInStretch(stream: Int, axis: Int64) -> Bool {
        let schedule = plan.schedule
        if reader.schema.streams[stream].axis == "event" {
            let events =
                schedule.swapCount(
                    before: stretch.from)..<schedule.swapCount(
                    before: stretch.through)
            return axis > events.lowerBound && axis <= events.upperBound
        }
        return (axis > stretch.from || stretch.from == 0) && axis <= stretch.through
    }

    /// Why training did not come to the end of the stretch, unless the run ended there as well.
    private func reason(of outcome: ExecutionOutcome, _ run: TrainingRun) -> String? {
        guard case .failed(let step, let pair) = outcome else { return nil }
        let place = "step \(step), pair \(plan.population.firstMember + pair)"
        if status?.state == .failed, status?.reason?.hasPrefix(place + ":") == true { return nil }
        let failure = run.failure(step: step, pair: pair).map { ": \($0.tensor) is \($0.value)" }
        return "\(name): it ends at \(place)\(failure ?? "")"
    }

    private func finish(
        _ rows: ComparingRecorder.Rows, _ checkpoints: [Int: ComparingRecorder.Checkpoint],
        _ failures: [String], _ report: (Finding) -> Void
    ) {
        var faults = failures
        let total = rows.sameCount + rows.differentCount
        if rows.differentCount > 0 {
            let count = "\(rows.differentCount.grouped) of \(total.of("row"))"
            faults.append(
                "\(name): not the same: \(count); the first: \(rows.firstDifference ?? "unknown")")
        }
        faults += unexpected(rows)
        for (step, checkpoint) in checkpoints.sorted(by: { $0.key < $1.key }) {
            guard let difference = checkpoint.firstDifference else { continue }
            let count = checkpoint.differentCount.of("tensor")
            faults.append(
                "\(name): not the same: \(count) of the checkpoint of step \(step); "
                    + "the first: \(difference)")
        }
        for fault in faults { report(.failed("training", fault + label)) }
        let beyond = rows.absent.count { isBeyondEnd($0.stream, $0.axis) }
        if beyond > 0 {
            report(.unchecked("training", "\(beyond.of("row")) behind the end of the journal"))
        }
        if checkpoints[stretch.through] == nil {
            report(
                .unchecked(
                    "training", "no good checkpoint of step \(stretch.through) to compare with"))
        }
        guard faults.isEmpty else { return }
        let tensors = checkpoints.values.reduce(0) { $0 + $1.sameCount }
        guard total + tensors > 0 else {
            report(.unchecked("training", "\(name): nothing there was recorded"))
            return
        }
        report(
            .proved(
                "training",
                "\(name): \(total.of("row")) and \(tensors.of("tensor")), every bit the same"
                    + label))
    }

    /// Rows that only one side has, and that nothing explains.
    private func unexpected(_ rows: ComparingRecorder.Rows) -> [String] {
        let absent = rows.absent.filter {
            !isBeyondEnd($0.stream, $0.axis) && isScheduled($0.stream, $0.axis)
        }
        // A run that became longer keeps the rows of what was its last step.
        let missing = rows.missing.filter {
            reader.resumes.isEmpty || isScheduled($0.stream, $0.axis)
        }
        return [
            (absent, "computed, but not in the journal"),
            (missing, "in the journal, but not computed"),
        ]
        .compactMap { rows, meaning in
            guard let first = rows.first else { return nil }
            let stream = reader.schema.streams[first.stream]
            return "\(name): \(rows.count.of("row")) \(meaning), the first is "
                + "\(stream.axis) \(first.axis) of /\(stream.name)"
        }
    }

    /// The journal of a run that was killed may end within the stretch.
    private func isBeyondEnd(_ stream: Int, _ axis: Int64) -> Bool {
        guard reader.schema.streams[stream].axis == "step" else {
            return axis > journalEnd.lastAxis[stream] ?? 0
        }
        return axis > journalEnd.lastStep && isScheduled(stream, axis)
    }

    /// Whether the experiment asks for a row there: at the end of a stretch, and where a shorter
    /// run had its end, there are others.
    private func isScheduled(_ stream: Int, _ axis: Int64) -> Bool {
        let (schedule, step) = (plan.schedule, Int(clamping: axis))
        switch RunStream.present(in: plan)[stream] {
        case .train: return schedule.actions(at: step).contains(.record)
        case .evaluation: return schedule.actions(at: step).contains(.evaluate)
        case .crossPlay, .population: return schedule.actions(at: step).contains(.measure)
        case .rewind: return step > 0 && schedule.roundEnd(after: step - 1) == step
        case .recovery: return schedule.endsRecovery(step)
        case .swap, .system: return true
        }
    }
}
