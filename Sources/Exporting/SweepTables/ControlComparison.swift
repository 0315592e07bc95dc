import Statistics

/// How an arm stands to its control arm, whose pairs never swap.
package enum ControlComparison: Equatable, Sendable {
    /// The arm is the control, or the same runs by definition, as with one pair.
    case isControl
    /// The sweep has no arm that never swaps and is the same otherwise.
    case noControl
    /// A run of one of the two never reached the threshold. To compare only seeds that reached it
    /// on both sides would favour the arm that seldom does.
    case censored
    /// - Parameter adjusted: Holm's p among `tests` comparisons: those over one data set and
    ///   quantity that have a pair of runs.
    case compared(PairedComparison, adjusted: Double, tests: Int)
}

extension SweepArms {
    /// One for each arm, in their order.
    func comparisons(_ statistics: [ArmStatistics]) -> [ControlComparison] {
        let comparisons = arms.indices.map { index -> ControlComparison in
            guard let control = controls[index] else { return .noControl }
            if arms[control].runs == arms[index].runs { return .isControl }
            guard statistics[index].neverCount == 0, statistics[control].neverCount == 0 else {
                return .censored
            }
            let paired = PairedComparison(
                treatment: planned(arms[index], statistics[index]),
                control: planned(arms[control], statistics[control]))
            return .compared(paired, adjusted: paired.pValue, tests: 1)
        }
        return adjusted(comparisons)
    }

    /// With NaN for runs without a number, so that the comparison names their seeds.
    private func planned(_ arm: SweepArm, _ statistics: ArmStatistics) -> [Int: Double] {
        Dictionary(
            uniqueKeysWithValues: arm.seeds.map { ($0, statistics.numbers[$0] ?? .nan) })
    }

    private func adjusted(_ comparisons: [ControlComparison]) -> [ControlComparison] {
        var families: [String: [Int]] = [:]
        for (index, comparison) in comparisons.enumerated() {
            if case .compared = comparison {
                families[dataSet(of: arms[index]), default: []].append(index)
            }
        }
        var result = comparisons
        for family in families.values {
            let pairs = family.compactMap { index -> PairedComparison? in
                if case .compared(let paired, _, _) = comparisons[index] { paired } else { nil }
            }
            let tests = pairs.count { !$0.pValue.isNaN }
            for (place, pValue) in Holm.adjust(pairs.map(\.pValue)).enumerated() {
                result[family[place]] = .compared(pairs[place], adjusted: pValue, tests: tests)
            }
        }
        return result
    }
}
