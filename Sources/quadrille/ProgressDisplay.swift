import Evaluation
import Experiment
import Metrics
import Population
import Threads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A bar on a terminal, a plain line now and then elsewhere, and the summary.
final class ProgressDisplay {
    private let session: RunSession
    private let isQuiet: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var hasLine = false
    private var lastPlainTime = MonotonicClock.nanoseconds
    private var recentStep = 0
    private var recentTime: UInt64 = 0
    private var recentRate = 0.0
    private var workers = 1
    private var hasNotedBudget = false

    private static let secondsBetweenPlainLines = 10.0

    init(_ session: RunSession, isQuiet: Bool) {
        self.session = session
        self.isQuiet = isQuiet
    }

    func begin(workers: Int) {
        self.workers = workers
        let plan = session.plan
        say(
            "\(plan.name): \(counted(plan.population.pairs, "pair")), "
                + "\(counted(plan.steps, "step")), "
                + (plan.schedule.swapCount == 0
                    ? "no swaps" : "a swap every \(counted(plan.swap.interval, "step"))")
                + ", \(counted(workers, "thread"))")
        say("results: \(session.directory)")
        for note in session.notes { say(note) }
    }

    /// A line of its own, above the bar.
    func say(_ message: String) {
        guard !isQuiet else { return }
        closeLine()
        printError(message)
    }

    func update() {
        guard !isQuiet else { return }
        noteBudget()
        let now = MonotonicClock.nanoseconds
        let isDue = Double(now - lastPlainTime) * 1e-9 >= Self.secondsBetweenPlainLines
        guard isTerminal || isDue else { return }
        lastPlainTime = now
        let line = progressLine(now)
        if isTerminal {
            writeError("\r\u{1B}[K" + line)
            hasLine = true
        } else {
            printError(line)
        }
    }

    func closeLine() {
        if hasLine { writeError("\n") }
        hasLine = false
    }

    private func progressLine(_ now: UInt64) -> String {
        let snapshot = session.run.progress.snapshot
        let (step, steps) = (snapshot.step, session.plan.steps)
        measureRate(step, now)
        let share = Double(step) / Double(steps)
        let left = recentRate > 0 ? durationText(Double(steps - step) / recentRate) : "--:--"
        let rate = Int(recentRate * Double(session.plan.population.pairs))
        var line = isTerminal ? progressBar(share) + " " : ""
        line += "step \(step)/\(steps)  \(rate) pair-steps/s  \(left) left"
        if let d = mean(snapshot.discriminatorLosses), let g = mean(snapshot.generatorLosses) {
            line += "  d_loss \(rounded(d))  g_loss \(rounded(g))"
        }
        if let cost = measuringCost(snapshot) { line += "  \(cost.text)" }
        if snapshot.rewinds > 0 { line += "  \(counted(snapshot.rewinds, "rewind"))" }
        return line
    }

    /// The share of all threads' time that measuring took, with what took most of it.
    private func measuringCost(_ snapshot: RunProgress.Snapshot) -> (share: Double, text: String)? {
        guard snapshot.seconds > 0, !snapshot.measuring.isEmpty else { return nil }
        let whole = snapshot.seconds * Double(workers) * 1e9
        func percent(_ nanoseconds: UInt64) -> String {
            let tenths = Int((Double(nanoseconds) / whole * 1000).rounded())
            return "\(tenths / 10).\(tenths % 10) %"
        }
        let sum = snapshot.measuring.values.reduce(0, +)
        let costs = snapshot.measuring.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let largest = costs.prefix(2).map { "\($0.key) \(percent($0.value))" }
        return (
            Double(sum) / whole,
            "measuring \(percent(sum)) (\(largest.joined(separator: ", ")))"
        )
    }

    /// Says once that measuring takes more of the time than `evaluate.time_budget`, and what to do.
    private func noteBudget() {
        let plan = session.plan
        guard !hasNotedBudget, let budget = plan.timeBudget,
            let cost = measuringCost(session.run.progress.snapshot), cost.share > budget,
            session.run.progress.snapshot.seconds > Self.secondsBeforeBudget
        else { return }
        hasNotedBudget = true
        let times = cost.share * (1 - budget) / max(budget * (1 - cost.share), 1e-6)
        let every =
            plan.evaluation == nil ? plan.populationEvaluation?.every ?? 0 : plan.evaluateEvery
        say(
            "\(cost.text): more than evaluate.time_budget = \(budget); evaluate every "
                + "\(Int(min(Double(every) * times, 1e9).rounded(.up))) steps or so "
                + "instead of every \(every), or fewer samples")
    }

    /// Shares of less time than this say nothing.
    private static let secondsBeforeBudget = 5.0

    /// Steps per second since about two seconds ago, or since the start.
    private func measureRate(_ step: Int, _ now: UInt64) {
        if recentTime == 0 {
            (recentStep, recentTime) = (
                session.startStep, session.run.progress.snapshot.firstTime
            )
        }
        let seconds = Double(now - recentTime) * 1e-9
        guard seconds >= 2 else { return }
        recentRate = Double(step - recentStep) / seconds
        (recentStep, recentTime) = (step, now)
    }

    private func mean(_ values: [Float]) -> Double? {
        values.isEmpty ? nil : values.reduce(0) { $0 + Double($1) } / Double(values.count)
    }

    /// What the run came to, on standard output.
    func summarize() {
        guard !isQuiet else { return }
        let (run, plan) = (session.run, session.plan)
        let snapshot = run.progress.snapshot
        print(
            "finished: \(counted(plan.steps, "step")) of \(counted(plan.population.pairs, "pair"))"
                + " in \(durationText(snapshot.seconds)) (\(Int(session.pairStepsPerSecond)) "
                + "pair-steps/s), \(counted(run.lineage.swapCount, "swap"))"
                + (plan.failure.response == .rewind
                    ? ", \(counted(snapshot.rewinds, "rewind"))" : ""))
        print("log:      \(session.directory)/run.h5")
        printMetrics()
    }

    /// The last evaluation of each member, above what a perfect sampler has: "perfect (1500)" where
    /// only so many real examples are left to stand for its samples.
    private func printMetrics() {
        let (run, plan) = (session.run, session.plan)
        guard let evaluation = plan.evaluation, !run.finalMetrics.isEmpty else { return }
        var rows = [["pair"] + evaluation.columns.map(\.name)]
        for (pair, values) in run.finalMetrics.enumerated() {
            rows.append(["\(plan.population.firstMember + pair)"] + values.map(rounded))
        }
        if let evaluation = run.evaluation {
            let size = evaluation.smallerSecondSample.map { " (\($0))" } ?? ""
            rows.append(["perfect" + size] + evaluation.perfect.map(rounded))
        }
        for row in rows {
            print(
                zip(row, rows[0]).map { cell, name in
                    let width = max(16, name.count + 2)
                    return cell + String(repeating: " ", count: max(1, width - cell.count))
                }.joined())
        }
        for (column, meaning) in zip(evaluation.columns, evaluation.meanings) {
            print("\(column.name): \(meaning)")
        }
    }

    private func rounded(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "\(value)" }
        let scaled = Int((abs(value) * 10_000).rounded())
        let decimals = String(scaled % 10_000)
        let zeros = String(repeating: "0", count: 4 - decimals.count)
        return (value < 0 ? "-" : "") + "\(scaled / 10_000).\(zeros)\(decimals)"
    }
}
