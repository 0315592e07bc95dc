import FileFormats
import Synchronization
import Threads

/// Records a run: trainers hand over bytes, one writer thread puts them into files.
///
/// Every method may be called from any thread. Calls copy what they are given and return; they
/// wait only while the bounded queue is full. An error of the writer does not reach the callers:
/// it stays in `failure`, which trainers look at between rounds.
///
/// A row is *acknowledged* when it is in the journal: at the latest 50 ms after `append`, or when
/// `drain()` has returned. It survives the process from then on.
package final class RunRecorder: Sendable {
    package let directory: String
    package let schema: LogSchema
    /// Whether `run.h5` can be read while the run goes on, until `liveLogFailure`; false on network
    /// file systems.
    package let hasLiveLog: Bool
    private let rowBytes: [Int]
    private let queue: RecordQueue
    private let mailbox: RecordingMailbox
    private let writer: RecordWriter
    private let thread: SystemThread
    private let isStopped = Atomic<Bool>(false)

    /// Parts of a checkpoint pass through the queue in pieces of at most this size.
    private static let largestPiece = 1 << 18

    /// Creates the journal and the live log in a folder made ready by `RunDirectory`, or goes on
    /// with those of an earlier process.
    ///
    /// - Parameters:
    ///   - journal: what an earlier process left; rows that it has are compared, not added again.
    ///   - queueCapacityBytes: bytes on their way to the writer; raised to four of the largest row.
    ///   - liveLog: whether to keep a log that others can read meanwhile, where that is safe.
    ///   - retention: which checkpoints stay when a newer one is complete.
    /// - Throws: `RecordingError`.
    package init(
        directory: String, schema: LogSchema, continuing journal: ContinuedJournal? = nil,
        queueCapacityBytes: Int = 16 << 20, liveLog: Bool = true,
        retention: CheckpointRetention = .all
    ) throws {
        self.directory = directory
        self.schema = schema
        hasLiveLog = liveLog && FileSystemKind.of(directory) == .local
        rowBytes = schema.streams.map { schema.rowByteCount(of: $0) }
        queue = RecordQueue(
            capacity: queueCapacityBytes, largestRecord: max(rowBytes.max() ?? 0, 4096))
        mailbox = RecordingMailbox(capacity: queue.capacity)
        do {
            writer = try RecordWriter(
                directory: directory, schema: schema, continuing: journal, queue: queue,
                mailbox: mailbox, hasLiveLog: hasLiveLog, retention: retention)
        } catch {
            throw RecordingError(error, path: directory)
        }
        thread = SystemThread { [writer] in writer.run() }
    }

    deinit {
        stop()
    }

    /// Adds a row to a stream.
    ///
    /// - Parameters:
    ///   - stream: index into the schema's streams.
    ///   - axis: the row's coordinate, a step or an event number.
    ///   - payload: the columns in the schema's order, each a scalar or one value per member.
    package func append(stream: Int, axis: Int64, payload: UnsafeRawBufferPointer) {
        precondition(payload.count == rowBytes[stream], "size of a row of stream \(stream)")
        let header = RecordQueue.Header(
            kind: RecordWriter.Kind.row, byteCount: payload.count, first: Int64(stream),
            second: axis)
        queue.push(header, payload, isUrgent: false)
    }

    /// Starts the checkpoint of a step; several may be open.
    package func beginCheckpoint(step: Int, layout: SafetensorsLayout) {
        give(.beginCheckpoint(step: step, layout: layout))
    }

    /// Adds a whole tensor to the checkpoint of a step that was begun; the last one completes it.
    ///
    /// A checkpoint that lacks a tensor when the run ends is removed.
    package func writeCheckpointPart(
        step: Int, tensorIndex: Int, bytes: UnsafeRawBufferPointer
    ) {
        let piece = min(Self.largestPiece, queue.largestRecord)
        var offset = 0
        while offset < bytes.count {
            let end = min(offset + piece, bytes.count)
            let header = RecordQueue.Header(
                kind: RecordWriter.Kind.checkpointPart, byteCount: end - offset,
                first: Int64(step), second: Int64(tensorIndex), third: Int64(offset))
            queue.push(
                header, UnsafeRawBufferPointer(rebasing: bytes[offset..<end]),
                isUrgent: end == bytes.count)
            offset = end
        }
    }

    /// Writes `samples/NAME.png`.
    package func writeImage(name: String, image: Picture) {
        precondition(!name.contains("/"), "a name of a sample, not a path")
        give(.writeImage(name: name, picture: image))
    }

    /// What `status.json` says from now on: written at once where the state changes, and once a
    /// second with a new heartbeat.
    package func setStatus(_ status: RunStatus) {
        if mailbox.setStatus(status) { queue.wake() }
    }

    /// The first error of the writer thread. Nothing has been written since.
    package var failure: RecordingError? { mailbox.failure }

    /// Why `run.h5` is not updated any more while the run goes on; it is complete after `finish`.
    package var liveLogFailure: RecordingError? { mailbox.liveLogFailure }

    /// Waits until everything given so far is in the files.
    ///
    /// - Throws: `failure`.
    package func drain() throws {
        mailbox.waitForDrain(give(.drain))
        if let failure { throw failure }
    }

    /// Ends the recording: everything given so far is written, `run.h5` is rebuilt from the
    /// journal, compressed and complete, and `status.json` says `state`.
    ///
    /// Call it once, after the last call of any other method.
    ///
    /// - Throws: `failure`, or what went wrong now; the journal keeps every acknowledged row.
    package func finish(state: RunState, reason: String? = nil) throws {
        stop()
        var status = mailbox.status ?? RunStatus(state: state, step: 0, steps: 0)
        (status.state, status.reason) = (state, reason)
        do {
            if let failure { throw failure }
            let reader = try JournalReader(RunDirectory.journalPath(directory))
            guard reader.validBytes == writer.journalBytes else {
                throw RecordingError(
                    path: reader.path, operation: "finish the log",
                    reason: "the journal was damaged while the run went on: "
                        + "\(reader.validBytes) of \(writer.journalBytes) bytes are good")
            }
            _ = try rebuildLog(from: reader, to: RunDirectory.logPath(directory))
            try RunDirectory.restoreTexts(directory: directory, of: schema)
            try writer.writeFinal(status)
        } catch {
            let error = RecordingError(error, path: directory)
            (status.state, status.reason) = (.failed, "\(error)")
            // The disk may be full: then the old status stays, and its heartbeat goes stale.
            try? writer.writeFinal(status)
            throw error
        }
    }

    private func stop() {
        guard !isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
        queue.close()
        thread.join()
    }

    @discardableResult
    private func give(_ order: RecordingMailbox.Order) -> Int64 {
        let number = mailbox.add(order)
        let header = RecordQueue.Header(
            kind: RecordWriter.Kind.order, byteCount: 0, first: number)
        queue.push(header, UnsafeRawBufferPointer(start: nil, count: 0), isUrgent: true)
        return number
    }
}
