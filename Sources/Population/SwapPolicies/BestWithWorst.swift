import Randomness
import Settings

/// new[r-th best seat] = old[r-th worst seat]: the discriminator of the best generator goes to the
/// worst one, that of the second best to the second worst, and the other way round.
///
/// Best is who has the highest score; of equals, whose number is lower, and without a number (NaN)
/// last. A discriminator counts as good as the generator that it trained. The middle of an odd
/// number stays.
package struct BestWithWorst: SwapPolicy {
    package static let identifier = "best-with-worst"
    package static let meaning =
        "generators that are best and worst by swap.score exchange discriminators, and so on"

    package var needsScores: Bool { true }

    package init(settings: SettingsTable) throws {}

    package func decide(
        _ pairing: Pairing, event: Int, stream: RandomStream, scores: [Double],
        into decision: inout SwapDecision
    ) {
        let seats = (0..<pairing.count).sorted { first, second in
            if Self.isBetter(scores[first], than: scores[second]) { return true }
            return !Self.isBetter(scores[second], than: scores[first]) && first < second
        }
        for (best, worst) in zip(seats, seats.reversed()) {
            decision.pairing.discriminatorOfPair[best] = pairing.discriminatorOfPair[worst]
        }
    }
}
