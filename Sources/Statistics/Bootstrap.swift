/// Percentile intervals by the stratified bootstrap, as rliable makes them: each stratum (a data
/// set, a cell of a grid) is drawn anew from its own values, with replacement and in its own size.
///
/// With few values these intervals are somewhat too narrow; with fewer than about five they say
/// little. The same arguments give the same bounds, on every machine.
/// Source: Agarwal et al., 2021, "Deep Reinforcement Learning at the Edge of the Statistical
/// Precipice"; rliable's `StratifiedBootstrap` with the method "percentile".
package enum Bootstrap {
    /// An interval for `statistic` of all strata together.
    ///
    /// Undefined where no stratum has a second value (one value says nothing of its spread), one
    /// has none, or the statistic of a resample is NaN.
    package static func interval(
        strata: [[Double]], statistic: ([[Double]]) -> Double, level: Double = 0.95,
        resamples: Int = 2000, seed: UInt64 = 1
    ) -> ConfidenceInterval {
        precondition(level > 0 && level < 1 && resamples > 0, "an interval needs a level below 1")
        guard strata.contains(where: { $0.count > 1 }), !strata.contains(where: \.isEmpty) else {
            return .undefined
        }
        var random = SplitMix64(seed: seed)
        var drawn = strata
        let estimates = (0..<resamples).map { _ in
            for stratum in strata.indices {
                for index in strata[stratum].indices {
                    let pick = random.next(below: strata[stratum].count)
                    drawn[stratum][index] = strata[stratum][pick]
                }
            }
            return statistic(drawn)
        }
        return ConfidenceInterval(percentilesOf: estimates, level: level)
    }

    /// An interval for a statistic of one sample.
    package static func interval(
        of values: [Double], statistic: ([Double]) -> Double, level: Double = 0.95,
        resamples: Int = 2000, seed: UInt64 = 1
    ) -> ConfidenceInterval {
        interval(
            strata: [values], statistic: { statistic($0[0]) }, level: level, resamples: resamples,
            seed: seed)
    }
}
