/// Averages and spreads of samples. All are NaN where they are not defined: of no value, of one
/// that is NaN, and spreads of a single value.
package enum Averages {
    /// sum(x) / n.
    package static func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(values.count)
    }

    /// The middle value; the mean of the two middle ones where their number is even.
    package static func median(_ values: [Double]) -> Double {
        guard let sorted = sorted(values) else { return .nan }
        let middle = sorted.count / 2
        guard sorted.count.isMultiple(of: 2), sorted[middle - 1] != sorted[middle] else {
            return sorted[middle]
        }
        return (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The mean of what is left when the `floor(n / 4)` least and greatest values are cut off.
    ///
    /// Less moved by one run than the mean, and it uses more of the values than the median.
    /// Source: rliable (Agarwal et al., 2021), which takes `scipy.stats.trim_mean` at 0.25.
    package static func interquartileMean(_ values: [Double]) -> Double {
        guard let sorted = sorted(values) else { return .nan }
        let cut = sorted.count / 4
        let kept = sorted[cut..<(sorted.count - cut)]
        return kept.reduce(0, +) / Double(kept.count)
    }

    /// sqrt(sum((x - mean)^2) / (n - 1)).
    package static func standardDeviation(_ values: [Double]) -> Double {
        guard values.count > 1 else { return .nan }
        let mean = mean(values)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(values.count - 1)).squareRoot()
    }

    /// standard deviation / sqrt(n): the standard error of the mean.
    package static func standardError(_ values: [Double]) -> Double {
        standardDeviation(values) / Double(values.count).squareRoot()
    }

    /// The value below which a share `probability` of the sample lies, between the neighbours at
    /// `probability * (n - 1)` in sorted order by linear interpolation, as NumPy does by default.
    ///
    /// - Precondition: `probability` is between 0 and 1.
    package static func quantile(_ probability: Double, of values: [Double]) -> Double {
        precondition((0...1).contains(probability), "a probability is between 0 and 1")
        guard let sorted = sorted(values) else { return .nan }
        let place = probability * Double(sorted.count - 1)
        let index = min(Int(place), sorted.count - 1)
        let fraction = place - Double(index)
        let lower = sorted[index]
        let upper = sorted[min(index + 1, sorted.count - 1)]
        // At a value and between equal ones nothing is interpolated: infinity - infinity is NaN.
        return fraction == 0 || lower == upper ? lower : lower + (upper - lower) * fraction
    }

    /// Ascending; nil where a value is NaN, which has no place in an order, or there is none.
    private static func sorted(_ values: [Double]) -> [Double]? {
        values.isEmpty || values.contains(where: \.isNaN) ? nil : values.sorted()
    }
}
