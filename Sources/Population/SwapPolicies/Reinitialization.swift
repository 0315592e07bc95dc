import Randomness
import Settings

/// D[d] = a new discriminator, for every d; nobody moves.
///
/// A control: the largest disturbance that is possible without a partner of another pair. One pair
/// is left alone, as by every policy.
package struct Reinitialization: SwapPolicy {
    package static let identifier = "reinitialize"
    package static let meaning =
        "nobody moves; every discriminator begins anew (a control)"

    package init(settings: SettingsTable) throws {}

    package func decide(
        _ pairing: Pairing, event: Int, stream: RandomStream, scores: [Double],
        into decision: inout SwapDecision
    ) {
        guard pairing.count > 1 else { return }
        for index in decision.actions.indices { decision.actions[index] = .reinitialize }
    }
}
