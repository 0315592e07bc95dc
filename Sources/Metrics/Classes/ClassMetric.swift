/// A measure of what a classifier says of the samples.
package protocol ClassMetric: SampleMetric {
    /// The channels of an example, each with a class of its own.
    static var channels: Int { get }

    /// One value per column; NaN where the examples are too few for a value.
    ///
    /// - Precondition: as many channels, and all probabilities finite.
    static func values(_ predictions: ClassPredictions) -> [Double]

    /// The expectation of each value for `samples` draws, all classes equally likely in each
    /// channel and each named rightly; nil where it depends on the data, and is measured.
    ///
    /// - Precondition: `samples` and `classes` are positive.
    static func perfect(samples: Int, classes: Int) -> [Double]?
}
