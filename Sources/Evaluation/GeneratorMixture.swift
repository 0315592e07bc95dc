/// Samples of a mixture of generators, in exact proportion to their weights.
package enum GeneratorMixture {
    /// Whole numbers that add up to `total` in proportion to the weights: what is left after
    /// rounding down goes, one each, to the largest remainders, the first of equal ones.
    ///
    /// - Precondition: no weight is negative, and they add up to 1.
    package static func counts(_ weights: [Double], total: Int) -> [Int] {
        let shares = weights.map { $0 * Double(total) }
        var counts = shares.map { Int($0) }
        let order = shares.indices.sorted { first, second in
            let (one, two) = (
                shares[first] - Double(counts[first]), shares[second] - Double(counts[second])
            )
            return one == two ? first < second : one > two
        }
        for place in order.prefix(total - counts.reduce(0, +)) { counts[place] += 1 }
        return counts
    }

    /// The first samples of each member, member after member.
    static func samples(
        _ population: PopulationObservation, counts: [Int], set: Int
    ) -> [Float] {
        counts.enumerated().flatMap { pair, count in
            population.samples(pair, set: set).prefix(count * population.exampleCount)
        }
    }
}
