import Adversarial
import Datasets
import Evaluation
import GraphExecution
import Kernels
import Population
import Recording
import Synchronization
import Threads

/// Trains, measures and records the pairs of one run: what the round executor drives.
package final class TrainingRun: PairRoundBody, @unchecked Sendable {
    // Unchecked: per-worker and per-seat memory is used by one worker at a time; what
    // `completed` touches is used by one caller at a time.
    let plan: ExperimentPlan
    package let state: PopulationState
    let recorder: any RunRecording
    let tensors: CheckpointTensors
    let ledger: RoundLedger
    let schedule: RoundSchedule
    private let attempts: [RoundAttempts]
    private let streams: [RunStream]
    private let sampling: MemberSampling
    private let measuring: PopulationMeasuring?
    private let scoreColumn: Int?
    private let startStep: Int
    private let startTime = MonotonicClock.nanoseconds
    /// Seconds of training before this session.
    private let earlierSeconds: Double
    private let lock = Lock()
    /// Guarded by `lock`: checkpoints that were begun and still lack parts.
    private var begunCheckpoints: Set<Int> = []
    /// Guarded by `lock`: the step of the last checkpoint that has all its parts.
    private var lastCheckpoint: Int
    /// Guarded by `lock`: failures by step and pair.
    private var failures: [(pair: Int, failure: TrainingFailure)] = []

    // Used by `completed` alone.
    package private(set) var lineage: LineageSummary
    private var row = RowBytes()
    private var lastSystemRow: (time: UInt64, step: Int)?
    private var lastMetrics: [[Double]] = []
    package let progress = RunProgress()

    package init(
        _ plan: ExperimentPlan, state: PopulationState, recorder: any RunRecording, workers: Int,
        from start: RestoredPopulation, wallSeconds: Double
    ) {
        self.plan = plan
        self.state = state
        self.recorder = recorder
        tensors = CheckpointTensors(plan, state)
        schedule = plan.schedule
        ledger = RoundLedger(
            pairs: plan.population.pairs, metricCount: plan.evaluation?.columns.count ?? 0)
        lineage = start.lineage
        earlierSeconds = wallSeconds
        lastCheckpoint = start.step
        startStep = start.step
        let plans = plan.groups.combinations.map { TrainingPlans($0.model) }
        let sampling = MemberSampling(plan, workers: workers)
        self.sampling = sampling
        measuring = PopulationMeasuring(plan, sampling: sampling)
        scoreColumn = plan.scoreColumn
        streams = RunStream.present(in: plan)
        attempts = (0..<workers).map { _ in
            RoundAttempts(plan, plans, extraArenaCount: sampling.arenaCount)
        }
        lastSystemRow = start.step > 0 ? (startTime, start.step) : nil
        noteDepartures(start)
    }

    /// What the pairs that a resumed run starts with would have left in the ledger.
    private func noteDepartures(_ start: RestoredPopulation) {
        guard let event = schedule.swapEvent(after: start.step),
            plan.hashesSwap(event, after: start.step)
        else { return }
        for (pair, discriminator) in start.lineage.pairing.discriminatorOfPair.enumerated() {
            ledger.seat(round: -1, pair: pair).pointee.departureHash =
                state.bundleHash(discriminator: discriminator)
        }
    }

    package func run(_ round: PairRound, worker: Int) -> RoundOutcome {
        if recorder.failure != nil { return .failed(step: max(round.firstStep, 1)) }
        let entry = ledger.seat(round: round.roundIndex, pair: round.pair)
        entry.pointee.discriminator = Int32(round.discriminator)
        if let arrival = round.arrival { arrive(round, arrival, entry) }
        let trainer = attempts[worker].trainer(of: round)
        entry.pointee.rewinds = 0
        entry.pointee.failedStep = 0
        if !round.steps.isEmpty {
            let result = attempts[worker].train(
                state.seat(round.pair, discriminator: round.discriminator), round)
            if let failure = result.lastFailure {
                if result.isFailed {
                    lock.withLock { failures.append((round.pair, failure)) }
                    return .failed(step: failure.step)
                }
                entry.pointee.rewinds = Int32(result.rewinds)
                entry.pointee.failedStep = Int64(failure.step)
            }
            entry.pointee.values = trainer.values
            noteLosses(round, trainer)
        }
        if plan.record.recovery {
            entry.pointee.recovery = state.recoveryClocks[round.pair].reading(at: round.lastStep)
        }
        if !round.actions.isEmpty { act(round, trainer, worker) }
        if let event = round.departure, plan.hashesSwap(event, after: round.lastStep) {
            entry.pointee.departureHash = state.bundleHash(discriminator: round.discriminator)
        }
        guard round.departure != nil, let score = plan.swap.score else { return .completed }
        entry.pointee.score = value(of: score, round, trainer, worker)
        return .scored(score.oriented(entry.pointee.score))
    }

    private func noteLosses(_ round: PairRound, _ trainer: PairTrainer) {
        guard plan.record.recovery else { return }
        let clock = state.recoveryClocks[round.pair]
        for step in round.steps {
            clock.note(loss: trainer.losses[step - round.firstStep], step: step)
        }
    }

    /// What the evaluation says, or would say, of the pair at the end of the round.
    private func value(
        of score: SwapScore, _ round: PairRound, _ trainer: PairTrainer, _ worker: Int
    ) -> Double {
        guard let column = scoreColumn else { return .nan }
        if round.actions.contains(.evaluate) {
            return ledger.metrics(round: round.roundIndex, pair: round.pair)[column]
        }
        return sampling.evaluate(
            state, pair: round.pair, step: round.lastStep, worker: worker,
            scratch: trainer.scratch, onMetric: progress.measured)[column]
    }

    /// What a pair does at the end of a round besides training.
    private func act(_ round: PairRound, _ trainer: PairTrainer, _ worker: Int) {
        if round.actions.contains(.evaluate) {
            let values = sampling.evaluate(
                state, pair: round.pair, step: round.lastStep, worker: worker,
                scratch: trainer.scratch, onMetric: progress.measured)
            let target = ledger.metrics(round: round.roundIndex, pair: round.pair)
            for (index, value) in values.enumerated() { target[index] = value }
        }
        if round.actions.contains(.sample) {
            for weights in sampling.picturedWeights(of: round.pair) {
                recorder.writeImage(
                    name: sampling.name(step: round.lastStep, pair: round.pair, weights),
                    image: sampling.picture(
                        state, round, weights, worker: worker, scratch: trainer.scratch))
            }
        }
        if round.actions.contains(.checkpoint) {
            beginCheckpoint(step: round.lastStep)
            writeCheckpointPart(
                step: round.lastStep, pair: round.pair, discriminator: round.discriminator)
        }
        if round.actions.contains(.measure) {
            timing("population") {
                measuring?.take(
                    state, pair: round.pair, discriminator: round.discriminator,
                    step: round.lastStep, scratch: trainer.scratch)
            }
        }
    }

    private func timing<Result>(_ name: String, _ body: () -> Result) -> Result {
        let start = MonotonicClock.nanoseconds
        defer { progress.measured(name, nanoseconds: MonotonicClock.nanoseconds - start) }
        return body()
    }

    private func arrive(
        _ round: PairRound, _ arrival: SwapArrival, _ entry: UnsafeMutablePointer<RoundLedger.Seat>
    ) {
        entry.pointee.sourcePair = Int32(arrival.sourcePair)
        entry.pointee.action = arrival.action.code
        let disturbs = arrival.sourcePair != round.pair || arrival.action != .keep
        if plan.record.recovery {
            state.recoveryClocks[round.pair].swap(after: arrival.event.step, disturbs: disturbs)
        }
        if disturbs {
            state.arrive(
                discriminator: round.discriminator, at: round.pair, after: arrival.event,
                arrival.action)
        }
        // What begins anew by a state rule is no part of what is hashed.
        entry.pointee.arrivalHash =
            plan.hashesSwap(arrival.event.number, after: arrival.event.step)
            ? state.bundleHash(discriminator: round.discriminator) : 0
    }

    package func meet(_ meeting: SwapMeeting) {
        if recorder.failure == nil { state.meet(meeting.decision) }
    }

    package func completed(_ boundary: Boundary) {
        if let arrival = boundary.arrival {
            lineage.append(step: arrival.step, boundary.decision)
            appendSwapRow(boundary, arrival)
        }
        appendRewindRow(boundary)
        if boundary.actions.contains(.record) { appendTrainRow(boundary) }
        if boundary.actions.contains(.evaluate) { appendEvaluationRow(boundary) }
        if boundary.actions.contains(.measure) { appendPopulationRows(boundary) }
        if plan.record.recovery, boundary.step > startStep,
            schedule.endsRecovery(boundary.step)
        {
            appendRecoveryRow(boundary)
        }
        if boundary.actions.contains(.checkpoint) {
            writePopulation(step: boundary.step)
        }
        let now = MonotonicClock.nanoseconds
        progress.passed(step: boundary.step, at: now)
        if lastSystemRow.map({ now - $0.time >= 1_000_000_000 }) ?? true {
            appendSystemRow(step: boundary.step, now: now)
        }
    }

    /// The failure that the executor found to be the lowest.
    package func failure(step: Int, pair: Int) -> TrainingFailure? {
        lock.withLock {
            failures.first { $0.pair == pair && $0.failure.step == step }?.failure
        }
    }

    /// Copies of a pair that there is room for: one for each worker, or none.
    package var snapshotCount: Int { attempts.count { $0.hasSnapshot } }

    /// The metrics of the last evaluation, by pair.
    package var finalMetrics: [[Double]] { lastMetrics }

    /// The evaluation of all pairs; nil where there is none, and where groups differ.
    package var evaluation: SampleEvaluation? { sampling.evaluation }
}

