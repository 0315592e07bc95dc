import FileFormats
import Recording
import Statistics

/// Arms that cost the same, side by side: what else the same budget buys.
enum CostFigures {
    /// More rows than this in one panel are not told apart.
    private static let mostRows = 40
    private static let mostPanels = 12

    /// A panel for each data set and cost that several arms have in common.
    static func figure(_ metric: SweepMetric, of source: ReportSource) -> Figure {
        let tables = source.tables
        let means = tables.statistics(metric, .mean)
        let best = tables.statistics(metric, .best)
        let groups = groups(of: source).prefix(mostPanels)
        var charts = groups.map { group in
            let usual = usualValues(of: group.arms.map { source.grid.arms[$0] })
            let rows = group.arms.prefix(mostRows).map { arm in
                row(
                    source.grid.shortName(of: source.grid.arms[arm], usual: usual),
                    mean: means?[arm], best: best?[arm])
            }
            return IntervalRows(title: group.title, quantity: metric.label, rows: rows)
        }
        // One axis for all costs of a data set.
        for index in charts.indices {
            let same = groups.indices.filter { groups[$0].data == groups[index].data }
            charts[index].sharedValues = same.flatMap { charts[$0].values }
        }
        return Figure(
            name: ReportFiles.MetricFigure.cost.name(of: metric),
            title: "\(metric.label) at equal cost",
            caption: "Arms whose pairs x steps x batch are the same; cost 1 is that of the "
                + "cheapest arm of the sweep. Filled: the mean over the pairs of a run, then over "
                + "runs. Open: the pair that is best in the evaluation before the last, whose "
                + "samples are others. Lines are 95 % bootstrap intervals "
                + "over runs; faint dots are single runs.",
            panels: charts.map(\.panel))
    }

    private struct Group {
        let data: String
        let title: String
        var arms: [Int]
    }

    private static func groups(of source: ReportSource) -> [Group] {
        let arms = source.tables.arms
        let least = arms.arms.map(arms.cost).min() ?? 1
        var places: [String: Int] = [:]
        var groups: [Group] = []
        var known: Set<[Int: String]> = []
        for (index, arm) in arms.arms.enumerated()
        where !source.counted(arm).isEmpty && known.insert(arm.runs).inserted {
            let (cost, data) = (arms.cost(of: arm), arms.dataSet(of: arm))
            let name = "\(data) \(cost)"
            if let place = places[name] {
                groups[place].arms.append(index)
                continue
            }
            places[name] = groups.count
            let ratio =
                cost.isMultiple(of: least)
                ? String(cost / least) : Numerals.significant(Double(cost) / Double(least))
            let title = [arms.dataName(of: arm), "cost \(ratio)"].filter { !$0.isEmpty }
            groups.append(
                Group(data: data, title: title.joined(separator: ", "), arms: [index]))
        }
        return groups.filter { $0.arms.count > 1 }
    }

    /// By key, the value that most arms have.
    private static func usualValues(of arms: [SweepArm]) -> [JSONValue?] {
        guard let first = arms.first else { return [] }
        return first.values.indices.map { key in
            var counts: [String: Int] = [:]
            for arm in arms { counts[arm.values[key].serialized(), default: 0] += 1 }
            let most = arms.max {
                counts[$0.values[key].serialized()]! < counts[$1.values[key].serialized()]!
            }
            return most?.values[key]
        }
    }

    private static func row(
        _ name: String, mean: ArmStatistics?, best: ArmStatistics?
    ) -> IntervalRows.Row {
        func mark(_ one: ArmStatistics?) -> IntervalMark? {
            guard let one, one.count > 0 else { return nil }
            return IntervalMark(
                mean: one.mean, lower: one.meanInterval.lower, upper: one.meanInterval.upper,
                replicates: one.replicates)
        }
        // The best of one pair is that pair.
        let isSame = mean?.numbers == best?.numbers
        return IntervalRows.Row(name: name, mean: mark(mean), best: isSame ? nil : mark(best))
    }
}

extension SweepTables {
    /// By arm, of the last values; nil where the tables have no such quantity.
    func statistics(_ metric: SweepMetric, _ members: MemberReduction) -> [ArmStatistics]? {
        quantities.firstIndex {
            $0.metric == metric && $0.members == members && $0.value == .last
        }.map { statistics[$0] }
    }
}
