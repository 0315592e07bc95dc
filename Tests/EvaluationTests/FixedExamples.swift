import Datasets

/// Examples given one by one, of a mixture or not.
struct FixedExamples: DataSource {
    let exampleShape: [Int]
    let values: [Float]
    var mixture: GaussianMixture?

    let valueRange: ClosedRange<Float> = -100...100
    let labels: [UInt16]? = nil
    let fingerprint = "0000000000000000"

    var count: Int { values.count / width }
    private var width: Int { exampleShape.reduce(1, *) }

    func copyExamples(
        _ indices: UnsafeBufferPointer<Int32>, into target: UnsafeMutablePointer<Float>
    ) {
        for (place, index) in indices.enumerated() {
            for feature in 0..<width {
                target[place * width + feature] = values[Int(index) * width + feature]
            }
        }
    }

    /// Four modes far apart; the examples are around them.
    static func corners(_ count: Int = 100) -> FixedExamples {
        let centres: [(Float, Float)] = [(0, 0), (0, 9), (9, 0), (9, 9)]
        return FixedExamples(
            exampleShape: [2],
            values: (0..<count).flatMap { index -> [Float] in
                let centre = centres[index % 4]
                let angle = Float(index * index % 97) / 97
                return [centre.0 + angle, centre.1 + Float(index) / Float(count)]
            }, mixture: GaussianMixture(centres: centres, sigma: 1))
    }

    /// Without known modes.
    static func unknown(shape: [Int] = [2], count: Int = 100) -> FixedExamples {
        let width = shape.reduce(1, *)
        return FixedExamples(
            exampleShape: shape,
            values: (0..<(count * width)).map { Float(($0 * 7919) % 1009) / 1009 })
    }
}
