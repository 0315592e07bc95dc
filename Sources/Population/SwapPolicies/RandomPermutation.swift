import Randomness
import Settings

/// A uniformly random permutation of the discriminators over the seats.
///
/// One seat on average keeps its discriminator, whatever N.
package struct RandomPermutation: SwapPolicy {
    package static let identifier = "random-permutation"
    package static let meaning =
        "a random permutation of discriminators, which may leave some in their seats"

    package init(settings: SettingsTable) throws {}

    package func decide(
        _ pairing: Pairing, event: Int, stream: RandomStream, scores: [Double],
        into decision: inout SwapDecision
    ) {
        var draws = DrawSequence(stream)
        decision.pairing.discriminatorOfPair.withUnsafeMutableBufferPointer {
            draws.shuffle($0)
        }
    }
}
