import Randomness
import Settings

/// What becomes of a discriminator at a swap, besides where it sits next.
///
/// Raw values are stored in logs: once given, a number keeps its meaning.
package enum DiscriminatorAction: UInt8, Sendable {
    /// It goes on as it is.
    case keep = 0
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

/// decision = f(pairing, event, stream): where discriminators go at a swap, as a pure function.
///
/// A policy has no state of its own. All chance comes from the stream, which the population
/// derives from the seed, purpose `matching`, member 0 and the number of the event as step. So
/// matchings are those of the seats 0..<N of this population, drawn independently of every
/// member's own streams and untouched by `population.first_member`. With one pair every policy
/// is the identity.
package protocol SwapPolicy: Sendable {
    /// The word for it in `swap.policy`.
    static var identifier: String { get }

    /// Reads the policy's own keys of the table `swap`.
    init(settings: SettingsTable) throws

    /// Turns `decision`, which comes in as everybody staying in `pairing`, into the one for event
    /// `event` (counted from 1). In place, so that swapping at every step allocates nothing.
    func decide(
        _ pairing: Pairing, event: Int, stream: RandomStream, into decision: inout SwapDecision)
}

extension SwapPolicy {
    /// The decision as a value.
    package func decision(
        for pairing: Pairing, event: Int, stream: RandomStream
    ) -> SwapDecision {
        var decision = SwapDecision(keeping: pairing)
        decide(pairing, event: event, stream: stream, into: &decision)
        return decision
    }
}
