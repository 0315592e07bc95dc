/// A measure against features of real examples, of the same extractor as those of the samples.
///
/// The expectation of a perfect sampler depends on the data: it is measured, with real examples in
/// place of generated ones.
package protocol FeatureMetric: SampleMetric {
    /// Computes what does not change from one evaluation to the next.
    init(real: FeatureMatrix)

    /// Numbers that it holds for each example, besides the features.
    static var numbersPerExample: Int { get }

    /// One value per column; NaN where the examples are too few for a value.
    ///
    /// - Precondition: all features, real and generated, are finite, and as wide as each other.
    func values(_ generated: FeatureMatrix) -> [Double]
}

extension FeatureMetric {
    package static var numbersPerExample: Int { 0 }
}
