import Adversarial
import Statistics

/// How long a generator takes to get over a new discriminator.
///
///     m, s = mean and standard deviation (n - 1) of its loss in the 100 steps before the swap
///     recovery = first k >= 10 with |mean of its loss in the steps k - 9 ... k after - m| <= 2 s
///
/// The loss is that of each step's last update. A swap that changes nothing for the pair, and one
/// with fewer than 100 steps before it, has no recovery. For the worker that has the pair.
final class RecoveryClock {
    /// How a pair stands towards the last swap.
    enum Reading: Equatable {
        /// The swap gave it nothing to recover from, or there was none.
        case none
        /// It has not recovered in so many steps so far.
        case waiting(Int)
        /// It took so many steps.
        case recovered(Int)
    }

    static let before = 100
    static let after = 10

    /// The last 100 losses, that of step t at place (t - 1) mod 100; then, as they were at the
    /// swap, those before it.
    let losses = FloatVector(count: 2 * RecoveryClock.before)
    /// The step that the swap followed; -1 where there is nothing to recover from.
    private(set) var swapStep = -1
    /// 0 = not yet.
    private(set) var recoverySteps = 0
    private var mean = 0.0
    private var deviation = 0.0

    /// How the pair stands at the end of `step`, its last.
    func reading(at step: Int) -> Reading {
        if swapStep < 0 { return .none }
        return recoverySteps == 0 ? .waiting(step - swapStep) : .recovered(recoverySteps)
    }

    /// A swap followed `step`; `disturbs` says whether it gave the pair another discriminator or
    /// changed its own.
    func swap(after step: Int, disturbs: Bool) {
        recoverySteps = 0
        swapStep = disturbs && step >= Self.before ? step : -1
        guard swapStep >= 0 else { return }
        (losses.base + Self.before).update(from: losses.base, count: Self.before)
        measureBand()
    }

    /// The pair did `step`.
    func note(loss: Float, step: Int) {
        losses.base[(step - 1) % Self.before] = loss
        guard swapStep >= 0, recoverySteps == 0, step - swapStep >= Self.after else { return }
        var sum = 0.0
        for last in (step - Self.after)..<step {
            sum += Double(losses.base[last % Self.before])
        }
        if abs(sum / Double(Self.after) - mean) <= 2 * deviation {
            recoverySteps = step - swapStep
        }
    }

    /// Takes from a checkpoint what `losses` does not hold.
    func restore(swapStep: Int, recoverySteps: Int) {
        self.swapStep = swapStep
        self.recoverySteps = recoverySteps
        measureBand()
    }

    private func measureBand() {
        let before = losses.elements[Self.before...].map(Double.init)
        mean = Averages.mean(before)
        deviation = Averages.standardDeviation(before)
    }
}
