import Randomness
import Settings

/// A uniformly random perfect matching of the seats; matched seats exchange their discriminators.
///
/// Nobody keeps a partner, but for one seat that sits out when N is odd. For N = 2 the exchange
/// is certain. Source: Im, Ma, Kim, Taylor, "Generative Adversarial Parallelization" (2016), whose
/// N is even.
package struct RandomMatching: SwapPolicy {
    package static let identifier = "random-matching"
    package static let meaning =
        "seats are matched at random, two by two, and exchange discriminators"

    package init(settings: SettingsTable) throws {}

    package func decide(
        _ pairing: Pairing, event: Int, stream: RandomStream, scores: [Double],
        into decision: inout SwapDecision
    ) {
        Self.forEachMatch(of: pairing.count, stream) {
            decision.pairing.discriminatorOfPair.swapAt($0, $1)
        }
    }

    /// Shuffled seats two by two are each perfect matching equally often: every matching arises
    /// from the same number of orders. The last seat of an odd number is left over.
    static func forEachMatch(
        of count: Int, _ stream: RandomStream, _ body: (_ first: Int, _ second: Int) -> Void
    ) {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: count) { seats in
            for seat in 0..<count { seats.initializeElement(at: seat, to: seat) }
            var draws = DrawSequence(stream)
            draws.shuffle(seats)
            for first in stride(from: 0, to: count - 1, by: 2) {
                body(seats[first], seats[first + 1])
            }
        }
    }
}
