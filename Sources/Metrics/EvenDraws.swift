import Foundation

/// What draws from classes that are equally likely look like on average: the perfect sampler.
enum EvenDraws {
    /// The mean of `KL(shares || even) = sum p ln(M p)` in nats, with `p` the shares of `M` classes
    /// among `n` draws:
    ///
    ///     KL = ln(M / n) + mean of ln(1 + C),   C binomial of n - 1 trials at 1 / M
    ///
    /// of many draws `(M - 1) / (2 n)`, where the first form would cancel.
    static func meanDivergence(draws: Double, classes: Double) -> Double {
        guard classes > 1, draws < 1000 * classes else { return (classes - 1) / (2 * draws) }
        return log(classes / draws) + meanLogarithm(trials: draws - 1, share: 1 / classes)
    }

    /// The mean of `ln(1 + C)`, `C` binomial: over all counts within 40 deviations of its mean,
    /// and within 40 where those are fewer.
    private static func meanLogarithm(trials: Double, share: Double) -> Double {
        let mean = trials * share
        let reach = 40 * max(1, (mean * (1 - share)).squareRoot())
        let first = max(0, (mean - reach).rounded(.down))
        let last = min(trials, (mean + reach).rounded(.up))
        return stride(from: first, through: last, by: 1).reduce(0) { sum, count in
            let logarithm =
                lgamma(trials + 1) - lgamma(count + 1) - lgamma(trials - count + 1)
                + count * log(share) + (trials - count) * log1p(-share)
            return sum + exp(logarithm) * log1p(count)
        }
    }
}
