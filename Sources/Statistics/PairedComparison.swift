/// Treatment against control, seed by seed: a pair shares its data order, latents and initial
/// weights, so that only the treatment differs within it.
package struct PairedComparison: Equatable, Sendable {
    /// Seeds with a finite value on both sides, ascending.
    package let seeds: [Int]
    /// Seeds with a value, finite or not, on one side at least and without a pair of finite ones,
    /// ascending. They are not in the comparison and must be shown beside it.
    package let unpairedSeeds: [Int]
    /// treatment - control, in the order of `seeds`.
    package let differences: [Double]
    /// 95 % bootstrap interval of the mean difference; undefined below two pairs.
    package let interval: ConfidenceInterval
    package let test: SignFlipTest

    package var count: Int { seeds.count }
    package var meanDifference: Double { Averages.mean(differences) }
    package var pValue: Double { test.pValue }
    /// The least that `pValue` could have been with so many pairs. Where it is above 0.05, no
    /// outcome would have been significant.
    package var smallestPValue: Double { SignFlipTest.smallestPValue(count: count) }

    package init(treatment: [Int: Double], control: [Int: Double]) {
        let all = Set(treatment.keys).union(control.keys).sorted()
        let seeds = all.filter { treatment[$0]?.isFinite == true && control[$0]?.isFinite == true }
        self.seeds = seeds
        unpairedSeeds = all.filter { !seeds.contains($0) }
        differences = seeds.map { treatment[$0]! - control[$0]! }
        interval = Bootstrap.interval(of: differences, statistic: Averages.mean)
        // 7.1 - 7.0 and 3.1 - 3.0 are the same difference and not the same bits; means over pairs
        // and areas under curves bring some more roundings along.
        let sizes = seeds.map { max(abs(treatment[$0]!), abs(control[$0]!)) }
        test = SignFlipTest(differences, rounding: 16 * .ulpOfOne * sizes.reduce(0, +))
    }
}
