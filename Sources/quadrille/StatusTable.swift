import Recording

/// What `status` prints: a summary of each sweep and, for each run, a line and remarks.
struct StatusTable {
    let sweeps: [SweepStatus]

    /// Everything, with the runs in the order of the plan.
    var lines: [String] {
        sweeps.flatMap { sweep in
            let width = stepWidth(sweep.runs)
            let rows = sweep.runs.flatMap { row($0, stepWidth: width) + remarks($0) }
            return summary(sweep) + (rows.isEmpty ? [] : [head(stepWidth: width)]) + rows
        }
    }

    var summaries: [String] { sweeps.flatMap(summary) }

    /// As much as fits a window, the runs that ask for attention first.
    func lines(height: Int, width: Int) -> [String] {
        guard !sweeps.isEmpty else { return [] }
        let lines = sweeps.flatMap { excerpt($0, height: height / sweeps.count) }
        return lines.prefix(height).map { String($0.prefix(width)) }
    }

    private func excerpt(_ sweep: SweepStatus, height: Int) -> [String] {
        let order: [RunState] = [.running, .failed, .stale, .interrupted, .pending, .finished]
        let runs = order.flatMap { state in sweep.runs.filter { $0.state == state } }
        let width = stepWidth(runs)
        var lines = summary(sweep) + [head(stepWidth: width)]
        for (index, run) in runs.enumerated() {
            let rows = row(run, stepWidth: width) + remarks(run)
            // The last line says how many runs there are besides.
            guard lines.count + rows.count < height else {
                return lines + ["    and \(counted(runs.count - index, "more run"))"]
            }
            lines += rows
        }
        return lines
    }

    private func summary(_ sweep: SweepStatus) -> [String] {
        var title = "\(sweep.directory): \(counted(sweep.runs.count, "run"))"
        if sweep.isPlanned {
            title += sweep.isActive ? ", the sweep is at work" : ", no local sweep is at work"
        }
        let states = RunState.allCases.filter { sweep.count($0) > 0 }
            .map { "\(sweep.count($0)) \($0.rawValue)" }
        var parts = states.isEmpty ? [] : [states.joined(separator: ", ")]
        if let progress = sweep.progress { parts.append("\(percent(progress)) done") }
        if sweep.pairStepsPerSecond > 0 {
            parts.append("\(whole(sweep.pairStepsPerSecond)) pair-steps/s")
        }
        if let seconds = sweep.secondsLeft { parts.append("\(durationText(seconds)) left") }
        let counts = parts.isEmpty ? [] : ["  " + parts.joined(separator: "; ")]
        return [title] + counts + sweep.notes.map { "  " + oneLine($0) }
    }

    // MARK: Runs

    private func head(stepWidth: Int) -> String {
        let step = aligned("step", stepWidth)
        return "  state        done  \(step)  pair-steps/s      left  run"
    }

    private func row(_ run: RunCondition, stepWidth: Int) -> [String] {
        let state = run.state.rawValue
        let blanks = String(repeating: " ", count: max(0, 11 - state.count))
        let share = run.steps > 0 ? percent(Double(run.step) / Double(run.steps)) : "-"
        let rate = run.state == .running ? whole(run.pairStepsPerSecond) : "-"
        let left = run.secondsLeft.map(durationText) ?? "-"
        let step = aligned(steps(run), stepWidth)
        let columns = [aligned(share, 6), step, aligned(rate, 12), aligned(left, 8), run.name]
        return ["  " + state + blanks + oneLine(columns.joined(separator: "  "))]
    }

    private func remarks(_ run: RunCondition) -> [String] {
        var remarks: [String] = []
        if run.isSilent, let silence = run.silence {
            remarks.append(
                "no sign of life for \(durationText(silence)): it is stopped, or its disk hangs")
        }
        if let queue = run.queue { remarks.append("queue: \(queue)") }
        if let error = run.error {
            let isStop = run.state == .interrupted
            remarks.append((isStop ? "" : "error: ") + error)
        }
        if run.attempts > 1 { remarks.append("\(run.attempts) attempts have ended") }
        return remarks.map { "    " + oneLine($0) }
    }

    private func stepWidth(_ runs: [RunCondition]) -> Int {
        max(4, runs.map { steps($0).count }.max() ?? 0)
    }

    private func steps(_ run: RunCondition) -> String {
        run.steps > 0 ? "\(run.step)/\(run.steps)" : "-"
    }

    // MARK: Text

    /// Rounded down: 100 % means all of it.
    private func percent(_ share: Double) -> String { "\(Int(share * 100))%" }

    private func whole(_ value: Double) -> String { "\(Int(min(value, 1e15)))" }

    private func aligned(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// A text of a file may hold anything; a terminal gets characters that stay on their line.
    private func oneLine(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 32 || $0 >= 127 }) else { return text }
        let scalars = text.unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control ? " " : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
