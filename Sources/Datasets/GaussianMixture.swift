import Randomness

/// Equally likely Gaussians of the plane with the same standard deviation along each axis.
package struct GaussianMixture: Sendable {
    package let centres: [(Float, Float)]
    package let sigma: Float

    package init(centres: [(Float, Float)], sigma: Float) {
        self.centres = centres
        self.sigma = sigma
    }

    /// Point i = centre[m_i] + sigma * (n_2i, n_(2i+1)), one product and one sum, each rounded to
    /// `Float`; m_i = place of the centre.
    ///
    /// m_i is `bounded(i, below: M)` of the stream (seed, step 0, member 0, purpose `data`, update
    /// u); n are the normals of the same stream with update u + 1, from block 0 on. u is
    /// `firstUpdate`: 0 for examples to train on, 2 for others.
    ///
    /// - Precondition: at most 256 centres.
    func draw(
        count: Int, seed: UInt64, firstUpdate: UInt16 = 0
    ) -> (points: [Float], modes: [UInt8]) {
        precondition(centres.count <= 256, "a label has one byte")
        func stream(_ update: UInt16) -> RandomStream {
            RandomStream(
                seed: seed, step: 0, member: 0, purpose: .data, update: firstUpdate + update)
        }
        let (modeStream, normalStream) = (stream(0), stream(1))
        var points = [Float](repeating: 0, count: 2 * count)
        points.withUnsafeMutableBufferPointer { normalStream.fillNormal($0) }
        let modes = (0..<count).map { UInt8(modeStream.bounded($0, below: centres.count)) }
        for (index, mode) in modes.enumerated() {
            let centre = centres[Int(mode)]
            points[2 * index] = centre.0 + sigma * points[2 * index]
            points[2 * index + 1] = centre.1 + sigma * points[2 * index + 1]
        }
        return (points, modes)
    }

    /// The points as examples, labelled with the place of their centre.
    func examples(count: Int, seed: UInt64) -> Examples {
        let (points, modes) = draw(count: count, seed: seed)
        let lower = points.min() ?? 0
        let upper = points.max() ?? 0
        return Examples(
            floats: points, exampleShape: [2], labels: modes.map(UInt16.init), range: lower...upper)
    }
}
