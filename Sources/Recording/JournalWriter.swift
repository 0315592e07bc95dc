import FileFormats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Appends records to the journal, the truth about a run.
///
/// Records collect in a buffer; `write()` hands them to the system in one call. When that returned
/// they survive the process, and a power cut after `sync()`. A write that fails half-way is cut
/// away again. Whoever writes holds the `RunLock` of the folder. For one thread.
package final class JournalWriter {
    package let path: String
    /// -1 once closed.
    private var descriptor: Int32
    private let buffer: UnsafeMutableRawBufferPointer
    private var buffered = 0
    /// Bytes of the file that hold whole records.
    package private(set) var writtenBytes = 0
    private var needsSync = false

    private static let bufferBytes = 1 << 18

    /// Creates the journal of a new run and makes its header durable.
    ///
    /// - Throws: `RecordingError`, also where the file exists.
    package init(creating path: String, schema: LogSchema) throws {
        let header = Array(schema.serialized().utf8)
        try Self.checkSize(header, path)
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw RecordingError(path: path, operation: "create", code: errno)
        }
        self.path = path
        buffer = Self.buffer(for: schema, text: header.count)
        append(JournalRecord.Kind.header, text: header)
        try write()
        try sync()
    }

    /// Goes on with the journal of an earlier process: behind its first `validBytes` bytes, which
    /// are whole records, it is cut; then `resume` is added and made durable.
    ///
    /// - Throws: `RecordingError`.
    package init(
        resuming path: String, schema: LogSchema, validBytes: Int, with resume: ResumeRecord
    ) throws {
        let text = Array(resume.serialized().utf8)
        try Self.checkSize(text, path)
        descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw RecordingError(path: path, operation: "open", code: errno)
        }
        self.path = path
        buffer = Self.buffer(for: schema, text: text.count)
        writtenBytes = validBytes
        guard ftruncate(descriptor, off_t(validBytes)) == 0 else {
            throw RecordingError(path: path, operation: "cut the torn end of", code: errno)
        }
        append(JournalRecord.Kind.resume, text: text)
        try write()
        try sync()
    }

    /// Goes on with the journal of a run that nobody writes any more, to add to it what was
    /// measured afterwards; a torn end is cut.
    ///
    /// - Parameter stream: a stream that the journal has not; nil to add rows to one that it has.
    /// - Throws: `RecordingError`.
    package init(addingTo journal: JournalReader, stream: LogStream?) throws {
        let text = stream.map { Array($0.json.serialized().utf8) } ?? []
        path = journal.path
        try Self.checkSize(text, path)
        let schema = try stream.map { try journal.schema.adding([$0]) } ?? journal.schema
        descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw RecordingError(path: path, operation: "open", code: errno)
        }
        buffer = Self.buffer(for: schema, text: text.count)
        writtenBytes = journal.validBytes
        guard ftruncate(descriptor, off_t(journal.validBytes)) == 0 else {
            throw RecordingError(path: path, operation: "cut the torn end of", code: errno)
        }
        if stream != nil { append(JournalRecord.Kind.stream, text: text) }
    }

    private static func checkSize(_ text: [UInt8], _ path: String) throws {
        guard text.count <= JournalRecord.largestPayloadBytes else {
            throw RecordingError(
                path: path, operation: "create",
                reason: "experiment and provenance are larger than "
                    + "\(JournalRecord.largestPayloadBytes) bytes")
        }
    }

    /// Room for the largest record.
    private static func buffer(for schema: LogSchema, text: Int) -> UnsafeMutableRawBufferPointer {
        let largestRow = schema.streams.map { schema.rowByteCount(of: $0) }.max() ?? 0
        let largest =
            max(largestRow + JournalRecord.rowPrefixBytes, text) + JournalRecord.frameBytes
        return .allocate(byteCount: max(bufferBytes, largest), alignment: 16)
    }

    private func append(_ kind: UInt8, text: [UInt8]) {
        text.withUnsafeBytes { bytes in
            let payload = begin(kind, payloadBytes: bytes.count)
            payload.copyMemory(from: bytes)
            end(payloadBytes: bytes.count)
        }
    }

    deinit {
        close()
        buffer.deallocate()
    }

    /// Closes the file as it is; nothing can be added any more.
    package func close() {
        guard descriptor >= 0 else { return }
        closeFile(descriptor)
        descriptor = -1
    }

    /// Adds a row, and writes what came before it where the buffer is full.
    package func append(stream: Int, axis: Int64, payload: UnsafeRawBufferPointer) throws {
        let count = JournalRecord.rowPrefixBytes + payload.count
        if buffered + count + JournalRecord.frameBytes > buffer.count { try write() }
        let target = begin(JournalRecord.Kind.row, payloadBytes: count)
        target.storeBytes(of: UInt32(stream).littleEndian, as: UInt32.self)
        target.storeBytes(of: axis.littleEndian, toByteOffset: 4, as: Int64.self)
        UnsafeMutableRawBufferPointer(rebasing: target[JournalRecord.rowPrefixBytes...])
            .copyMemory(from: payload)
        end(payloadBytes: count)
    }

    /// Starts a record and returns the room of its payload.
    private func begin(_ kind: UInt8, payloadBytes: Int) -> UnsafeMutableRawBufferPointer {
        buffer.storeBytes(
            of: UInt32(payloadBytes).littleEndian, toByteOffset: buffered, as: UInt32.self)
        buffer.storeBytes(
            of: UInt32(kind).littleEndian, toByteOffset: buffered + 4, as: UInt32.self)
        let start = buffered + JournalRecord.prefixBytes
        return UnsafeMutableRawBufferPointer(rebasing: buffer[start..<(start + payloadBytes)])
    }

    private func end(payloadBytes: Int) {
        let end = buffered + JournalRecord.prefixBytes + payloadBytes
        let crc = CRC32C.checksum(UnsafeRawBufferPointer(rebasing: buffer[buffered..<end]))
        buffer.storeBytes(of: crc.littleEndian, toByteOffset: end, as: UInt32.self)
        buffered = end + JournalRecord.checksumBytes
    }

    /// Hands everything added to the system. On failure the file ends with the last whole batch.
    package func write() throws {
        var position = 0
        while position < buffered {
            let count = writeBytes(
                descriptor, buffer.baseAddress! + position, buffered - position)
            if count > 0 {
                position += count
            } else if count == 0 || errno != EINTR {
                let code = count == 0 ? EIO : errno
                ftruncate(descriptor, off_t(writtenBytes))
                buffered = 0
                throw RecordingError(path: path, operation: "append to", code: code)
            }
        }
        writtenBytes += buffered
        needsSync = needsSync || buffered > 0
        buffered = 0
    }

    /// Makes everything written durable.
    ///
    /// - Throws: `RecordingError`, also where somebody else has shortened, lengthened or removed
    ///   the file.
    package func sync() throws {
        try checkUntouched()
        guard needsSync else { return }
        #if canImport(Glibc)
            let status = fdatasync(descriptor)
        #else
            let status = fsync(descriptor)
        #endif
        guard status == 0 else {
            throw RecordingError(path: path, operation: "sync", code: errno)
        }
        needsSync = false
    }
}

extension JournalWriter {
    private func checkUntouched() throws {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw RecordingError(path: path, operation: "look at", code: errno)
        }
        guard status.st_nlink > 0, status.st_size == off_t(writtenBytes) else {
            throw RecordingError(
                path: path, operation: "go on writing",
                reason: status.st_nlink == 0
                    ? "somebody removed the file"
                    : "somebody changed the file: it has \(status.st_size) bytes, "
                        + "\(writtenBytes) were written")
        }
    }
}

// `write(2)` and `close(2)` under names that the methods do not hide.

private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

private func closeFile(_ descriptor: Int32) {
    close(descriptor)
}
