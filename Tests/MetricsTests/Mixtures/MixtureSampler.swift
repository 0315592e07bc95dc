import Foundation
import Metrics

/// Draws from a mixture exactly, so that the metrics can be held against their known floors.
struct MixtureSampler {
    let reference: MixtureReference
    private var generator = SplitMix64(state: 20_161_209)

    init(_ reference: MixtureReference) {
        self.reference = reference
    }

    /// `[count, 2]`: a uniform centre plus `sigma` times two normals by Box-Muller.
    mutating func draw(_ count: Int) -> [Float] {
        var samples: [Float] = []
        samples.reserveCapacity(2 * count)
        for _ in 0..<count {
            let centre = reference.centres.randomElement(using: &generator)!
            let uniform = Double.random(in: .leastNonzeroMagnitude..<1, using: &generator)
            let radius = sqrt(-2 * log(uniform))
            let angle = Double.random(in: 0..<(2 * .pi), using: &generator)
            samples.append(centre.0 + reference.sigma * Float(radius * cos(angle)))
            samples.append(centre.1 + reference.sigma * Float(radius * sin(angle)))
        }
        return samples
    }
}

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// Eight modes on the unit circle, sigma 0.01.
let ring = MixtureReference(
    centres: (0..<8).map { index -> (Float, Float) in
        let angle = 2 * Float.pi * Float(index) / 8
        return (cos(angle), sin(angle))
    }, sigma: 0.01)

/// 25 modes at {-4, -2, 0, 2, 4} squared, sigma 0.05.
let grid = MixtureReference(
    centres: (0..<25).map { index -> (Float, Float) in
        let steps: [Float] = [-4, -2, 0, 2, 4]
        return (steps[index % 5], steps[index / 5])
    }, sigma: 0.05)

func histogram(_ samples: [Float], _ reference: MixtureReference) -> ModeHistogram {
    samples.withUnsafeBufferPointer { ModeHistogram(samples: $0, reference: reference) }
}
