import FileFormats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where a run stands. `stale` is what a reader calls a running one whose process is gone.
package enum RunState: String, Sendable, CaseIterable {
    case pending, running, finished, failed, interrupted, stale
}

/// What `status.json` says of a run.
package struct RunStatus: Equatable, Sendable {
    package var state: RunState
    /// Steps that all pairs have done.
    package var step: Int
    package var steps: Int
    /// nil in the files of older programs.
    package var pairs: Int?
    /// Since this process began to train.
    package var pairStepsPerSecond: Double
    /// Why a run failed, in one line.
    package var reason: String?

    package init(
        state: RunState, step: Int, steps: Int, pairs: Int? = nil, pairStepsPerSecond: Double = 0,
        reason: String? = nil
    ) {
        self.state = state
        self.step = step
        self.steps = steps
        self.pairs = pairs
        self.pairStepsPerSecond = pairStepsPerSecond
        self.reason = reason
    }
}

/// A `status.json` as a reader finds it.
package struct RecordedStatus: Equatable, Sendable {
    package var status: RunStatus
    /// When it was written, in seconds since 1970; nil where that cannot be understood.
    package var heartbeat: Double?
    /// Who wrote it; nil in the files of older programs.
    package var writer: RunWriter?

    /// - Throws: `DataError` where the file cannot be read or says what no run writes.
    package init(contentsOf path: String) throws {
        let json = try JSONValue(parsing: InputFile.read(path, limit: 1 << 20), file: path)
        guard let state = json["state"]?.textValue.flatMap(RunState.init(rawValue:)),
            let step = json["step"]?.integerValue, let steps = json["steps"]?.integerValue,
            0 <= step, step <= steps
        else {
            throw DataError(file: path, "does not say how far a run is: it is no status of a run")
        }
        status = RunStatus(
            state: state, step: step, steps: steps,
            pairs: json["pairs"]?.integerValue.flatMap { $0 > 0 ? $0 : nil },
            pairStepsPerSecond: max(0, json["pair_steps_per_second"]?.numberValue ?? 0),
            reason: json["reason"]?.textValue)
        heartbeat = json["heartbeat"]?.textValue.flatMap(UTCTime.seconds)
        writer = RunWriter(json)
    }
}

extension RunStatus {
    /// What the `status.json` of a run says; nil where there is none that can be understood.
    package static func read(_ path: String) -> RunStatus? {
        try? RecordedStatus(contentsOf: path).status
    }
}

/// Replaces `status.json`. For one thread.
///
/// The file names its writer, so that a reader can tell whether that still lives.
final class StatusFile {
    private let path: String
    private let writer = RunWriter.current

    init(path: String) {
        self.path = path
    }

    /// - Parameter isDurable: whether the file shall survive a power cut: for changes of state,
    ///   not for each heartbeat.
    func write(_ status: RunStatus, isDurable: Bool) throws {
        let text = json(status).serialized(isIndented: true)
        try AtomicFile.write(path: path, text, isDurable: isDurable)
    }

    private func json(_ status: RunStatus) -> JSONValue {
        [
            "state": .text(status.state.rawValue),
            "step": .integer(status.step),
            "steps": .integer(status.steps),
            "pairs": status.pairs.map(JSONValue.integer) ?? .null,
            "pair_steps_per_second": .number(status.pairStepsPerSecond),
            "heartbeat": .text(UTCTime.now()),
            "host": .text(writer.host),
            "pid": .integer(Int(writer.pid)),
            "process_start_ticks": writer.startTicks.map(JSONValue.integer) ?? .null,
            "reason": status.reason.map(JSONValue.text) ?? .null,
        ]
    }
}

/// Wall-clock times as text.
package enum UTCTime {
    /// ISO 8601 with milliseconds: "2026-11-21T09:30:05.250Z".
    package static func now() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return text(seconds: Int(time.tv_sec), milliseconds: Int(time.tv_nsec) / 1_000_000)
    }

    /// Seconds since 1970.
    static func secondsNow() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Seconds since 1970 of what `now` returns.
    static func seconds(_ text: String) -> Double? {
        let fields = text.split { "-T:.Z".contains($0) }.compactMap { Int32($0) }
        guard fields.count == 7, text.utf8.count == 24 else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (fields[0] - 1900, fields[1] - 1, fields[2])
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (fields[3], fields[4], fields[5])
        return Double(timegm(&parts)) + Double(fields[6]) * 1e-3
    }

    static func text(seconds: Int, milliseconds: Int) -> String {
        var seconds = time_t(seconds)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func padded(_ value: Int, _ width: Int) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let year = padded(Int(parts.tm_year) + 1900, 4)
        let fields = [parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec]
            .map { padded(Int($0), 2) }
        return "\(year)-\(fields[0])-\(fields[1])T\(fields[2]):\(fields[3]):\(fields[4])"
            + ".\(padded(milliseconds, 3))Z"
    }
}
