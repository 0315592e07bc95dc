import Settings
import TensorGraph

/// What the generator minimises of its losses `L_i` under several discriminators: `mean L_i`,
/// `max L_i` (against the hardest one), or `sum w_i L_i` with `w_i = exp(lambda L_i) / sum_j
/// exp(lambda L_j)`, which is the mean for lambda 0 and the maximum for lambda to infinity (GMAN;
/// Durugkar, Gemp and Mahadevan 2017, arXiv 1611.01673, section 4.1).
///
/// The gradient runs through the weights as well, as in the authors' program. The lambda that the
/// paper learns (GMAN*) is not among them.
package enum Aggregation: Sendable, Equatable {
    case mean
    case maximum
    case softmax(lambda: Double)

    /// Reads `aggregation` of `[loss]` and its lambda, where there is something to aggregate, or
    /// where it stands.
    ///
    /// - Throws: `SettingsError`, also for another one than the mean of one discriminator.
    init(settings: SettingsTable, discriminators: Int) throws {
        guard discriminators > 1 || settings.has("aggregation") else {
            self = .mean
            return
        }
        let name = try settings.choice(
            "aggregation", of: ["mean", "max", "softmax"], default: "mean",
            "What the generator minimises of its losses under several discriminators.")
        guard discriminators > 1 || name == "mean" else {
            throw settings.error(
                "aggregation",
                "there is one loss of the generator: set discriminator.count above 1")
        }
        switch name {
        case "max": self = .maximum
        case "softmax":
            self = .softmax(
                lambda: try settings.number(
                    "aggregation_lambda", default: 1, in: .nonNegative,
                    "How much more a larger loss weighs: 0 = the mean."))
        default: self = .mean
        }
    }

    /// The one loss that the generator minimises, of at least one scalar.
    package func loss(_ losses: [Value]) -> Value {
        guard losses.count > 1 else { return losses[0] }
        switch self {
        case .mean: return losses.mean
        case .maximum: return losses.maximum
        case .softmax(let lambda):
            // Shifted, or large losses would overflow.
            let largest = losses.maximum.stoppingGradient()
            let weights = losses.map { (($0 - largest) * lambda).exponential() }
            return zip(weights, losses).map { $0 * $1 }.sum / weights.sum
        }
    }
}

/// Of scalars, at least one.
extension [Value] {
    var sum: Value { dropFirst().reduce(self[0], +) }
    var mean: Value { count == 1 ? self[0] : sum * (1 / Double(count)) }
    fileprivate var maximum: Value { dropFirst().reduce(self[0]) { $0.maximum($1) } }
}