/// Checkpoints: each pair's part goes out when the pair passes the step.
extension TrainingRun {
    private func beginCheckpoint(step: Int) {
        lock.withLock {
            guard begunCheckpoints.insert(step).inserted else { return }
            recorder.beginCheckpoint(step: step, layout: tensors.layout(step: step))
        }
    }

    private func writeCheckpointPart(step: Int, pair: Int, discriminator: Int) {
        tensors.forEachTensor(pair: pair, discriminator: discriminator) { index, bytes in
            recorder.writeCheckpointPart(step: step, tensorIndex: index, bytes: bytes)
        }
    }

    private func writePopulation(step: Int) {
        tensors.forEachPopulationTensor(lineage) { index, bytes in
            recorder.writeCheckpointPart(step: step, tensorIndex: index, bytes: bytes)
        }
        lock.withLock {
            begunCheckpoints.remove(step)
            lastCheckpoint = step
        }
    }

    /// Writes the checkpoint of a step at which all pairs stand still.
    package func writeCheckpoint(step: Int) {
        guard !lock.withLock({ lastCheckpoint == step }) else { return }
        beginCheckpoint(step: step)
        for (pair, discriminator) in lineage.pairing.discriminatorOfPair.enumerated() {
            writeCheckpointPart(step: step, pair: pair, discriminator: discriminator)
        }
        writePopulation(step: step)
    }
}

