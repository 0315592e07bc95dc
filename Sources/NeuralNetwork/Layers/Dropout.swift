import Settings
import TensorGraph

/// Sets each number to 0 with probability `rate` in training and scales the others by
/// `1 / (1 - rate)`; the identity in sampling (Srivastava et al. 2014).
package struct Dropout: Layer {
    package let rate: Double

    package init(rate: Double) { self.rate = rate }

    package func noiseCount(_ input: [Int]) -> Int { rate > 0 ? input.reduce(1, *) : 0 }

    package func apply(_ input: Value, _ pass: NetworkPass) -> Value {
        guard pass.isTraining, rate > 0 else { return input }
        // u is a multiple of 2^-24 on [0, 1): u - rate <= 0 drops.
        let noise = pass.uniformNoise(input.shape)
        return Value.select(noise - rate, input * (1 / (1 - rate)), 0)
    }
}

extension Dropout: ListedLayer {
    package static let identifier = "dropout"

    package static func make(_ name: String, _ settings: SettingsTable) throws -> any Layer {
        Dropout(
            rate: try settings.number(
                "rate", default: 0.5, in: .halfOpen(0..<1),
                "Probability that a number is dropped in training."))
    }
}
