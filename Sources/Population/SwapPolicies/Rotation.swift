import Randomness
import Settings

/// new[p] = old[p - 1], new[0] = old[N - 1]: every discriminator moves on by one seat.
///
/// No chance is involved; after N events everybody is back.
package struct Rotation: SwapPolicy {
    package static let identifier = "rotation"
    package static let meaning =
        "every discriminator moves on by one seat; no chance is involved"

    package init(settings: SettingsTable) throws {}

    package func decide(
        _ pairing: Pairing, event: Int, stream: RandomStream, scores: [Double],
        into decision: inout SwapDecision
    ) {
        let count = pairing.count
        for pair in 0..<count {
            decision.pairing.discriminatorOfPair[(pair + 1) % count] =
                pairing.discriminatorOfPair[pair]
        }
    }
}
