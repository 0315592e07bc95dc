import Foundation

/// How many high-quality samples each centre of a mixture owns.
///
/// A sample `x` belongs to its nearest centre `c` (the first of several equally near) and is of
/// high quality where `|x - c| < 3 sigma`, with `sigma` the deviation along one axis. A sample of
/// the mixture itself is so with probability `1 - exp(-9/2)`, 98.89 %. A sample that is not finite
/// never is. Source: PacGAN, `synthetic_data_experiments`.
package struct ModeHistogram: Sendable {
    /// `[centre]`
    package let counts: [Int]

    /// All samples, whatever their quality.
    package let sampleCount: Int

    package var highQualityCount: Int { counts.reduce(0, +) }

    /// `counts / highQualityCount`, `[centre]`; nil where no sample is of high quality.
    package var shares: [Double]? {
        let total = Double(highQualityCount)
        return total > 0 ? counts.map { Double($0) / total } : nil
    }

    /// The share of high quality among samples of the mixture itself.
    package static let perfectShare = 1 - exp(-4.5)

    /// Nothing of `samples` is kept.
    ///
    /// - Parameter samples: `[sample, 2]`, row-major; an odd last value is not a sample.
    package init(samples: UnsafeBufferPointer<Float>, reference: MixtureReference) {
        // In Double, no finite Float overflows when squared.
        let centres = reference.centres.map { (x: Double($0.0), y: Double($0.1)) }
        let radius = 3 * Double(reference.sigma)
        var counts = [Int](repeating: 0, count: centres.count)
        sampleCount = samples.count / 2
        for index in 0..<sampleCount {
            let x = Double(samples[2 * index])
            let y = Double(samples[2 * index + 1])
            var nearest = 0
            var least = Double.infinity
            for (centre, position) in centres.enumerated() {
                let dx = x - position.x
                let dy = y - position.y
                let squared = dx * dx + dy * dy
                if squared < least {
                    least = squared
                    nearest = centre
                }
            }
            if least < radius * radius { counts[nearest] += 1 }
        }
        self.counts = counts
    }
}
