import FileFormats

extension SweepStatus {
    /// Everything as a JSON object; what nobody knows is `null`.
    package var json: JSONValue {
        var states = JSONObject()
        for state in RunState.allCases { states[state.rawValue] = .integer(count(state)) }
        return [
            "folder": .text(directory), "planned": .boolean(isPlanned),
            "active": .boolean(isActive), "states": .object(states),
            "progress": number(progress), "pair_steps_per_second": .number(pairStepsPerSecond),
            "seconds_left": number(secondsLeft), "notes": .array(notes.map(JSONValue.text)),
            "runs": .array(runs.map(\.json)),
        ]
    }
}

extension RunCondition {
    fileprivate var json: JSONValue {
        [
            "run": .text(name), "state": .text(state.rawValue), "planned": .boolean(isPlanned),
            "step": .integer(step), "steps": .integer(steps),
            "pairs": pairs.map(JSONValue.integer) ?? .null,
            "pair_steps_per_second": .number(pairStepsPerSecond),
            "seconds_left": number(secondsLeft), "silence": number(silence),
            "attempts": .integer(attempts), "queue": queue.map(JSONValue.text) ?? .null,
            "error": error.map(JSONValue.text) ?? .null,
        ]
    }
}

private func number(_ value: Double?) -> JSONValue { value.map(JSONValue.number) ?? .null }