/// Rows of the log.
extension TrainingRun {
    private func append(_ stream: RunStream, axis: Int) {
        row.bytes.withUnsafeBytes {
            recorder.append(
                stream: streams.firstIndex(of: stream)!, axis: Int64(axis), payload: $0)
        }
    }

    /// One row for each round in which some pair was rewound.
    private func appendRewindRow(_ boundary: Boundary) {
        guard plan.failure.response == .rewind else { return }
        let pairs = 0..<plan.population.pairs
        func seat(_ pair: Int) -> RoundLedger.Seat {
            ledger.seat(round: boundary.roundIndex, pair: pair).pointee
        }
        let rewinds = pairs.reduce(0) { $0 + Int(seat($1).rewinds) }
        guard rewinds > 0 else { return }
        row.clear()
        for pair in pairs { row.append(seat(pair).rewinds) }
        for pair in pairs { row.append(seat(pair).failedStep) }
        append(.rewind, axis: boundary.step)
        progress.rewound(rewinds)
    }

    private func appendTrainRow(_ boundary: Boundary) {
        let (round, first) = (boundary.roundIndex, Int32(plan.population.firstMember))
        let pairs = 0..<plan.population.pairs
        row.clear()
        for pair in pairs {
            row.append(first + ledger.seat(round: round, pair: pair).pointee.discriminator)
        }
        for (_, value) in RunStream.trainValues {
            for pair in pairs {
                row.append(ledger.seat(round: round, pair: pair).pointee.values[keyPath: value])
            }
        }
        row.append(earlierSeconds + Double(MonotonicClock.nanoseconds - startTime) * 1e-9)
        append(.train, axis: boundary.step)
        progress.observed(
            (pairs.map { ledger.seat(round: round, pair: $0).pointee.values.discriminatorLoss }),
            (pairs.map { ledger.seat(round: round, pair: $0).pointee.values.generatorLoss }))
    }

