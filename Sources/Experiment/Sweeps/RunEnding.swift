import FileFormats
import Recording

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How an attempt at a run ended, and why, from its exit code or signal, its `status.json` and the
/// end of its output.
package struct RunEnding: Equatable {
    package let state: RunState
    /// In one line; empty for a finished run.
    package let cause: String
    /// Whether another attempt may mend it: a crash, a signal or a full disk, but no divergence
    /// and no bad input.
    package let mayPass: Bool

    private init(_ state: RunState, _ cause: String, mayPass: Bool = false) {
        self.state = state
        self.cause = cause
        self.mayPass = mayPass
    }

    /// - Parameters:
    ///   - status: what the run's `status.json` says; nil where there is none.
    ///   - wasStopped: whether we asked it to end.
    ///   - ranOutOfMemory: whether the system killed somebody meanwhile to get memory.
    package init(
        _ end: ProcessEnd, status: RunStatus?, lastLines: [String], wasStopped: Bool,
        ranOutOfMemory: Bool
    ) {
        switch end {
        case .exit(let code):
            self.init(code: code, status: status, lastLines: lastLines)
        case .signal(let number):
            if wasStopped, number == Int(SIGTERM) {
                self.init(.interrupted, "stopped before it began")
            } else if ranOutOfMemory, number == Int(SIGKILL) {
                self.init(
                    .failed,
                    "out of memory: the system killed it (SIGKILL); fewer --jobs, fewer "
                        + "pairs or smaller batches need less", mayPass: true)
            } else {
                self.init(.failed, Self.describe(signal: number), mayPass: true)
            }
        }
    }

    private init(code: Int, status: RunStatus?, lastLines: [String]) {
        let reason = status?.state == .failed ? status?.reason : nil
        let said = lastLines.last { $0.hasPrefix("error: ") }.map { String($0.dropFirst(7)) }
        let words = said ?? reason ?? lastLines.last ?? "it said nothing"
        switch code {
        case 0 where status?.state == .finished: self.init(.finished, "")
        case 0:
            let found = status.map { "says \($0.state.rawValue)" } ?? "is missing"
            self.init(.failed, "ended without a final state: status.json \(found)", mayPass: true)
        case 1: self.init(.failed, "training failed: \(words)")
        case 64: self.init(.failed, "bad experiment: \(words)")
        case 65: self.init(.failed, "unreadable data: \(words)")
        case 74: self.init(.failed, "could not write: \(words)", mayPass: true)
        case 130: self.init(.interrupted, reason ?? "stopped; its state is saved")
        default: self.init(.failed, "exit code \(code): \(words)", mayPass: true)
        }
    }

    /// An attempt that did not come to be a process.
    static func notStarted(_ error: any Error) -> RunEnding {
        RunEnding(.failed, "could not start: \(error)", mayPass: true)
    }

    private static let signalNames: [Int32: (name: String, meaning: String)] = [
        SIGHUP: ("SIGHUP", "its terminal was closed"), SIGINT: ("SIGINT", "interrupted"),
        SIGQUIT: ("SIGQUIT", "quit"), SIGILL: ("SIGILL", "trap: a check of the program failed"),
        SIGTRAP: ("SIGTRAP", "trap: a check of the program failed"),
        SIGABRT: ("SIGABRT", "aborted"), SIGBUS: ("SIGBUS", "crash: a file it had mapped shrank"),
        SIGFPE: ("SIGFPE", "crash: arithmetic"), SIGKILL: ("SIGKILL", "killed"),
        SIGSEGV: ("SIGSEGV", "crash: wrong address"), SIGTERM: ("SIGTERM", "terminated"),
        SIGXCPU: ("SIGXCPU", "over its limit of processor time"),
    ]

    private static func describe(signal: Int) -> String {
        guard let (name, meaning) = signalNames[Int32(signal)] else { return "signal \(signal)" }
        return "\(meaning) (\(name))"
    }
}

/// Notices that the system kills processes to get memory back.
package struct MemoryKills {
    /// Reads how often it has done so.
    private let read: () -> Int
    private var noted: Int

    package init(read: @escaping () -> Int) {
        self.read = read
        noted = read()
    }

    /// `oom_kill` of the machine (proc(5), vmstat), which counts those of control groups as well;
    /// where there is no such file, nobody is ever found to be killed.
    init() {
        self.init { MemoryKills.count(in: (try? readSystemFile("/proc/vmstat")) ?? "") }
    }

    /// Whether somebody was killed whom no earlier call has reported.
    package mutating func take() -> Bool {
        guard read() > noted else { return false }
        noted += 1
        return true
    }

    package static func count(in text: String) -> Int {
        let line = text.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
        return line.flatMap { Int($0.dropFirst("oom_kill ".count)) } ?? 0
    }
}
