import Foundation

/// What a classifier says of examples: how likely each class is, in each channel of an example.
package struct ClassPredictions: Sendable {
    package let count: Int
    /// Images that make one example, each with a class of its own.
    package let channels: Int
    package let classes: Int
    /// `[example, channel, class]`
    package let probabilities: [Double]

    /// False where a logit was infinite or no number: no metric has a value then.
    package let isFinite: Bool

    /// The softmax of logits, `[example, channel, class]`, whole examples.
    package init(logits: [Float], channels: Int, classes: Int) {
        precondition(logits.count % (channels * classes) == 0, "an incomplete example")
        self.channels = channels
        self.classes = classes
        count = logits.count / (channels * classes)
        var probabilities = [Double](repeating: 0, count: logits.count)
        for start in stride(from: 0, to: logits.count, by: classes) {
            let largest = logits[start..<(start + classes)].reduce(-Float.infinity) { max($0, $1) }
            var sum = 0.0
            for index in start..<(start + classes) {
                probabilities[index] = exp(Double(logits[index]) - Double(largest))
                sum += probabilities[index]
            }
            for index in start..<(start + classes) { probabilities[index] /= sum }
        }
        self.probabilities = probabilities
        isFinite = probabilities.allSatisfy(\.isFinite)
    }

    /// The likeliest class; of equally likely ones, the first.
    package func likeliest(example: Int, channel: Int = 0) -> Int {
        let first = (example * channels + channel) * classes
        return (1..<classes).reduce(0) {
            probabilities[first + $1] > probabilities[first + $0] ? $1 : $0
        }
    }
}
