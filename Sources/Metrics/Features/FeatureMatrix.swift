/// What metrics compare of examples: one row of features each, in double precision.
package struct FeatureMatrix: Sendable {
    package let count: Int
    package let width: Int

    /// `[example, feature]`
    package let values: [Double]

    /// False where a feature is infinite or no number: no metric has a value then.
    package let isFinite: Bool

    /// - Parameter values: `[example, feature]`, whole rows.
    package init(values: [Double], width: Int) {
        precondition(width > 0 && values.count % width == 0, "an incomplete row of features")
        self.values = values
        self.width = width
        count = values.count / width
        isFinite = values.allSatisfy(\.isFinite)
    }

    /// Copies rows of `width` floats.
    package init(_ rows: UnsafeBufferPointer<Float>, width: Int) {
        self.init(values: rows.map(Double.init), width: width)
    }

    /// The first `count` rows; all where there are not more.
    func prefix(_ count: Int) -> FeatureMatrix {
        count >= self.count
            ? self : FeatureMatrix(values: Array(values[..<(count * width)]), width: width)
    }

    /// These rows, in this order.
    func rows(_ indices: [Int]) -> FeatureMatrix {
        FeatureMatrix(
            values: indices.flatMap { values[($0 * width)..<(($0 + 1) * width)] }, width: width)
    }

    /// `[feature]`
    var mean: [Double] {
        var sum = [Double](repeating: 0, count: width)
        for row in 0..<count {
            for feature in 0..<width { sum[feature] += values[row * width + feature] }
        }
        return sum.map { $0 / Double(count) }
    }

    /// The rows with `mean` subtracted.
    func centred(at mean: [Double]) -> [Double] {
        var centred = values
        for row in 0..<count {
            for feature in 0..<width { centred[row * width + feature] -= mean[feature] }
        }
        return centred
    }
}
