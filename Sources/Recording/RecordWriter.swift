import FileFormats
import Threads

/// What the writer thread does: the one place that touches the files of a running run.
///
/// Confined to that thread until it was joined.
final class RecordWriter: @unchecked Sendable {
    enum Kind {
        static let row: UInt32 = 1
        static let checkpointPart: UInt32 = 2
        static let order: UInt32 = 3
    }

    /// How long rows may wait: for the journal, to be seen by readers, to survive a power cut.
    private static let lookSeconds = 0.05
    private static let liveNanoseconds: UInt64 = 250_000_000
    private static let syncNanoseconds: UInt64 = 1_000_000_000

    private let directory: String
    private let queue: RecordQueue
    private let mailbox: RecordingMailbox
    private let journal: JournalWriter
    /// What an earlier process recorded.
    private var history: JournalHistory?
    private var live: LiveLog?
    private let statusFile: StatusFile
    private let retention: CheckpointRetention
    private var checkpoints: [Int: CheckpointFile] = [:]
    private var writtenState: RunState?
    private var lastFlush = MonotonicClock.nanoseconds
    private var lastSync = MonotonicClock.nanoseconds

    init(
        directory: String, schema: LogSchema, continuing journal: ContinuedJournal?,
        queue: RecordQueue, mailbox: RecordingMailbox, hasLiveLog: Bool,
        retention: CheckpointRetention
    ) throws {
        self.directory = directory
        self.queue = queue
        self.mailbox = mailbox
        self.retention = retention
        statusFile = StatusFile(path: RunDirectory.statusPath(directory))
        let path = RunDirectory.journalPath(directory)
        var present: JournalReader?
        if let journal {
            // Before the journal is cut: what stands behind the damage is in this log alone.
            let log = RunDirectory.logPath(directory)
            if journal.reader.tail == .damaged, InputFile.exists(log) {
                _ = try LogKeeping.keep(log)
            }
            self.journal = try JournalWriter(
                resuming: path, schema: schema, validBytes: journal.reader.validBytes,
                with: journal.resume)
            // What counts now is known to a reader that has seen the resume record.
            let reader = try JournalReader(path)
            history = try JournalHistory(reader)
            present = reader
        } else {
            self.journal = try JournalWriter(creating: path, schema: schema)
        }
        if hasLiveLog {
            let added = present?.schema.streams.dropFirst(schema.streams.count) ?? []
            live = try LiveLog.create(
                path: RunDirectory.logPath(directory), schema: schema.adding(Array(added)),
                rowsOf: present)
        }
    }

    /// Bytes of the journal; after the thread has ended.
    var journalBytes: Int { journal.writtenBytes }

    /// Serves the queue until it is closed and empty, then closes the files.
    func run() {
        while queue.takeAll(waitingSeconds: Self.lookSeconds, { handle($0, $1) }) {
            attempt { try journal.write() }
            attempt { try keepTime() }
        }
        attempt {
            try journal.write()
            try journal.sync()
            updateLive { try $0.close() }
        }
        journal.close()
        // An incomplete checkpoint goes with its temporary file.
        (checkpoints, live) = ([:], nil)
    }

    /// Runs `body` unless something has failed before. From the first failure on nothing is
    /// written; the queue is served on, so that nobody waits for ever.
    private func attempt(_ body: () throws -> Void) {
        guard mailbox.failure == nil else { return }
        do {
            try body()
        } catch {
            mailbox.fail(RecordingError(error, path: directory))
            live?.abandon()
            (checkpoints, live) = ([:], nil)
        }
    }

    private func handle(_ header: RecordQueue.Header, _ bytes: UnsafeRawBufferPointer) {
        switch header.kind {
        case Kind.row: attempt { try writeRow(Int(header.first), axis: header.second, bytes) }
        case Kind.checkpointPart:
            attempt {
                try writePart(
                    step: Int(header.first), tensor: Int(header.second),
                    offset: Int(header.third), bytes)
            }
        default: obey(header.first)
        }
    }

    private func writeRow(_ stream: Int, axis: Int64, _ values: UnsafeRawBufferPointer) throws {
        if try history?.contains(stream: stream, axis: axis, values: values) == true { return }
        try journal.append(stream: stream, axis: axis, payload: values)
        if live?.isFull(stream) == true { try flushLive() }
        live?.append(stream: stream, axis: axis, values: values)
    }

    /// The journal first: a reader sees no row that could be lost.
    private func flushLive() throws {
        try journal.write()
        updateLive { try $0.flush() }
        lastFlush = MonotonicClock.nanoseconds
    }

    /// From its first error on the live log is left as it is, and the run goes on: all that it
    /// says is in the journal, from which it is written anew at the end. A disk that is full or
    /// broken does end the run, at the journal.
    private func updateLive(_ body: (LiveLog) throws -> Void) {
        guard let live else { return }
        do {
            try body(live)
        } catch {
            mailbox.loseLiveLog(RecordingError(error, path: RunDirectory.logPath(directory)))
            live.abandon()
            self.live = nil
        }
    }

    private func writePart(
        step: Int, tensor: Int, offset: Int, _ bytes: UnsafeRawBufferPointer
    ) throws {
        guard let checkpoint = checkpoints[step] else {
            throw RecordingError(
                path: RunDirectory.checkpointPath(directory, step: step), operation: "write",
                reason: "a part came without a beginning")
        }
        try checkpoint.write(tensor: tensor, offset: offset, bytes)
        try commitIfComplete(checkpoint, step: step)
    }

    private func commitIfComplete(_ checkpoint: CheckpointFile, step: Int) throws {
        guard checkpoint.isComplete else { return }
        checkpoints[step] = nil
        // Rows first: a checkpoint is never ahead of the journal.
        try journal.write()
        try journal.sync()
        try checkpoint.commit()
        Checkpoints.removeSuperseded(in: directory, by: step, retention)
    }

    private func obey(_ number: Int64) {
        switch mailbox.take(number) {
        case .beginCheckpoint(let step, let layout):
            attempt {
                let path = RunDirectory.checkpointPath(directory, step: step)
                let checkpoint = try CheckpointFile(path: path, layout: layout)
                checkpoints[step] = checkpoint
                try commitIfComplete(checkpoint, step: step)
            }
        case .writeImage(let name, let picture):
            attempt {
                let path = RunDirectory.samplePath(directory, name: name)
                try AtomicFile.write(path: path, PNG.encode(picture))
            }
        case .drain:
            attempt {
                try journal.write()
                if live != nil { try flushLive() }
                try writeStatus()
            }
            mailbox.finishDrain(number)
        case nil: preconditionFailure("an order was taken twice")
        }
    }

    /// What is done by the clock.
    private func keepTime() throws {
        let now = MonotonicClock.nanoseconds
        if live != nil, now - lastFlush >= Self.liveNanoseconds { try flushLive() }
        if now - lastSync >= Self.syncNanoseconds {
            lastSync = now
            try journal.sync()
            try writeStatus()
        } else if mailbox.status?.state != writtenState {
            try writeStatus()
        }
    }

    /// A change of state must be in the file, or the run ends. A heartbeat is only a sign of life:
    /// where it cannot be written the older one stands, and a second later the next is due.
    private func writeStatus() throws {
        guard let status = mailbox.status else { return }
        let isChange = status.state != writtenState
        do {
            try statusFile.write(status, isDurable: isChange)
        } catch {
            if isChange { throw error }
        }
        writtenState = status.state
    }

    /// The last status of a run, after the thread has ended.
    func writeFinal(_ status: RunStatus) throws {
        try statusFile.write(status, isDurable: true)
    }
}
