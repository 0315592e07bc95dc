import Foundation
import Statistics

/// `inception_score = exp(mean over x of KL(p(y|x) || p(y)))`, `p(y) = mean over x of p(y|x)`: how
/// surely a classifier names single samples, and how evenly all of them.
///
/// Of each of 10 splits, `n i / 10 ..< n (i + 1) / 10` of `n` samples in their order, the mean is
/// the score and the standard deviation, divided by 10, not 9 (as `numpy.std`), the second column.
/// 1 where all samples look alike, 10 at the most with 10 digits; smaller splits score less. Here
/// the classifier is that of digits (so the MNIST score), no Inception network. NaN where there are
/// fewer than 10 samples. Source: Salimans et al., arXiv 1606.03498, and the authors' code.
package enum InceptionScoreMetric: ClassMetric {
    package static let identifier = "inception-score"
    package static let columns = [
        MetricColumn(
            "inception_score", .higherIsBetter,
            "sureness and evenness of a classifier, mean of 10 splits"),
        MetricColumn("inception_score_deviation", nil, "its standard deviation over the splits"),
    ]
    package static let channels = 1

    private static let splits = 10

    package static func values(_ predictions: ClassPredictions) -> [Double] {
        guard predictions.count >= splits else { return [.nan, .nan] }
        let scores = (0..<splits).map { split in
            let first = predictions.count * split / splits
            return score(predictions, first..<(predictions.count * (split + 1) / splits))
        }
        let mean = scores.reduce(0, +) / Double(splits)
        let variance = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(splits)
        return [mean, variance.squareRoot()]
    }

    package static func perfect(samples: Int, classes: Int) -> [Double]? { nil }

    private static func score(_ predictions: ClassPredictions, _ part: Range<Int>) -> Double {
        let classes = predictions.classes
        var mean = [Double](repeating: 0, count: classes)
        for example in part {
            for label in 0..<classes {
                mean[label] += predictions.probabilities[example * classes + label]
            }
        }
        for label in 0..<classes { mean[label] /= Double(part.count) }
        var sum = 0.0
        for example in part {
            for label in 0..<classes {
                let probability = predictions.probabilities[example * classes + label]
                if probability > 0 { sum += probability * log(probability / mean[label]) }
            }
        }
        return exp(sum / Double(part.count))
    }
}
