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
    package var pairStepsPerSecond: Double
    /// Why a run failed, in one line.
    package var reason: String?

    package init(
        state: RunState, step: Int, steps: Int, pairStepsPerSecond: Double = 0,
        reason: String? = nil
    ) {
        self.state = state
        self.step = step
        self.steps = steps
        self.pairStepsPerSecond = pairStepsPerSecond
        self.reason = reason
    }
}

extension RunStatus {
    /// What the `status.json` of a run says; nil where there is none that can be understood.
    package static func read(_ path: String) -> RunStatus? {
        guard let bytes = try? InputFile.read(path, limit: 1 << 20),
            let json = try? JSONValue(parsing: bytes, file: path),
            let state = json["state"]?.textValue.flatMap(RunState.init(rawValue:)),
            let step = json["step"]?.integerValue, let steps = json["steps"]?.integerValue
        else { return nil }
        return RunStatus(
            state: state, step: step, steps: steps, reason: json["reason"]?.textValue)
    }
}

/// Replaces `status.json`. For one thread.
///
/// The file names the writer by process id and start, so that a reader can tell a process of the
/// same number from it.
final class StatusFile {
    private let path: String
    private let startTicks = ProcessStart.ticks()

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
            "pair_steps_per_second": .number(status.pairStepsPerSecond),
            "heartbeat": .text(UTCTime.now()),
            "pid": .integer(Int(getpid())),
            "process_start_ticks": startTicks.map(JSONValue.integer) ?? .null,
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

enum ProcessStart {
    /// When this process started, in clock ticks since the machine's start: field 22 of
    /// `/proc/PID/stat` (proc(5)). `nil` where there is no such file.
    static func ticks() -> Int? {
        guard let file = fopen("/proc/self/stat", "re") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 2048)
        let count = fread(&bytes, 1, bytes.count, file)
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        // Field 2 is the name in parentheses and may hold blanks; field 3 follows the last one.
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.count > 19 ? Int(fields[19]) : nil
    }
}
