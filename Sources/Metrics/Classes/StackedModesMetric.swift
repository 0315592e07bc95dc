import Foundation
import Statistics

/// Three stacked digits: how many of the 1,000 classes `100 a + 10 b + c` samples reach, and
/// `stacked_kl = sum p ln(1000 p)` over the classes that were seen, `p` their shares, natural
/// logarithm: the divergence from an even distribution.
///
/// Each channel counts as its likeliest digit. Two protocols are published: 26,000 samples
/// (VEEGAN, PacGAN) and 25,600 (unrolled GAN); `evaluate.samples` says which, and values depend on
/// it. A perfect sampler, with classes that are equally likely and named rightly, has on average
///
///     modes = M (1 - (1 - 1 / M)^n)        KL = ln(M / n) + mean of ln(1 + C)
///
/// of `n` samples and `M = 1000`, `C` binomial of `n - 1` trials at `1 / M`: 0.0193 at 26,000 and
/// 0.0196 at 25,600. Real digits have a little more, since those of all of MNIST are not equally
/// frequent and no classifier is always right. NaN without samples. Sources: Metz et al., arXiv
/// 1611.02163; Srivastava et al., arXiv 1705.07761; Lin et al., arXiv 1712.04086.
package enum StackedModesMetric: ClassMetric {
    package static let identifier = "stacked-modes"
    package static let columns = [
        MetricColumn("stacked_modes", .higherIsBetter, "classes of three digits that were seen"),
        MetricColumn(
            "stacked_kl", .lowerIsBetter, "divergence of the classes from evenness (nats)"),
    ]
    package static let channels = 3

    package static func values(_ predictions: ClassPredictions) -> [Double] {
        guard predictions.count > 0 else { return [.nan, .nan] }
        let total = count(ofClasses: predictions.classes)
        var counts = [Int](repeating: 0, count: total)
        for example in 0..<predictions.count {
            let place = (0..<channels).reduce(0) {
                $0 * predictions.classes + predictions.likeliest(example: example, channel: $1)
            }
            counts[place] += 1
        }
        let divergence = counts.filter { $0 > 0 }.reduce(0.0) { sum, count in
            let share = Double(count) / Double(predictions.count)
            return sum + share * log(share * Double(total))
        }
        return [Double(counts.count { $0 > 0 }), divergence]
    }

    package static func perfect(samples: Int, classes: Int) -> [Double]? {
        let (modes, draws) = (Double(count(ofClasses: classes)), Double(samples))
        let found = -modes * expm1(draws * log1p(-1 / modes))
        return [found, EvenDraws.meanDivergence(draws: draws, classes: modes)]
    }

    private static func count(ofClasses classes: Int) -> Int {
        (0..<channels).reduce(1) { product, _ in product * classes }
    }
}
