import FileFormats
import Recording
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The part of the crash tests that runs in a child process: a run that is killed, or whose disk
/// is full. In the process of the tests it does nothing.
@Suite struct CrashSubject {
    static let variable = "QUADRILLE_CRASH_SUBJECT"

    /// "kill FOLDER", "limit FOLDER" or "live FOLDER".
    @Test(.enabled(if: getenv(CrashSubject.variable) != nil)) func subject() throws {
        let task = String(cString: getenv(Self.variable))
        let folder = String(task.drop { $0 != " " }.dropFirst())
        if task.hasPrefix("kill ") {
            try recordUntilKilled(folder)
        } else if task.hasPrefix("live ") {
            try recordWithoutLiveLog(folder)
        } else {
            for limit in stride(from: 2_000, through: 400_000, by: 18_000) {
                try recordUntilLimit(folder + "/\(limit)", limit: limit)
            }
        }
    }

    private func recordUntilKilled(_ run: String) throws -> Never {
        let sample = SampleRun()
        let recorder = try RunRecorder(directory: run, schema: sample.schema)
        let report = open(run + "/acknowledged", O_WRONLY | O_CREAT, 0o666)
        var row = 0
        while true {
            for _ in 0..<40 {
                row += 1
                for stream in sample.schema.streams.indices {
                    sample.row(stream: stream, row).withUnsafeBytes {
                        recorder.append(stream: stream, axis: Int64(row), payload: $0)
                    }
                }
            }
            try recorder.drain()
            var acknowledged = Int64(row)
            pwrite(report, &acknowledged, 8, 0)
        }
    }

    /// A limit on the size of files stands in for a full disk. Expects a failure and no crash.
    private func recordUntilLimit(_ run: String, limit: Int) throws {
        defer { limitFiles(nil) }
        try RunDirectory.create(path: run, overwrite: false)
        limitFiles(limit)
        let sample = SampleRun()
        do {
            let recorder = try RunRecorder(directory: run, schema: sample.schema)
            while recorder.failure == nil { sample.record(50, with: recorder) }
            try recorder.finish(state: .finished)
            exit(3)
        } catch let error as RecordingError {
            guard error.reason.contains("File too large") else { exit(4) }
        }
    }

    /// `run.h5` has no room for a row while the journal has.
    private func recordWithoutLiveLog(_ run: String) throws {
        let sample = SampleRun()
        let recorder = try RunRecorder(directory: run, schema: sample.schema)
        limitFiles(try InputFile.read(run + "/run.h5").count)
        sample.record(10, with: recorder)
        try recorder.drain()
        limitFiles(nil)
        let failure = try #require(recorder.liveLogFailure)
        #expect(failure.path == run + "/run.h5")
        #expect(failure.reason == "file write failed: File too large")
        sample.record(300, with: recorder)
        try recorder.finish(state: .finished)
        let log = try LogContents(run + "/run.h5", schema: sample.schema)
        #expect(log.tables.allSatisfy { $0.axis.count == 310 })
    }

    /// The largest size that files may have from now on; `nil` for any.
    private func limitFiles(_ bytes: Int?) {
        signal(SIGXFSZ, SIG_IGN)
        var limits = rlimit()
        getrlimit(limitResource, &limits)
        limits.rlim_cur = bytes.map { rlim_t($0) } ?? limits.rlim_max
        setrlimit(limitResource, &limits)
    }

    #if canImport(Glibc)
        private let limitResource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    #else
        private let limitResource = RLIMIT_FSIZE
    #endif
}

struct CrashTests {
    private let folder = TemporaryFolder()
    private let sample = SampleRun()

    @Test func killedRunsKeepEveryAcknowledgedRow() throws {
        for cycle in 0..<6 {
            let run = folder.path + "/run-\(cycle)"
            try RunDirectory.create(path: run, overwrite: false)
            let child = try start("kill \(run)")
            waitUntil { acknowledgedRows(run) > 0 }
            sleepMilliseconds(UInt32(10 + 17 * cycle))
            kill(child, SIGKILL)
            var status: Int32 = 0
            waitpid(child, &status, 0)
            let acknowledged = acknowledgedRows(run)
            try #require(acknowledged > 0)
            let summary = try recoverLog(directory: run)
            let log = try LogContents(run + "/run.h5", schema: sample.schema)
            for (stream, table) in log.tables.enumerated() {
                #expect(table.axis.count >= acknowledged)
                #expect(table.axis == (0..<table.axis.count).map { Int64($0 + 1) })
                for index in table.axis.indices {
                    #expect(table.row(index) == sample.row(stream: stream, index + 1))
                }
                #expect(summary.streams[stream].rows == table.axis.count)
            }
        }
    }

    @Test func fullDiskEndsInAnErrorAndKeepsThePrefix() throws {
        let child = try start("limit \(folder.path)")
        var status: Int32 = -1
        waitpid(child, &status, 0)
        #expect(status == 0, "the child crashed, did not fail, or failed for another reason")
        var recovered = 0
        for limit in contents(of: folder.path) {
            let run = folder.path + "/" + limit
            // The smallest limits leave no room for the header.
            guard let journal = try? journalRows(run + "/journal") else { continue }
            #expect(!journal.reader.hasTornTail)
            for (index, row) in journal.rows.enumerated() {
                #expect(row.axis == Int64(index / 3 % 50 + 1))
                #expect(row.values == sample.row(stream: row.stream, Int(row.axis)))
            }
            let summary = try recoverLog(directory: run)
            #expect(summary.streams.reduce(0) { $0 + $1.rows } == journal.rows.count)
            recovered += journal.rows.isEmpty ? 0 : 1
        }
        #expect(recovered > 5)
    }

    @Test func aRunGoesOnWithoutItsLiveLog() throws {
        let run = folder.path + "/run"
        try RunDirectory.create(path: run, overwrite: false)
        var status: Int32 = -1
        waitpid(try start("live \(run)"), &status, 0)
        #expect(status == 0, "an expectation of the child failed")
        #expect(RunStatus.read(run + "/status.json")?.state == .finished)
    }

    private func acknowledgedRows(_ run: String) -> Int {
        guard let bytes = try? InputFile.read(run + "/acknowledged"), bytes.count == 8 else {
            return 0
        }
        return bytes.withUnsafeBytes { Int($0.load(as: Int64.self)) }
    }

    /// Starts this test program once more, with nothing but the subject to run.
    private func start(_ task: String) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for stream: Int32 in [1, 2] {
            posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0)
        }
        let arguments = [
            CommandLine.arguments[0], "--testing-library", "swift-testing", "--filter",
            "CrashSubject",
        ]
        var argumentPointers = arguments.map { strdup($0) } + [nil]
        var environmentPointers: [UnsafeMutablePointer<CChar>?] = [
            strdup("\(CrashSubject.variable)=\(task)"),
            strdup("PATH=" + String(cString: getenv("PATH"))),
            // After a failed write libhdf5 forgets a buffer; where leaks are looked for, that is
            // no failure of these tests.
            strdup("ASAN_OPTIONS=detect_leaks=0"), nil,
        ]
        defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }
        var child: pid_t = 0
        let status = posix_spawn(
            &child, "/proc/self/exe", &actions, nil, &argumentPointers, &environmentPointers)
        try #require(status == 0)
        return child
    }
}
