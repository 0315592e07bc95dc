import FileFormats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Which process writes a run.
package struct RunWriter: Equatable, Sendable {
    /// Name of its machine.
    package var host: String
    package var pid: Int32
    /// Tells it from a later process of the same number; nil where the system does not say.
    package var startTicks: Int?

    package init(host: String, pid: Int32, startTicks: Int?) {
        self.host = host
        self.pid = pid
        self.startTicks = startTicks
    }

    /// What a `status.json` says.
    init?(_ json: JSONValue) {
        guard let host = json["host"]?.textValue,
            let pid = json["pid"]?.integerValue.flatMap(Int32.init(exactly:)), pid > 0
        else { return nil }
        self.init(host: host, pid: pid, startTicks: json["process_start_ticks"]?.integerValue)
    }

    /// This process.
    package static var current: RunWriter {
        RunWriter(host: thisHost, pid: getpid(), startTicks: startTicks(of: getpid()))
    }

    package static let thisHost: String = {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }()

    /// Whether the process exists; nil where it is one of another machine, of which nothing can be
    /// known here.
    package var isAlive: Bool? {
        guard host == Self.thisHost else { return nil }
        guard kill(pid, 0) == 0 || errno == EPERM else { return false }
        guard let startTicks, let present = Self.startTicks(of: pid) else { return true }
        return startTicks == present
    }

    /// When a process started, in clock ticks since the machine's start: field 22 of
    /// `/proc/PID/stat` (proc(5)). `nil` where there is no such file.
    private static func startTicks(of pid: Int32) -> Int? {
        guard let file = fopen("/proc/\(pid)/stat", "re") else { return nil }
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
