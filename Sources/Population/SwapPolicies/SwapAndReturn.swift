import Randomness
import Settings

/// The exchanges of `random-matching`, each undone `return_after` steps later.
///
/// A control: partners change as often and as suddenly, but what a pair learns, it learns almost
/// all with one partner. Both swaps of a number draw the same matching, which is its own inverse.
package struct SwapAndReturn: SwapPolicy {
    package static let identifier = "swap-and-return"
    package static let meaning =
        "the exchanges of random-matching, each undone swap.return_after steps later (a control)"

    package let returnAfter: Int

    package init(settings: SettingsTable) throws {
        returnAfter = try settings.integer(
            "return_after", default: 1, in: 1...1_000_000, unit: "steps",
            "Steps after which exchanged discriminators return; less than swap.interval.")
    }

    package func decide(
        _ pairing: Pairing, event: Int, stream: RandomStream, scores: [Double],
        into decision: inout SwapDecision
    ) {
        RandomMatching.forEachMatch(of: pairing.count, stream) {
            decision.pairing.discriminatorOfPair.swapAt($0, $1)
        }
    }
}
