import FileFormats
import Statistics

/// The columns of the tables and what stands in them.
extension SweepTables {
    static let quantityColumns: [PlainTable.Column] = [
        .init("metric", "column of the log; its stream before it where that is not eval"),
        .init("better", "higher or lower; empty where neither is"),
        .init(
            "members",
            "how the pairs of a run become one number: their mean; the pair that is best at the "
                + "evaluation before the last, whose samples are other ones than those of the "
                + "last; the worst of each evaluation"),
        .init("value", "what stands for the curve of a run"),
    ]

    static func cells(_ quantity: SweepQuantity) -> [JSONValue] {
        let better: JSONValue =
            switch quantity.metric.direction {
            case .higherIsBetter: "higher"
            case .lowerIsBetter: "lower"
            case nil: .null
            }
        return [
            .text(quantity.metric.name), better, .text(quantity.members.rawValue),
            .text(quantity.value.name),
        ]
    }

    static let countColumns: [PlainTable.Column] = [
        .init("planned", "runs, one for each seed"),
        .init("n", "runs with a number"),
        .init("never", "finished runs that did not reach the threshold"),
        .init("undefined", "finished runs whose number is not defined"),
        .init("failed", "runs that failed or died"),
        .init("unfinished", "runs that are pending, running or interrupted"),
    ]

    static func counts(_ statistics: ArmStatistics) -> [JSONValue] {
        [
            .integer(statistics.plannedCount), .integer(statistics.count),
            .integer(statistics.neverCount), .integer(statistics.undefinedCount),
            .integer(statistics.failedCount), .integer(statistics.unfinishedCount),
        ]
    }

    static let averageColumns: [PlainTable.Column] = [
        .init("mean", "over runs; a threshold never reached is infinite"),
        .init("standard_error", "of the mean"),
        .init("mean_lower", "95 % bootstrap interval of the mean"),
        .init("mean_upper", "95 % bootstrap interval of the mean"),
        .init("median", "over runs"),
        .init("interquartile_mean", "over runs, a quarter cut off at each end"),
        .init("interquartile_mean_lower", "its 95 % bootstrap interval"),
        .init("interquartile_mean_upper", "its 95 % bootstrap interval"),
    ]

    static func averages(_ statistics: ArmStatistics) -> [JSONValue] {
        [
            statistics.mean, statistics.standardError, statistics.meanInterval.lower,
            statistics.meanInterval.upper, statistics.median, statistics.interquartileMean,
            statistics.interquartileMeanInterval.lower, statistics.interquartileMeanInterval.upper,
        ].map(JSONValue.number)
    }

    static let comparisonColumns: [PlainTable.Column] = [
        .init("control", "compared, itself, none (the sweep has no such arm), or censored"),
        .init("pairs", "seeds with a number here and in the control arm"),
        .init("unpaired", "other seeds of the two arms"),
        .init("difference", "mean of this arm minus control, seed by seed"),
        .init("difference_lower", "95 % bootstrap interval of the difference"),
        .init("difference_upper", "95 % bootstrap interval of the difference"),
        .init("p", "two-sided sign-flip permutation test"),
        .init("p_exact", "whether all sign patterns were counted"),
        .init("p_smallest", "the least that p could be with so many pairs"),
        .init("p_holm", "p after Holm's correction over one data set, metric, members and value"),
        .init("tests", "comparisons in that correction"),
    ]

    static func cells(_ comparison: ControlComparison) -> [JSONValue] {
        func row(_ name: String) -> [JSONValue] {
            [.text(name)] + Array(repeating: .null, count: comparisonColumns.count - 1)
        }
        switch comparison {
        case .isControl: return row("itself")
        case .noControl: return row("none")
        case .censored: return row("censored")
        case .compared(let paired, let adjusted, let tests):
            return [
                "compared", .integer(paired.count), .integer(paired.unpairedSeeds.count),
                .number(paired.meanDifference), .number(paired.interval.lower),
                .number(paired.interval.upper), .number(paired.pValue),
                paired.count > 0 ? .boolean(paired.test.isExact) : .null,
                .number(paired.smallestPValue), .number(adjusted), .integer(tests),
            ]
        }
    }

    static let pooledColumns: [PlainTable.Column] = [
        .init(
            "arms", "arms with that value which have a number; the same runs count once"),
        .init("n", "runs with a number"),
        .init("mean", "mean of the means of the arms"),
        .init("mean_lower", "95 % interval by the bootstrap within arms"),
        .init("mean_upper", "95 % interval by the bootstrap within arms"),
        .init("interquartile_mean", "over all runs of these arms"),
        .init("interquartile_mean_lower", "95 % interval by the bootstrap within arms"),
        .init("interquartile_mean_upper", "95 % interval by the bootstrap within arms"),
    ]

    static func cells(_ pooled: PooledStatistics) -> [JSONValue] {
        [.integer(pooled.armCount), .integer(pooled.count)]
            + [
                pooled.mean, pooled.meanInterval.lower, pooled.meanInterval.upper,
                pooled.interquartileMean, pooled.interquartileMeanInterval.lower,
                pooled.interquartileMeanInterval.upper,
            ].map(JSONValue.number)
    }
}
