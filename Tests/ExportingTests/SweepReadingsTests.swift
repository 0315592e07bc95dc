import Exporting
import FileFormats
import Recording
import Testing

@Suite("SweepReadings")
struct SweepReadingsTests {
    private static let modes = SweepMetric(stream: "eval", column: "modes")

    private static func number(
        _ members: MemberReduction, _ value: CurveValue, _ readings: SweepReadings
    ) -> Double? {
        readings.number(.init(metric: modes, members: members, value: value), of: "run-0")
    }

    /// Pair 0 is better at the last evaluation but one and pair 1 at the last: the choice is made
    /// before the value that is reported.
    private static func sweep(_ state: RunState = .finished) throws -> EvaluatedSweep {
        var sweep = EvaluatedSweep()
        try sweep.add([(0, 2)], seed: 1, state: state, modes: [[1, 2], [5, 3], [4, 6]])
        return sweep
    }

    @Test(
        arguments: [
            (.mean, .last, 5), (.best, .last, 4), (.worst, .last, 4), (.mean, .best, 5),
            (.best, .best, 5), (.worst, .atStep(10), 3), (.mean, .atStep(15), 4),
            (.mean, .area, 3.625), (.mean, .timeTo(4), 10), (.worst, .timeTo(4), 20),
            (.worst, .timeTo(8), .infinity),
        ] as [(MemberReduction, CurveValue, Double)])
    func aRunBecomesOneNumber(members: MemberReduction, value: CurveValue, number: Double) throws {
        var request = SweepRequest()
        request.atSteps = [10, 15]
        request.thresholds = [.init(metric: "modes", value: 4), .init(metric: "modes", value: 8)]
        let readings = try Self.sweep().readings(request)
        #expect(Self.number(members, value, readings) == number)
    }

    @Test func anotherMetricMayChooseThePair() throws {
        var request = SweepRequest()
        request.criterion = "reverse_kl"
        var sweep = EvaluatedSweep()
        // Only the first pair has a divergence; by modes it would be the second.
        try sweep.add([(0, 2)], seed: 1, modes: [[1, 1], [2, 3], [7, 8]])
        #expect(Self.number(.best, .last, sweep.readings(request)) == 7)
        #expect(Self.number(.best, .last, sweep.readings()) == 8)
    }

    @Test func oneEvaluationChoosesNoPair() throws {
        var sweep = EvaluatedSweep()
        try sweep.add([(0, 2)], seed: 1, modes: [[1, 2]])
        let readings = sweep.readings()
        #expect(Self.number(.best, .last, readings)?.isNaN == true)
        #expect(Self.number(.mean, .last, readings) == 1.5)
    }

    @Test func pairsWithoutAValueAreNotLeftOut() throws {
        let readings = try Self.sweep().readings()
        let metric = SweepMetric(stream: "eval", column: "reverse_kl")
        for (members, isDefined) in [(MemberReduction.mean, false), (.worst, false), (.best, true)]
        {
            let quantity = SweepQuantity(metric: metric, members: members, value: .last)
            #expect(readings.number(quantity, of: "run-0")?.isNaN == !isDefined)
        }
    }

    @Test(arguments: [RunState.failed, .running, .stale, .interrupted])
    func anUnfinishedRunHasOnlyWhatItCameTo(state: RunState) throws {
        var request = SweepRequest()
        request.atSteps = [10, 30]
        let readings = try Self.sweep(state).readings(request)
        #expect(Self.number(.mean, .last, readings) == nil)
        #expect(Self.number(.mean, .area, readings) == nil)
        #expect(Self.number(.mean, .atStep(10), readings) == 4)
        #expect(Self.number(.mean, .atStep(30), readings)?.isNaN == true)
    }

    @Test func evaluationsComeBeforeLosses() throws {
        let sweep = try Self.sweep()
        let names = Set(try sweep.readings().quantities().map(\.metric.name))
        #expect(names == ["modes", "reverse_kl"])
        var request = SweepRequest()
        request.metrics = ["d_loss", "eval/modes"]
        let quantities = try sweep.readings(request).quantities()
        #expect(Set(quantities.map(\.metric.name)) == ["train/d_loss", "modes"])
        // Losses have no better side: neither best nor worst.
        let losses = quantities.filter { $0.metric.column == "d_loss" }
        #expect(losses.map(\.members) == [.mean, .mean])
        #expect(losses.map(\.value) == [.last, .area])
    }

    @Test(
        arguments: [
            (["nothing"], "no run has recorded nothing; there are modes, reverse_kl, train/d_loss"),
            (["modes", "train/modes"], "no run has recorded train/modes; there are"),
        ])
    func aMetricThatNoRunHasIsNamed(metrics: [String], message: String) throws {
        var request = SweepRequest()
        request.metrics = metrics
        try expectError(message, request)
    }

    @Test(arguments: ["modes", "modes=", "=3", "modes=three", "modes=nan", "modes=3=4", ""])
    func aThresholdIsAMetricAndANumber(text: String) {
        #expect(SweepRequest.Threshold(text) == nil)
    }

    @Test func aThresholdIsReadFromAWord() throws {
        let threshold = try #require(SweepRequest.Threshold("eval/reverse_kl=-0.5"))
        #expect(threshold.metric == "eval/reverse_kl" && threshold.value == -0.5)
    }

    @Test func aThresholdNeedsABetterSide() throws {
        var request = SweepRequest()
        request.thresholds = [.init(metric: "d_loss", value: 1)]
        try expectError("of d_loss neither more nor less is better", request)
        request.thresholds = []
        request.criterion = "train/d_loss"
        try expectError("of train/d_loss neither more nor less is better", request)
    }

    private func expectError(_ message: String, _ request: SweepRequest) throws {
        let readings = try Self.sweep().readings(request)
        do {
            _ = try readings.quantities()
            Issue.record("no error")
        } catch {
            #expect("\(error)".contains(message), "\(error)")
        }
    }
}
