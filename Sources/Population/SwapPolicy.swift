import Randomness
import Settings

/// What becomes of a discriminator at a swap, besides where it sits next. Others are named by
/// their number.
package enum DiscriminatorAction: Equatable, Sendable {
    /// It goes on as it is.
    case keep
    /// It begins anew with other random numbers.
    case reinitialize
    /// Each tensor gets normal noise of `scale` times its root mean square.
    case perturb(scale: Double)
    /// It becomes the mean of all discriminators with this action.
    case average
    /// It becomes a copy of another one, which keeps what it is.
    case copy(from: Int)
    /// It keeps its parameters and exchanges its optimiser's state with another one, which does
    /// the same with it.
    case exchangeOptimizerState(with: Int)

    /// As logs have it: once given, a number keeps its meaning.
    package var code: UInt8 {
        switch self {
        case .keep: 0
        case .reinitialize: 1
        case .perturb: 2
        case .average: 3
        case .copy: 4
        case .exchangeOptimizerState: 5
        }
    }
}

/// The outcome of a swap event: who sits with whom, and what each discriminator goes through.
package struct SwapDecision: Equatable, Sendable {
    package var pairing: Pairing
    /// By discriminator.
    package var actions: [DiscriminatorAction]

    /// Nobody moves and nothing happens.
    package init(keeping pairing: Pairing) {
        self.pairing = pairing
        actions = Array(repeating: .keep, count: pairing.count)
    }
}

/// decision = f(pairing, event, stream, scores): where discriminators go at a swap, as a pure
/// function.
///
/// A policy has no state of its own. All chance comes from the stream, which the population
/// derives from the seed, purpose `matching`, member 0 and the number of the event as step. So
/// matchings are those of the seats 0..<N of this population, drawn independently of every
/// member's own streams and untouched by `population.first_member`. With one pair every policy
/// is the identity.
package protocol SwapPolicy: Sendable {
    /// The word for it in `swap.policy`.
    static var identifier: String { get }

    /// One line: what it does with discriminators.
    static var meaning: String { get }

    /// Steps after which each swap is followed by another one that belongs to it; 0 = none.
    /// Then swaps with even numbers are those that follow.
    var returnAfter: Int { get }

    /// Whether its actions take something from other discriminators. Then all discriminators have
    /// to be of one kind, and at a swap all pairs wait for one another.
    var combinesDiscriminators: Bool { get }

    /// Whether it decides by the scores of all pairs. Then at a swap all wait for one another.
    var needsScores: Bool { get }

    /// Reads the policy's own keys of the table `swap`.
    init(settings: SettingsTable) throws

    /// Turns `decision`, which comes in as everybody staying in `pairing`, into the one for event
    /// `event` (counted from 1). In place, so that swapping at every step allocates nothing.
    ///
    /// - Parameter scores: by seat, higher is better; empty for policies that need none.
    func decide(
        _ pairing: Pairing, event: Int, stream: RandomStream, scores: [Double],
        into decision: inout SwapDecision)
}

extension SwapPolicy {
    package var returnAfter: Int { 0 }
    package var combinesDiscriminators: Bool { false }
    package var needsScores: Bool { false }

    /// Whether all pairs stand still at a swap.
    var meets: Bool { combinesDiscriminators || needsScores }

    /// Any number is better than none (NaN).
    static func isBetter(_ first: Double, than second: Double) -> Bool {
        first > second || second.isNaN && !first.isNaN
    }

    /// The stream of an event. Two swaps that belong together have the same one, that of their
    /// common number: so the first of them is what another policy would do without the second.
    package func stream(seed: UInt64, event: Int) -> RandomStream {
        RandomStream(
            seed: seed, step: UInt32(returnAfter > 0 ? (event + 1) / 2 : event), member: 0,
            purpose: .matching)
    }

    /// The decision as a value.
    package func decision(
        for pairing: Pairing, event: Int, stream: RandomStream, scores: [Double] = []
    ) -> SwapDecision {
        var decision = SwapDecision(keeping: pairing)
        decide(pairing, event: event, stream: stream, scores: scores, into: &decision)
        return decision
    }
}
