import Population
import Testing

@Suite struct RoundScheduleTests {
    /// What the rules say of one step, literally: the record after a swap by looking back.
    private struct NaiveStep {
        let schedule: RoundSchedule
        let step: Int

        func multiple(_ interval: Int) -> Bool { interval > 0 && step % interval == 0 }

        private var isExchange: Bool {
            multiple(schedule.swapInterval) && step >= 1 && step >= schedule.swapStart
        }

        var swaps: Bool {
            let distance = schedule.swapReturnAfter
            let isReturn =
                distance > 0 && NaiveStep(schedule: schedule, step: step - distance).isExchange
            return step < schedule.steps && (isExchange || isReturn)
        }

        var actions: BoundaryActions {
            let isLast = step == schedule.steps
            func due(_ interval: Int) -> Bool { interval > 0 && (multiple(interval) || isLast) }
            var actions: BoundaryActions = []
            let soon = (max(0, step - schedule.recordAfterSwap)..<step).contains {
                NaiveStep(schedule: schedule, step: $0).swaps
            }
            if step > 0 && (due(schedule.metricsEvery) || soon) { actions.insert(.record) }
            if due(schedule.evaluateEvery) { actions.insert(.evaluate) }
            if due(schedule.samplesEvery) { actions.insert(.sample) }
            if step > 0 && due(schedule.checkpointEvery) { actions.insert(.checkpoint) }
            if due(schedule.populationEvery) { actions.insert(.measure) }
            return actions
        }
    }

    /// 400 schedules from a fixed sequence, small enough that intervals meet often.
    private static let schedules: [RoundSchedule] = (0..<400).map { number in
        func draw(_ salt: UInt64, _ choices: [Int]) -> Int {
            choices[Int(mix(UInt64(number), salt) % UInt64(choices.count))]
        }
        var schedule = RoundSchedule(steps: draw(1, [1, 7, 60, 250, 331]))
        schedule.swapInterval = draw(2, [0, 1, 2, 3, 7, 30, 150, 400])
        schedule.swapStart = draw(3, [0, 1, 10, 35, 1_000])
        schedule.metricsEvery = draw(4, [0, 0, 1, 9, 100])
        schedule.evaluateEvery = draw(5, [0, 0, 25, 300])
        schedule.samplesEvery = draw(6, [0, 0, 8, 1_000])
        schedule.checkpointEvery = draw(7, [0, 0, 40, 120])
        schedule.populationEvery = draw(10, [0, 0, 35, 200])
        schedule.recordAfterSwap = draw(8, [0, 1, 2, 5, 50])
        schedule.swapReturnAfter = min(
            draw(9, [0, 0, 1, 2, 29]), max(0, schedule.swapInterval - 1))
        return schedule
    }

    @Test func agreesWithTheRulesAtEveryStep() {
        for schedule in Self.schedules {
            var events = 0
            for step in 0...schedule.steps {
                let naive = NaiveStep(schedule: schedule, step: step)
                #expect(schedule.actions(at: step) == naive.actions, "\(schedule), step \(step)")
                #expect(schedule.swaps(after: step) == naive.swaps, "\(schedule), step \(step)")
                events += naive.swaps ? 1 : 0
                #expect(schedule.swapEvent(after: step) == (naive.swaps ? events : nil))
                // Those that return have the even numbers.
                if schedule.swapReturnAfter > 0, let event = schedule.swapEvent(after: step) {
                    #expect((event % 2 == 1) == (step % schedule.swapInterval == 0))
                }
            }
            #expect(schedule.swapCount == events, "\(schedule)")
        }
    }

    @Test func roundsEndWhereSomethingHappens() {
        for schedule in Self.schedules {
            for start in 0..<schedule.steps {
                let expected = (start + 1...schedule.steps).first { step in
                    let naive = NaiveStep(schedule: schedule, step: step)
                    return naive.swaps || !naive.actions.isEmpty || step == start + 100
                        || step == schedule.steps
                }
                #expect(schedule.roundEnd(after: start) == expected, "\(schedule), from \(start)")
            }
        }
    }

    @Test func stepZeroIsEvaluatedAndSampledOnly() {
        var schedule = RoundSchedule(steps: 10)
        schedule.metricsEvery = 1
        schedule.checkpointEvery = 1
        schedule.swapInterval = 1
        #expect(schedule.actions(at: 0) == [])
        schedule.evaluateEvery = 4
        schedule.samplesEvery = 5
        #expect(schedule.actions(at: 0) == [.evaluate, .sample])
        #expect(!schedule.swaps(after: 0))
    }

    @Test func theLastStepSeesEverythingButASwap() {
        var schedule = RoundSchedule(steps: 10)
        schedule.metricsEvery = 3
        schedule.evaluateEvery = 4
        schedule.samplesEvery = 6
        schedule.checkpointEvery = 7
        schedule.swapInterval = 5
        #expect(schedule.actions(at: 10) == [.record, .evaluate, .sample, .checkpoint])
        #expect(!schedule.swaps(after: 10))
        #expect(schedule.swapCount == 1)
    }

    @Test func hugeIntervalsMeanNever() {
        var schedule = RoundSchedule(steps: 50)
        schedule.swapInterval = Int.max
        schedule.swapStart = Int.max
        schedule.metricsEvery = Int.max
        schedule.recordAfterSwap = Int.max
        #expect(schedule.roundEnd(after: 0) == 50)
        #expect(schedule.swapCount == 0)
        #expect(schedule.actions(at: 49) == [])
    }
}
