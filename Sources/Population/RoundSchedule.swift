/// What happens at the end of a step.
package struct BoundaryActions: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let record = BoundaryActions(rawValue: 1)
    package static let evaluate = BoundaryActions(rawValue: 2)
    package static let sample = BoundaryActions(rawValue: 4)
    package static let checkpoint = BoundaryActions(rawValue: 8)
    package static let measure = BoundaryActions(rawValue: 16)
}

/// Which steps end a round, and what happens there: a pure function of the step.
///
/// Steps count from 1. At the end of step t, in this order and all with the old pairing: record,
/// evaluate, sample, checkpoint, measure the population; then swap, if K > 0, t mod K = 0,
/// t >= `swapStart` and t < `steps`; and again `swapReturnAfter` steps later where that is set. An
/// interval of 0 means never. The last step counts as a multiple of every other interval above 0.
/// Step 0, before training, is evaluated, sampled and measured. A round ends where any of these
/// happens, and after 100 steps at most.
package struct RoundSchedule: Equatable, Sendable {
    /// The longest round, in steps. It bounds how long a stop request takes.
    package static let maximumRoundSteps = 100

    /// Length of the run.
    package var steps: Int
    /// K: steps from one swap to the next.
    package var swapInterval = 0
    /// The first step that a swap may follow.
    package var swapStart = 0
    /// Steps from a swap to a second one that belongs to it, below K; 0 = none.
    package var swapReturnAfter = 0
    package var metricsEvery = 0
    package var evaluateEvery = 0
    package var samplesEvery = 0
    package var checkpointEvery = 0
    /// Measuring the population as a whole.
    package var populationEvery = 0
    /// How many steps after each swap are recorded as well.
    package var recordAfterSwap = 0

    /// A run that does nothing but train: set what else is to happen.
    package init(steps: Int) {
        self.steps = steps
    }

    /// What happens at the end of step `step` besides a swap.
    package func actions(at step: Int) -> BoundaryActions {
        var actions: BoundaryActions = []
        if isRecorded(step) { actions.insert(.record) }
        if step == 0 {
            if evaluateEvery > 0 { actions.insert(.evaluate) }
            if samplesEvery > 0 { actions.insert(.sample) }
            if populationEvery > 0 { actions.insert(.measure) }
            return actions
        }
        if isDue(step, every: evaluateEvery) { actions.insert(.evaluate) }
        if isDue(step, every: samplesEvery) { actions.insert(.sample) }
        if isDue(step, every: checkpointEvery) { actions.insert(.checkpoint) }
        if isDue(step, every: populationEvery) { actions.insert(.measure) }
        return actions
    }

    /// Whether a swap follows step `step`.
    package func swaps(after step: Int) -> Bool {
        guard swapInterval > 0, step < steps else { return false }
        return isSwapMultiple(step)
            || swapReturnAfter > 0 && isSwapMultiple(step - swapReturnAfter)
    }

    /// The number of the swap that follows step `step`, the first one being 1; nil if none does.
    package func swapEvent(after step: Int) -> Int? {
        guard swaps(after: step) else { return nil }
        let multiple = (step - firstSwapStep) / swapInterval
        guard swapReturnAfter > 0 else { return multiple + 1 }
        return 2 * multiple + (isSwapMultiple(step) ? 1 : 2)
    }

    /// How many swaps the whole run has.
    package var swapCount: Int {
        guard swapInterval > 0 else { return 0 }
        func count(_ distance: Int) -> Int {
            let last = steps - 1 - distance
            return last < firstSwapStep ? 0 : (last - firstSwapStep) / swapInterval + 1
        }
        return count(0) + (swapReturnAfter > 0 ? count(swapReturnAfter) : 0)
    }

    /// The last step up to `step` at whose end `action` happens; 0 if there is none.
    package func lastStep(with action: BoundaryActions, through step: Int) -> Int {
        var last = step
        while last > 0 && !actions(at: last).contains(action) { last -= 1 }
        return last
    }

    /// The last step of the round that begins after step `step`; `step` < `steps`.
    package func roundEnd(after step: Int) -> Int {
        precondition(step < steps, "no round begins after the last step")
        if isSoonAfterSwap(step + 1) { return step + 1 }
        var end = min(steps, step + Self.maximumRoundSteps)
        end = min(end, nextMultiple(of: metricsEvery, after: step))
        end = min(end, nextMultiple(of: evaluateEvery, after: step))
        end = min(end, nextMultiple(of: samplesEvery, after: step))
        end = min(end, nextMultiple(of: checkpointEvery, after: step))
        end = min(end, nextMultiple(of: populationEvery, after: step))
        return min(end, nextSwap(after: step))
    }

    /// The smallest step above `step` that a swap would follow in a run without end.
    private func nextSwap(after step: Int) -> Int {
        let next = max(firstSwapStep, nextMultiple(of: swapInterval, after: step))
        guard swapInterval > 0, swapReturnAfter > 0 else { return next }
        let last = step - step % swapInterval
        return isSwapMultiple(last) && step < last + swapReturnAfter ? last + swapReturnAfter : next
    }

    private func isSwapMultiple(_ step: Int) -> Bool {
        step > 0 && step % swapInterval == 0 && step >= swapStart
    }

    /// The smallest multiple of K that is a step and not before `swapStart`.
    private var firstSwapStep: Int {
        nextMultiple(of: swapInterval, after: max(swapStart, 1) - 1)
    }

    private func isRecorded(_ step: Int) -> Bool {
        step > 0 && (isDue(step, every: metricsEvery) || isSoonAfterSwap(step))
    }

    private func isDue(_ step: Int, every interval: Int) -> Bool {
        interval > 0 && (step % interval == 0 || step == steps)
    }

    /// Whether a swap happened less than `recordAfterSwap` steps before this step began.
    private func isSoonAfterSwap(_ step: Int) -> Bool {
        guard swapInterval > 0, recordAfterSwap > 0, step > 0 else { return false }
        let lastMultiple = (step - 1) / swapInterval * swapInterval
        guard swaps(after: lastMultiple) else { return false }
        let distance = step - lastMultiple
        return distance <= recordAfterSwap
            || swapReturnAfter > 0 && distance > swapReturnAfter
                && distance - swapReturnAfter <= recordAfterSwap
    }

    /// `Int.max` for the interval 0, which means never, and where the multiple overflows.
    private func nextMultiple(of interval: Int, after step: Int) -> Int {
        guard interval > 0 else { return Int.max }
        let (multiple, overflow) = (step / interval + 1).multipliedReportingOverflow(by: interval)
        return overflow ? Int.max : multiple
    }
}
