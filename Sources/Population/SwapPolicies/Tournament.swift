import Randomness
import Settings

/// The matchings of `random-matching`; of two matched seats, the discriminator of the one with the
/// lower score becomes a copy of the other's.
///
/// A discriminator counts as good as the generator that it trained. Equals go on as they are; a
/// score that is no number (NaN) loses. Source: Jacobs et al., "Towards scalable parallel training
/// of deep neural networks" (LTFB, 2017), where partners exchange models, or a part of them, and
/// each keeps the better one.
package struct Tournament: SwapPolicy {
    package static let identifier = "tournament"
    package static let meaning =
        "matched as by random-matching, the discriminator of less swap.score becomes a copy"

    package var needsScores: Bool { true }
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
            if Self.isBetter(scores[first], than: scores[second]) {
                decision.actions[other] = .copy(from: one)
            } else if Self.isBetter(scores[second], than: scores[first]) {
                decision.actions[one] = .copy(from: other)
            }
        }
    }
}
