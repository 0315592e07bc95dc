import Randomness
import Settings

/// D[d] = (1 / N) sum over e of D[e], for every d; nobody moves.
///
/// A control: discriminators learn from all generators, and lose what sets them apart. Source of
/// averaging every K steps: Rasouli, Sun, Rajagopal, "FedGAN" (2020), which averages generators
/// as well.
package struct Averaging: SwapPolicy {
    package static let identifier = "average"
    package static let meaning =
        "nobody moves; every discriminator becomes the mean of all (a control)"

    package var combinesDiscriminators: Bool { true }

    package init(settings: SettingsTable) throws {}

    package func decide(
        _ pairing: Pairing, event: Int, stream: RandomStream, scores: [Double],
        into decision: inout SwapDecision
    ) {
        guard pairing.count > 1 else { return }
        for index in decision.actions.indices { decision.actions[index] = .average }
    }
}
