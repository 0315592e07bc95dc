import Randomness
import Settings

/// w += perturb_scale rms(w) n, n ~ N(0, 1), for each tensor w of every discriminator, where rms is
/// the root mean square of the tensor's elements before; nobody moves.
///
/// A control: a disturbance of any size without a change of partners. A tensor of zeros stays one.
/// One pair is left alone, as by every policy.
package struct Perturbation: SwapPolicy {
    package static let identifier = "perturb"
    package static let meaning =
        "nobody moves; noise of swap.perturb_scale is added to discriminators (a control)"

    private let scale: Double

    package init(settings: SettingsTable) throws {
        scale = try settings.number(
            "perturb_scale", default: 0.1, in: .nonNegative,
            "Standard deviation of the noise, relative to each tensor's root mean square.")
    }

    package func decide(
        _ pairing: Pairing, event: Int, stream: RandomStream, scores: [Double],
        into decision: inout SwapDecision
    ) {
        guard pairing.count > 1 else { return }
        for index in decision.actions.indices { decision.actions[index] = .perturb(scale: scale) }
    }
}
