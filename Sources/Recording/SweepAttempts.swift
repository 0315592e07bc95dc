import FileFormats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How one attempt at a run of a sweep ended: one line of `attempts.jsonl`.
package struct SweepAttempt: Equatable, Sendable {
    /// The name of the run.
    package var run: String
    /// From 1, over all times that the sweep was started.
    package var attempt: Int
    /// ISO 8601, UTC.
    package var started: String
    package var ended: String
    package var seconds: Double
    /// nil where a signal ended the process.
    package var exitCode: Int?
    /// The number of that signal.
    package var signal: Int?
    /// `finished`, `failed` or `interrupted`.
    package var state: RunState
    /// Why it ended so, in one line; empty for a finished run.
    package var cause: String
    /// The end of what the process wrote.
    package var lastLines: [String]

    package init(
        run: String, attempt: Int, started: String, ended: String, seconds: Double,
        exitCode: Int?, signal: Int?, state: RunState, cause: String, lastLines: [String]
    ) {
        self.run = run
        self.attempt = attempt
        self.started = started
        self.ended = ended
        self.seconds = seconds
        self.exitCode = exitCode
        self.signal = signal
        self.state = state
        self.cause = cause
        self.lastLines = lastLines
    }
}

/// What `attempts.jsonl` of a sweep tells: every ended attempt at a run, in the order of the ends.
package struct SweepAttempts: Equatable, Sendable {
    package private(set) var attempts: [SweepAttempt] = []
    /// Lines that are no attempt: cut short by a kill, or written by somebody else.
    package private(set) var unreadableLines = 0

    private static let largestFile = 1 << 30

    /// - Throws: `DataError` where the file is there and cannot be read. Without one nothing has
    ///   ended yet.
    package init(contentsOf path: String) throws {
        guard InputFile.exists(path) else { return }
        let bytes = try InputFile.read(path, limit: Self.largestFile)
        // What follows the last line feed is being written, or never was to its end.
        guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return }
        for line in bytes[..<end].split(separator: UInt8(ascii: "\n")) {
            let json = try? JSONValue(parsing: Array(line), file: path)
            if let attempt = json.flatMap(SweepAttempt.init) {
                attempts.append(attempt)
            } else {
                unreadableLines += 1
            }
        }
    }

    /// The attempts at each run.
    package var byRun: [String: [SweepAttempt]] { Dictionary(grouping: attempts, by: \.run) }

    /// Adds one line, whole or not at all, also where several processes add some.
    ///
    /// - Throws: `RecordingError`.
    package static func append(_ attempt: SweepAttempt, to path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw RecordingError(path: path, operation: "open", code: errno)
        }
        // Closing gives the lock back. Where there are no locks, lines are short enough.
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
        let size = lseek(descriptor, 0, SEEK_END)
        var line = Array((attempt.json.serialized() + "\n").utf8)
        if size > 0, !endsWithLineFeed(descriptor, size) { line.insert(UInt8(ascii: "\n"), at: 0) }
        var written = 0
        while written < line.count {
            let count = line[written...].withUnsafeBytes {
                write(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                written += count
            } else if count == 0 || errno != EINTR {
                let code = count == 0 ? EIO : errno
                ftruncate(descriptor, size)
                throw RecordingError(path: path, operation: "append to", code: code)
            }
        }
    }

    private static func endsWithLineFeed(_ descriptor: Int32, _ size: off_t) -> Bool {
        var last: UInt8 = 0
        return pread(descriptor, &last, 1, size - 1) == 1 && last == UInt8(ascii: "\n")
    }
}

extension SweepAttempt {
    fileprivate var json: JSONValue {
        [
            "run": .text(run), "attempt": .integer(attempt), "started": .text(started),
            "ended": .text(ended), "seconds": .number(seconds),
            "exit_code": exitCode.map(JSONValue.integer) ?? .null,
            "signal": signal.map(JSONValue.integer) ?? .null, "state": .text(state.rawValue),
            "cause": .text(cause), "last_lines": .array(lastLines.map(JSONValue.text)),
        ]
    }

    fileprivate init?(_ json: JSONValue) {
        guard let run = json["run"]?.textValue,
            let attempt = json["attempt"]?.integerValue, attempt > 0,
            let started = json["started"]?.textValue, let ended = json["ended"]?.textValue,
            let seconds = json["seconds"]?.numberValue,
            let state = json["state"]?.textValue.flatMap(RunState.init(rawValue:)),
            let cause = json["cause"]?.textValue, let lines = json["last_lines"]?.arrayValue
        else { return nil }
        self.init(
            run: run, attempt: attempt, started: started, ended: ended, seconds: seconds,
            exitCode: json["exit_code"]?.integerValue, signal: json["signal"]?.integerValue,
            state: state, cause: cause, lastLines: lines.compactMap(\.textValue))
    }
}
