import Randomness
import Settings

/// A uniformly random permutation among those that leave nobody in the old seat.
///
/// By rejection: permutations are drawn until one has no fixed point, which takes e = 2.72 draws
/// on average for every N. One pair has no derangement and stays together.
package struct RandomDerangement: SwapPolicy {
    package static let identifier = "random-derangement"
    package static let meaning =
        "a random permutation of discriminators that leaves none in its seat"

    package init(settings: SettingsTable) throws {}

    package func decide(
        _ pairing: Pairing, event: Int, stream: RandomStream, scores: [Double],
        into decision: inout SwapDecision
    ) {
        guard pairing.count > 1 else { return }
        var draws = DrawSequence(stream)
        repeat {
            decision.pairing.discriminatorOfPair.withUnsafeMutableBufferPointer {
                draws.shuffle($0)
            }
        } while Self.leavesSomebody(decision.pairing, where: pairing)
    }

    private static func leavesSomebody(_ new: Pairing, where old: Pairing) -> Bool {
        (0..<old.count).contains { new.discriminatorOfPair[$0] == old.discriminatorOfPair[$0] }
    }
}
