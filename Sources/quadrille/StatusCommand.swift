import ArgumentParser
import Experiment
import FileFormats
import Recording
import Threads

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Says how runs stand: state, progress, rate, time left and last error.",
        discussion: """
            Everything is read from the files of the runs; nothing is started or changed. A run \
            whose process is gone is stale, and `sweep` or `run --resume` goes on with it. One \
            whose process lives but says nothing is running, with a word on its silence.
            """)

    @Argument(
        help: ArgumentHelp(
            "The folder of all results, of a sweep or of one run.", valueName: "folder"),
        completion: .directory)
    var folder = "results"

    @Flag(help: "Look again and again, until nothing is running.")
    var watch = false

    @Flag(help: "One JSON document for a program to read.")
    var json = false

    func validate() throws {
        guard !(json && watch) else {
            throw ValidationError("--json prints one document, --watch many: choose one of them")
        }
    }

    func run() throws {
        try reportingErrors {
            if watch { return try follow() }
            let sweeps = try look()
            if json {
                print(
                    JSONValue.array(sweeps.map(\.json)).serialized(isIndented: true), terminator: ""
                )
            } else {
                for line in StatusTable(sweeps: sweeps).lines { print(line) }
            }
        }
    }

    private func look() throws -> [SweepStatus] {
        var sweeps = try SweepStatus.read(folder)
        for index in sweeps.indices { sweeps[index].addQueue() }
        return sweeps
    }

    private static let secondsBetweenLooks = 1.0
    private static let secondsBetweenPlainLooks = 10.0
    /// Looking at many thousand runs shall not take a tenth of the time of a core.
    private static let pausePerLook = 10.0

    private func follow() throws {
        let display = WatchDisplay()
        while true {
            let start = MonotonicClock.nanoseconds
            let sweeps = try look()
            display.show(StatusTable(sweeps: sweeps))
            if sweeps.allSatisfy(\.isAtRest) { return }
            let seconds = Double(MonotonicClock.nanoseconds - start) * 1e-9
            let pause = max(
                display.isTerminal ? Self.secondsBetweenLooks : Self.secondsBetweenPlainLooks,
                seconds * Self.pausePerLook)
            usleep(UInt32(pause * 1e6))
        }
    }
}

/// A table that is replaced in place on a terminal; elsewhere summaries follow each other.
private final class WatchDisplay {
    let isTerminal = isatty(STDOUT_FILENO) == 1
    private var shownLines = 0

    func show(_ table: StatusTable) {
        if isTerminal {
            let (height, width) = windowSize
            let lines = table.lines(height: height - 1, width: width)
            let back = shownLines > 0 ? "\u{1B}[\(shownLines)A" : ""
            // To the first of the old lines; each line clears its rest, the last all below.
            print(
                "\r\(back)" + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J", terminator: "")
            shownLines = lines.count
        } else {
            for line in table.summaries { print(line) }
        }
        flushOutput()
    }

    private var windowSize: (height: Int, width: Int) {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 2, size.ws_col > 0
        else { return (24, 80) }
        return (Int(size.ws_row), Int(size.ws_col))
    }
}
