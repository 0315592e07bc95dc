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

    /// Dealt out to members in turn.
    func parted(_ partCount: Int = 2) -> PartedExamples {
        PartedExamples(whole: self, partCount: partCount)
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

/// Example i belongs to the members m with i mod `partCount` = m mod `partCount`.
struct PartedExamples: DataSource {
    let whole: FixedExamples
    let partCount: Int

    var exampleShape: [Int] { whole.exampleShape }
    var count: Int { whole.count }
    var valueRange: ClosedRange<Float> { whole.valueRange }
    var labels: [UInt16]? { nil }
    var fingerprint: String { whole.fingerprint }
    var mixture: GaussianMixture? { whole.mixture }

    func copyExamples(
        _ indices: UnsafeBufferPointer<Int32>, into target: UnsafeMutablePointer<Float>
    ) {
        whole.copyExamples(indices, into: target)
    }

    func trainingExamples(count: Int, member: UInt32, seed: UInt64) -> [Float] {
        let own = stride(from: Int(member) % partCount, to: whole.count, by: partCount)
        return own.prefix(count).flatMap { whole.values[(2 * $0)..<(2 * $0 + 2)] }
    }
}