    private func appendSwapRow(_ boundary: Boundary, _ event: SwapEvent) {
        let (round, first) = (boundary.roundIndex, Int32(plan.population.firstMember))
        let pairs = 0..<plan.population.pairs
        func seat(_ pair: Int) -> RoundLedger.Seat {
            ledger.seat(round: round, pair: pair).pointee
        }
        row.clear()
        row.append(Int64(event.step))
        for pair in pairs { row.append(first + seat(pair).sourcePair) }
        for pair in pairs { row.append(first + seat(pair).discriminator) }
        for pair in pairs { row.append(Int32(seat(pair).action)) }
        for pair in pairs {
            let before = ledger.seat(round: round - 1, pair: pair).pointee.departureHash
            row.append(seat(pair).arrivalHash == 0 ? 0 : before)
        }
        for pair in pairs { row.append(seat(pair).arrivalHash) }
        if plan.swap.score != nil {
            for pair in pairs {
                row.append(ledger.seat(round: round - 1, pair: pair).pointee.score)
            }
        }
        append(.swap, axis: event.number)
    }

    private func appendEvaluationRow(_ boundary: Boundary) {
        let columns = plan.evaluation?.columns.count ?? 0
        lastMetrics = (0..<plan.population.pairs).map { pair in
            Array(ledger.metrics(round: boundary.roundIndex, pair: pair))
        }
        row.clear()
        for column in 0..<columns {
            for values in lastMetrics { row.append(values[column]) }
        }
        append(.evaluation, axis: boundary.step)
    }

    private func appendPopulationRows(_ boundary: Boundary) {
        guard let settings = plan.populationEvaluation,
            let values = timing("population", { measuring?.values(step: boundary.step) })
        else { return }
        row.fill(crossPlay: values, of: settings)
        if !row.bytes.isEmpty { append(.crossPlay, axis: boundary.step) }
        row.fill(
            population: values, of: settings, pairing: boundary.pairing,
            firstMember: plan.population.firstMember)
        append(.population, axis: boundary.step)
    }

    private func appendRecoveryRow(_ boundary: Boundary) {
        let readings = (0..<plan.population.pairs).map {
            ledger.seat(round: boundary.roundIndex, pair: $0).pointee.recovery
        }
        row.clear()
        for reading in readings {
            switch reading {
            case .none: row.append(Double.nan)
            case .waiting(let steps), .recovered(let steps): row.append(Double(steps))
            }
        }
        for reading in readings {
            if case .waiting = reading { row.append(Int32(1)) } else { row.append(Int32(0)) }
        }
        append(.recovery, axis: boundary.step)
    }

    private func appendSystemRow(step: Int, now: UInt64) {
        let seconds = Double(now - (lastSystemRow?.time ?? startTime)) * 1e-9
        let done = Double((step - (lastSystemRow?.step ?? 0)) * plan.population.pairs)
        row.clear()
        row.append(seconds > 0 ? done / seconds : 0)
        row.append(Int64(ProcessMemory.residentBytes))
        append(.system, axis: step)
        lastSystemRow = (now, step)
    }
}
