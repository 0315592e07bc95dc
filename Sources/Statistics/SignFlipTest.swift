/// The two-sided sign-flip permutation test of paired differences (Fisher, 1935).
///
/// p = share of all 2^n sign patterns s with |sum(s d)| >= |sum(d)|. If treatment and control were
/// alike, each difference could as well have had the other sign; nothing else is assumed.
package struct SignFlipTest: Equatable, Sendable {
    /// NaN without differences or with one that is not finite.
    package let pValue: Double
    /// Whether all patterns were counted. Otherwise `pValue` is estimated from random ones.
    package let isExact: Bool

    /// 2^(1 - n): no outcome with `count` differences gives less; 1 for a single one.
    package static func smallestPValue(count: Int) -> Double {
        count > 0 ? Double(sign: .plus, exponent: 1 - count, significand: 1) : .nan
    }

    /// Beyond this number of differences, the sums of half of them (2^20) take too much memory
    /// and time to list.
    package static let greatestExactCount = 40

    /// - Parameter rounding: how far all differences together may be from those of exact numbers:
    ///   sums that differ by no more are ties.
    package init(_ differences: [Double], rounding: Double = 0) {
        isExact = differences.count <= Self.greatestExactCount
        guard !differences.isEmpty, differences.allSatisfy(\.isFinite) else {
            pValue = .nan
            return
        }
        let sizes = differences.map(abs)
        // Sums that differ by rounding alone are ties: each addition errs by at most half an ulp
        // of the sum of all sizes.
        let total = sizes.reduce(0, +)
        let tolerance = 2 * Double(sizes.count) * .ulpOfOne * total + 2 * rounding
        let threshold = abs(differences.reduce(0, +)) - tolerance
        if threshold <= 0 {
            pValue = 1
        } else if isExact {
            pValue = Self.exactShare(sizes, atLeast: threshold)
        } else {
            pValue = Self.estimatedShare(sizes, atLeast: threshold)
        }
    }

    /// Every pattern's sum is a sum of the first half and one of the second. Both are listed in
    /// order, so that one walk up the first and down the second counts the pairs that reach
    /// `threshold`; as many fall below its negative.
    private static func exactShare(_ sizes: [Double], atLeast threshold: Double) -> Double {
        let first = sortedSums(sizes.prefix(sizes.count / 2))
        let second = sortedSums(sizes.suffix(from: sizes.count / 2))
        var start = second.count
        var pairs = 0
        for sum in first {
            while start > 0, sum + second[start - 1] >= threshold { start -= 1 }
            pairs += second.count - start
        }
        return 2 * Double(pairs) / (Double(first.count) * Double(second.count))
    }

    /// All sums of +-sizes, ascending: those with -size and those with +size, merged.
    private static func sortedSums(_ sizes: ArraySlice<Double>) -> [Double] {
        sizes.reduce([0]) { sums, size in
            var merged: [Double] = []
            merged.reserveCapacity(2 * sums.count)
            var upper = 0
            for sum in sums {
                while upper < sums.count, sums[upper] + size < sum - size {
                    merged.append(sums[upper] + size)
                    upper += 1
                }
                merged.append(sum - size)
            }
            return merged + sums[upper...].map { $0 + size }
        }
    }

    /// (1 + hits) / (1 + patterns) with 99,999 random patterns: never 0, and on the safe side
    /// (Phipson and Smyth, 2010).
    private static func estimatedShare(_ sizes: [Double], atLeast threshold: Double) -> Double {
        let patterns = 99_999
        var random = SplitMix64(seed: 1)
        var hits = 0
        for _ in 0..<patterns {
            let sum = sizes.reduce(0) { $0 + (random.next() >> 63 == 0 ? $1 : -$1) }
            if abs(sum) >= threshold { hits += 1 }
        }
        return Double(1 + hits) / Double(1 + patterns)
    }
}
