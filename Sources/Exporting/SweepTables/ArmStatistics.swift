import Recording
import Statistics

/// What the runs of an arm, one for each seed, say together of one quantity.
///
/// Every planned run is in exactly one of the counts. All but the counts is of the `count` runs
/// that have a number, and of those whose threshold was never reached, which count as infinite.
package struct ArmStatistics: Equatable, Sendable {
    package private(set) var count = 0
    /// Finished without reaching the threshold: the time is longer than the run.
    package private(set) var neverCount = 0
    /// Finished, and the quantity is not defined or not recorded.
    package private(set) var undefinedCount = 0
    /// Failed, or without a process although it says that it is running.
    package private(set) var failedCount = 0
    /// Pending, running or interrupted.
    package private(set) var unfinishedCount = 0
    /// By seed; infinite for never.
    package private(set) var numbers: [Int: Double] = [:]

    package let mean: Double
    package let standardError: Double
    package let median: Double
    package let interquartileMean: Double
    /// 95 % bootstrap intervals.
    package let meanInterval: ConfidenceInterval
    package let interquartileMeanInterval: ConfidenceInterval

    package init(_ quantity: SweepQuantity, of arm: SweepArm, in readings: SweepReadings) {
        for (seed, run) in arm.runs {
            let number = readings.number(quantity, of: run) ?? .nan
            switch readings.state(of: run) {
            case _ where number.isFinite:
                count += 1
                numbers[seed] = number
            case .finished where number == .infinity && quantity.isTime:
                neverCount += 1
                numbers[seed] = number
            case .finished: undefinedCount += 1
            case .failed, .stale: failedCount += 1
            case .pending, .running, .interrupted: unfinishedCount += 1
            }
        }
        // In the order of the seeds: sums of the same numbers are the same bits each time.
        let values = numbers.sorted { $0.key < $1.key }.map(\.value)
        mean = Averages.mean(values)
        standardError = Averages.standardError(values)
        median = Averages.median(values)
        interquartileMean = Averages.interquartileMean(values)
        meanInterval = Bootstrap.interval(of: values, statistic: Averages.mean)
        interquartileMeanInterval = Bootstrap.interval(
            of: values, statistic: Averages.interquartileMean)
    }

    package var plannedCount: Int {
        count + neverCount + undefinedCount + failedCount + unfinishedCount
    }
}

extension SweepQuantity {
    var isTime: Bool {
        if case .timeTo = value { true } else { false }
    }
}
