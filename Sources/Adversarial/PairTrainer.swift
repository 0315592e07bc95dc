import CKernels
import Datasets
import GraphExecution
import NeuralNetwork
import Randomness

/// Trains pairs of one model, one at a time, for one worker.
///
/// After the initialiser nothing is allocated, locked or thrown.
package final class PairTrainer {
    private let model: AdversarialModel
    private let data: any DataSource
    private let steps: Int
    private let warmupSteps: Int
    private let updates: [RoleUpdates]
    private let memory: TrainingMemory
    private let average: ExecutionPlan?
    private let bases: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
    private let indices: UnsafeMutableBufferPointer<Int32>
    private let gradientCounts: [Int]
    private let staging: FloatVector
    /// What the last step of the last call computed.
    package private(set) var values = TrainingValues()
    /// The generator's loss of each step of the last call.
    private let generatorLosses = FloatVector(count: PairTrainer.maximumSteps)

    /// The largest number of steps of one call.
    package static let maximumSteps = 100

    /// The plans, settings and scalars of one role, resolved.
    private struct RoleUpdates {
        let whole: UpdatePlan?
        let gradient: UpdatePlan?
        let application: UpdatePlan?
        let updatesPerStep: Int
        let scalarCount: Int
        let scalars: FloatVector
    }

    /// - Parameters:
    ///   - steps: the length of the run, for schedules.
    ///   - warmupSteps: steps after a swap over which learning rates rise to their value.
    ///   - memory: the worker's, where it trains several models; nil for memory of its own.
    package init(
        model: AdversarialModel, plans: TrainingPlans, data: any DataSource, steps: Int,
        warmupSteps: Int, memory: TrainingMemory? = nil
    ) {
        self.model = model
        self.data = data
        self.steps = steps
        self.warmupSteps = warmupSteps
        updates = [Role.generator, .discriminator].map { role in
            let rule = role == .generator ? model.generatorRule : model.discriminatorRule
            let count =
                role == .generator
                ? model.training.generatorUpdates : model.training.discriminatorUpdates
            return RoleUpdates(
                whole: plans.whole[role], gradient: plans.gradient[role],
                application: plans.application[role], updatesPerStep: count,
                scalarCount: rule.optimizer.scalarCount,
                scalars: FloatVector(
                    count: Self.maximumSteps * count * rule.optimizer.scalarCount))
        }
        self.memory = memory ?? TrainingMemory([(model, plans)])
        average = plans.average
        bases = .allocate(capacity: MemorySlot.count)
        bases.initialize(repeating: self.memory.arena.base, count: MemorySlot.count)
        indices = .allocate(capacity: model.training.batchSize)
        indices.initialize(repeating: 0)
        gradientCounts = [model.generator.parameters.count, model.discriminator.parameters.count]
        let noise = (plans.whole.values.map(\.noise) + plans.gradient.values.map(\.noise))
            .joined().map(\.count)
        let latents = model.training.microbatchSize * model.latentSize
        staging = FloatVector(count: max(noise.max() ?? 0, latents, data.scratchCount) + 8)
    }

    deinit {
        bases.deallocate()
        indices.deallocate()
    }

    /// Memory for other plans between two calls of `train`.
    package var scratch: UnsafeMutablePointer<Float> { memory.arena.base }

    /// The generator's loss in steps `first...` of the last call of `train`, as in `values`.
    package var losses: UnsafePointer<Float> { UnsafePointer(generatorLosses.base) }

    /// Trains one pair for the steps `first ... last` (at most `maximumSteps`).
    ///
    /// - Parameters:
    ///   - attempt: how often these steps were trained before, in vain: each time with other
    ///     noise, but with the same examples.
    ///   - observesGradients: whether `values` gets the gradient norms of `last`.
    /// - Returns: the first number that is not finite; nil if there is none in the losses and,
    ///   after `last`, in all that training changes.
    package func train(
        _ seat: borrowing PairSeat, from first: Int, through last: Int, attempt: Int = 0,
        observesGradients: Bool
    ) -> TrainingFailure? {
        precondition(last - first < Self.maximumSteps, "no room for the scalars of more steps")
        bind(seat)
        prepareScalars(seat, first, last)
        let order = BatchOrder(
            seed: seat.streams.seed, member: seat.streams.batchOrderMember,
            part: data.part(ofMember: seat.streams.member), batchSize: model.training.batchSize)
        var streams = seat.streams
        streams.attempt = UInt8(attempt)
        for step in first...last {
            let observes = observesGradients && step == last
            trainStep(step, row: step - first, streams, order, observes: observes)
            moveAverage(seat, step)
            generatorLosses.base[step - first] = values.generatorLoss
            if let failure = failure(at: step, seat, isLast: step == last) { return failure }
        }
        seat.generatorOptimizer.updateCount += (last - first + 1) * updates[0].updatesPerStep
        seat.discriminatorOptimizer.updateCount += (last - first + 1) * updates[1].updatesPerStep
        let batches = last * model.training.discriminatorUpdates
        values.epoch = Float(order.epoch(ofBatch: batches - 1))
        return nil
    }

    private func bind(_ seat: borrowing PairSeat) {
        bases[Location.arenaSlot] = memory.arena.base
        bases[MemorySlot.generatorParameters] = seat.generator.parameters.base
        bases[MemorySlot.generatorSlots] = seat.generatorOptimizer.slots.base
        bases[MemorySlot.generatorStatistics] = seat.generatorStatistics.base
        bases[MemorySlot.discriminatorParameters] = seat.discriminator.parameters.base
        bases[MemorySlot.discriminatorSlots] = seat.discriminatorOptimizer.slots.base
        bases[MemorySlot.discriminatorStatistics] = seat.discriminatorStatistics.base
        bases[MemorySlot.generatorAverage] = seat.generator.average.base
        bases[MemorySlot.generatorEstimates] = seat.generator.estimates.base
        bases[MemorySlot.discriminatorEstimates] = seat.discriminator.estimates.base
        bases[MemorySlot.generatorGradient] = memory.gradients[0].base
        bases[MemorySlot.discriminatorGradient] = memory.gradients[1].base
    }

    /// Learning rates and bias corrections of every update of the call.
    private func prepareScalars(_ seat: borrowing PairSeat, _ first: Int, _ last: Int) {
        for role in 0...1 {
            let rule = role == 0 ? model.generatorRule : model.discriminatorRule
            let optimizer = role == 0 ? seat.generatorOptimizer : seat.discriminatorOptimizer
            var update = optimizer.updateCount
            let width = updates[role].scalarCount
            var row = 0
            for step in first...last {
                let rate =
                    rule.learningRate * rule.schedule.factor(step: step, of: steps)
                    * warmup(step, seat.arrivalStep)
                for _ in 0..<updates[role].updatesPerStep {
                    update += 1
                    rule.optimizer.writeScalars(
                        learningRate: rate, update: update,
                        into: UnsafeMutableBufferPointer(
                            start: updates[role].scalars.base + row * width, count: width))
                    row += 1
                }
                if role == 0 { values.generatorLearningRate = Float(rate) }
                if role == 1 { values.discriminatorLearningRate = Float(rate) }
            }
        }
    }

    /// `k / (warmupSteps + 1)` in the k-th step after a swap, 1 from then on.
    private func warmup(_ step: Int, _ arrival: Int?) -> Double {
        guard let arrival, step - arrival <= warmupSteps else { return 1 }
        return Double(step - arrival) / Double(warmupSteps + 1)
    }

    private func trainStep(
        _ step: Int, row: Int, _ streams: MemberStreams, _ order: BatchOrder, observes: Bool
    ) {
        let (discriminatorCount, generatorCount) = (
            updates[1].updatesPerStep, updates[0].updatesPerStep
        )
        let isSimultaneous = model.training.order == .simultaneous
        // The generator's updates see the last of these batches where their loss asks for it.
        var batch: RealBatch?
        for update in 0..<discriminatorCount {
            let isLast = update == discriminatorCount - 1
            let number = (step - 1) * discriminatorCount + update
            batch = RealBatch(
                order: order, seed: streams.seed, member: streams.member, step: step,
                update: update, attempt: streams.attempt,
                number: number)
            order.fill(indices, batch: number)
            let context = UpdateContext(
                role: 1, step: step, update: update, latentUpdate: update, streams: streams,
                real: batch, observes: observes && isLast)
            computeGradient(context, scalarRow: row * discriminatorCount + update)
            if isSimultaneous && isLast {
                computeGradient(
                    generatorContext(step, 0, streams, batch, observes), scalarRow: 0)
            }
            applyGradient(role: 1, scalarRow: row * discriminatorCount + update)
        }
        for update in 0..<generatorCount {
            let scalarRow = row * generatorCount + update
            if !(isSimultaneous && update == 0) {
                computeGradient(
                    generatorContext(step, update, streams, batch, observes), scalarRow: scalarRow)
            }
            applyGradient(role: 0, scalarRow: scalarRow)
        }
    }

    private func moveAverage(_ seat: borrowing PairSeat, _ step: Int) {
        guard let average, let settings = model.generatorAverage else { return }
        if step < settings.start {
            seat.generator.average.copy(seat.generator.parameters)
        } else {
            PlanInterpreter.run(average, bases)
        }
    }

    /// One update of one role: names its random numbers.
    private struct UpdateContext {
        /// 0 = generator, 1 = discriminator.
        let role: Int
        let step: Int
        /// The update within the step, discriminator updates first.
        let update: Int
        let latentUpdate: Int
        let streams: MemberStreams
        /// The batch whose examples `indices` holds, where one is read.
        let real: RealBatch?
        let observes: Bool
    }

    private func generatorContext(
        _ step: Int, _ update: Int, _ streams: MemberStreams, _ real: RealBatch?, _ observes: Bool
    ) -> UpdateContext {
        let discriminatorCount = updates[1].updatesPerStep
        return UpdateContext(
            role: 0, step: step, update: discriminatorCount + update,
            latentUpdate: model.training.reusesLatent
                ? discriminatorCount - 1 : discriminatorCount + update,
            streams: streams, real: real,
            observes: observes && update == updates[0].updatesPerStep - 1)
    }

    /// A whole update; or, where gradients are summed, the sum over the microbatches.
    private func computeGradient(_ context: UpdateContext, scalarRow: Int) {
        let role = context.role
        if let plan = updates[role].whole {
            bindScalars(role, scalarRow)
            run(plan, context, microbatch: 0)
            observe(plan.outputs, context, microbatch: 0)
            return
        }
        guard let plan = updates[role].gradient else { return }
        // A plan of the discriminator may have the generator's gradient as well.
        let first = plan.outputs.generatorLoss == nil ? role : 0
        for role in first...role { qk_fill(memory.gradients[role].base, 0, gradientCounts[role]) }
        for microbatch in 0..<model.training.microbatches {
            run(plan, context, microbatch: microbatch)
            observe(plan.outputs, context, microbatch: microbatch)
        }
        guard context.observes else { return }
        for role in first...role {
            setNorm(role, memory.gradients[role].base, gradientCounts[role])
        }
    }

    private func applyGradient(role: Int, scalarRow: Int) {
        guard let plan = updates[role].application else { return }
        bindScalars(role, scalarRow)
        PlanInterpreter.run(plan.plan, bases)
    }

    private func bindScalars(_ role: Int, _ row: Int) {
        bases[MemorySlot.scalars] = updates[role].scalars.base + row * updates[role].scalarCount
    }

    private func run(_ plan: UpdatePlan, _ context: UpdateContext, microbatch: Int) {
        let training = model.training
        if let real = plan.real, var batch = context.real {
            batch.firstPlace = microbatch * training.microbatchSize
            let places = batch.firstPlace..<(batch.firstPlace + training.microbatchSize)
            data.copyBatch(
                UnsafeBufferPointer(rebasing: indices[places]), of: batch, into: place(real),
                scratch: staging.base)
        }
        if let latent = plan.latent {
            let stream = context.streams.noise(
                .latent, step: context.step, update: context.latentUpdate)
            let count = training.microbatchSize * model.latentSize
            if model.latentDistribution == .normal {
                fill(place(latent), count, 0, microbatch) { stream.fillNormal($0, firstBlock: $1) }
            } else {
                fill(place(latent), count, 0, microbatch) {
                    stream.fillOpenUniform($0, firstBlock: $1)
                }
                for index in 0..<count { place(latent)[index] = place(latent)[index] * 2 - 1 }
            }
        }
        for noise in plan.noise {
            let stream = context.streams.noise(
                noise.purpose, step: context.step, update: context.update)
            fill(place(noise.location), noise.count, noise.firstBlock, microbatch) {
                stream.fillUniform($0, firstBlock: $1)
            }
        }
        PlanInterpreter.run(plan.plan, bases)
    }

    private func place(_ location: Location) -> UnsafeMutablePointer<Float> {
        bases[Int(location.slot)] + Int(location.offset)
    }

    /// Fills one microbatch's part of what the whole batch would draw, wherever blocks begin.
    @inline(__always)
    private func fill(
        _ target: UnsafeMutablePointer<Float>, _ count: Int, _ firstBlock: Int, _ microbatch: Int,
        _ draw: (UnsafeMutableBufferPointer<Float>, UInt32) -> Void
    ) {
        let start = microbatch * count
        let block = UInt32(firstBlock + start / 4)
        if start % 4 == 0 {
            draw(UnsafeMutableBufferPointer(start: target, count: count), block)
        } else {
            let skipped = start % 4
            draw(
                UnsafeMutableBufferPointer(start: staging.base, count: count + skipped), block)
            target.update(from: staging.base + skipped, count: count)
        }
    }
}

