import FileFormats
import Recording
import Statistics

/// The statistics of a sweep as tables, with a column for each swept key, named as in the file.
package struct SweepTables: Sendable {
    package let quantities: [SweepQuantity]
    package let arms: SweepArms
    /// `[quantity][arm]`
    package let statistics: [[ArmStatistics]]
    /// `[quantity][arm]`
    package let comparisons: [[ControlComparison]]
    private let readings: SweepReadings

    /// - Throws: `DataError` for requests that the runs cannot answer.
    package init(_ readings: SweepReadings) throws {
        self.readings = readings
        let quantities = try readings.quantities()
        let arms = SweepArms(plan: readings.plan)
        let statistics = quantities.map { quantity in
            arms.arms.map { ArmStatistics(quantity, of: $0, in: readings) }
        }
        self.quantities = quantities
        self.arms = arms
        self.statistics = statistics
        comparisons = statistics.map(arms.comparisons)
    }

    /// What was asked for.
    package var request: SweepRequest { readings.request }
    /// Everything that a run has recorded over steps, asked for or not.
    var recorded: Set<SweepMetric> { readings.recorded }

    /// All tables: "arms", "keys" where several keys are swept, and "runs".
    package var tables: [PlainTable] {
        [armTable] + (arms.keys.count > 1 ? [keyTable] : []) + [runTable]
    }

    /// One row for each arm and quantity: the runs behind it, averages, and the comparison with
    /// the control.
    package var armTable: PlainTable {
        var table = PlainTable(name: "arms", columns: armColumns)
        for (index, quantity) in quantities.enumerated() {
            for (place, arm) in arms.arms.enumerated() {
                let statistics = statistics[index][place]
                table.append(
                    arm.values + Self.cells(quantity) + Self.counts(statistics)
                        + Self.averages(statistics) + Self.cells(comparisons[index][place]))
            }
        }
        return table
    }

    var armColumns: [PlainTable.Column] {
        keyColumns + Self.quantityColumns + Self.countColumns + Self.averageColumns
            + Self.comparisonColumns
    }

    /// The effect of each swept key alone, over all values of the others: the arms with one of its
    /// values are the strata. Of the last values, since these are what a sweep is about.
    ///
    /// Arms that are the same runs by definition are one stratum: a run shown in several places is
    /// still one observation.
    package var keyTable: PlainTable {
        var table = PlainTable(
            name: "keys",
            columns: [
                .init("key", "the swept key"), .init("key_value", "its value"),
            ] + Self.quantityColumns + Self.pooledColumns)
        for (index, quantity) in quantities.enumerated() where quantity.value == .last {
            for (key, name) in arms.keys.enumerated() {
                for value in arms.values(ofKey: key) {
                    var known: Set<[Int: String]> = []
                    let places = arms.arms.indices.filter {
                        arms.arms[$0].values[key] == value
                            && known.insert(arms.arms[$0].runs).inserted
                    }
                    let pooled = PooledStatistics(places.map { statistics[index][$0] })
                    table.append([.text(name), value] + Self.cells(quantity) + Self.cells(pooled))
                }
            }
        }
        return table
    }

    /// One row for each run in each of its places and quantity: what all statistics are made of.
    package var runTable: PlainTable {
        var table = PlainTable(
            name: "runs",
            columns: [.init("run", "folder of the run")] + keyColumns
                + [.init("seed", "its seed"), .init("state", "how the run stands")]
                + Self.quantityColumns
                + [.init("number", "of the run; empty where it is not known or not defined")])
        for quantity in quantities {
            for arm in arms.arms {
                for seed in arm.seeds {
                    let run = arm.runs[seed]!
                    table.append(
                        [.text(run)] + arm.values
                            + [.integer(seed), .text(readings.state(of: run).rawValue)]
                            + Self.cells(quantity)
                            + [.number(readings.number(quantity, of: run) ?? .nan)])
                }
            }
        }
        return table
    }

    private var keyColumns: [PlainTable.Column] { arms.keys.map { .init($0, "swept key") } }
}

/// Several arms together, each a stratum: the averages of rliable over tasks.
struct PooledStatistics {
    let armCount: Int
    let count: Int
    /// The mean of the arms' means.
    let mean: Double
    let meanInterval: ConfidenceInterval
    let interquartileMean: Double
    let interquartileMeanInterval: ConfidenceInterval

    /// Arms without a number are left out; `armCount` counts the others.
    init(_ arms: [ArmStatistics]) {
        let strata = arms.map { arm in
            arm.numbers.sorted { $0.key < $1.key }.map(\.value)
        }.filter { !$0.isEmpty }
        func mean(_ strata: [[Double]]) -> Double { Averages.mean(strata.map(Averages.mean)) }
        func interquartileMean(_ strata: [[Double]]) -> Double {
            Averages.interquartileMean(strata.flatMap(\.self))
        }
        armCount = strata.count
        count = strata.reduce(0) { $0 + $1.count }
        self.mean = mean(strata)
        meanInterval = Bootstrap.interval(strata: strata, statistic: mean)
        self.interquartileMean = interquartileMean(strata)
        interquartileMeanInterval = Bootstrap.interval(
            strata: strata, statistic: interquartileMean)
    }
}
