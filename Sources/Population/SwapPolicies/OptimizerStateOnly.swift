import Randomness
import Settings

/// The matchings of `random-matching`, but all that is exchanged is the state of the optimisers:
/// moments and step count. Discriminators keep their parameters and their partners.
///
/// A control: how much of a swap's effect is that of moments which belong to other weights.
package struct OptimizerStateOnly: SwapPolicy {
    package static let identifier = "optimizer-state-only"
    package static let meaning =
        "matched as by random-matching, optimisers exchange their state alone (a control)"

    package var combinesDiscriminators: Bool { true }

    package init(settings: SettingsTable) throws {}

    package func decide(
        _ pairing: Pairing, event: Int, stream: RandomStream, scores: [Double],
        into decision: inout SwapDecision
    ) {
        RandomMatching.forEachMatch(of: pairing.count, stream) { first, second in
            let (one, other) = (
                pairing.discriminatorOfPair[first], pairing.discriminatorOfPair[second]
            )
            decision.actions[one] = .exchangeOptimizerState(with: other)
            decision.actions[other] = .exchangeOptimizerState(with: one)
        }
    }
}