/// What is read from a step.
extension PairTrainer {
    private func observe(_ outputs: ObservedOutputs, _ context: UpdateContext, microbatch: Int) {
        let share = 1 / Float(model.training.microbatches)
        func read(_ location: Location?, _ value: inout Float) {
            guard let location else { return }
            let part = place(location).pointee
            if model.training.microbatches == 1 {
                value = part
            } else {
                value = (microbatch == 0 ? 0 : value) + part * share
            }
        }
        if context.role == 0 {
            read(outputs.loss, &values.generatorLoss)
        } else {
            read(outputs.loss, &values.discriminatorLoss)
            read(outputs.generatorLoss, &values.generatorLoss)
            read(outputs.lossReal, &values.discriminatorLossReal)
            read(outputs.lossGenerated, &values.discriminatorLossGenerated)
            read(outputs.penalty, &values.penalty)
            read(outputs.scoreReal, &values.scoreReal)
            read(outputs.scoreGenerated, &values.scoreGenerated)
        }
        if context.observes, !model.training.accumulates, let gradient = outputs.gradient {
            setNorm(context.role, place(gradient), outputs.gradientCount)
        }
    }

    private func setNorm(_ role: Int, _ gradient: UnsafePointer<Float>, _ count: Int) {
        let norm = Float(qk_sum_squares(gradient, count).squareRoot())
        if role == 0 {
            values.generatorGradientNorm = norm
        } else {
            values.discriminatorGradientNorm = norm
        }
    }

    /// Losses are checked at every step, parameters when a loss is not finite, and everything
    /// before the pair is left to others.
    private func failure(
        at step: Int, _ seat: borrowing PairSeat, isLast: Bool
    ) -> TrainingFailure? {
        let isFinite = values.discriminatorLoss.isFinite && values.generatorLoss.isFinite
        if isFinite && !isLast { return nil }
        let finding =
            isFinite
            ? NonfiniteSearch.anywhere(in: seat, model)
            : NonfiniteSearch.parameter(of: seat, model)
        if let finding {
            return TrainingFailure(step: step, tensor: finding.tensor, value: finding.value)
        }
        if isFinite { return nil }
        let isDiscriminator = !values.discriminatorLoss.isFinite
        return TrainingFailure(
            step: step, tensor: isDiscriminator ? "d_loss" : "g_loss",
            value: isDiscriminator ? values.discriminatorLoss : values.generatorLoss)
    }
}
