import FileFormats

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads a journal up to its end or its first bad record.
///
/// No size is trusted before it was compared with the bytes that are there and with the schema; a
/// row is delivered only when its checksum is right.
package final class JournalReader {
    /// What stands behind the last good record.
    package enum Tail: Equatable, Sendable {
        /// Nothing.
        case none
        /// A part of a record, as a crash leaves it.
        case torn
        /// Damage: good records follow.
        case damaged
    }

    package let path: String
    /// What is recorded; run, experiment and provenance as the last resume record says. The streams
    /// that were added after the run's own stand behind them.
    package private(set) var schema: LogSchema
    /// The streams of the run itself: those of the header.
    package let ownStreams: [LogStream]
    /// In order.
    package private(set) var resumes: [ResumeRecord] = []
    package private(set) var tail = Tail.none
    /// Good records, the header among them.
    package private(set) var recordCount = 1
    /// What the run was at its beginning and at each resumption, as JSON, in order.
    package private(set) var provenances: [String] = []
    /// Where the last good record ends.
    package private(set) var validBytes = 0
    /// Bytes of the file when it was opened.
    package let fileBytes: Int
    private let descriptor: Int32
    private var rowBytes: [Int]
    private let firstRow: Int
    /// Nothing is read from here on: a row may only stand behind the record of its stream.
    private var end: Int
    /// Where the resume records stand that let rows before them count no longer.
    private var cuts: [(offset: Int, step: Int, lastKept: [Int64])] = []

    /// - Throws: `DataError` for a missing file or a damaged header: then nothing can be recovered.
    package init(_ path: String) throws {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            throw DataError(file: path, "cannot open: \(systemMessage(errno))")
        }
        do {
            fileBytes = try Self.regularFileSize(file, path: path)
            let header = try Self.readHeader(file, fileBytes: fileBytes, path: path)
            schema = try LogSchema(
                parsing: header, file: path, offset: JournalRecord.prefixBytes)
            firstRow = header.count + JournalRecord.frameBytes
        } catch {
            close(file)
            throw error
        }
        self.path = path
        descriptor = file
        ownStreams = schema.streams
        end = fileBytes
        rowBytes = schema.streams.map { [schema] in schema.rowByteCount(of: $0) }
        validBytes = firstRow
        try survey()
    }

    deinit {
        close(descriptor)
    }

    /// Whether the first record has all its bytes; false for a journal whose writer died while
    /// it wrote that, and where there is none.
    package static func isBegun(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var length: UInt32 = 0
        guard let size = try? regularFileSize(descriptor, path: path),
            pread(descriptor, &length, 4, 0) == 4
        else { return false }
        return size >= Int(UInt32(littleEndian: length)) + JournalRecord.frameBytes
    }

    /// Walks over all records once, to know how far the file is good and what resume records say.
    private func survey() throws {
        provenances = [schema.provenanceJSON]
        try forEachRecord { [self] kind, payload in
            recordCount += 1
            if kind == JournalRecord.Kind.stream { try add(streamIn: payload) }
            guard kind == JournalRecord.Kind.resume else { return }
            let record = try ResumeRecord(
                parsing: Array(payload), streams: ownStreams.count, file: path,
                offset: validBytes)
            resumes.append(record)
            provenances.append(record.provenanceJSON)
            if let lastKept = record.lastKept { cuts.append((validBytes, record.step, lastKept)) }
        }
        end = validBytes
        if validBytes < fileBytes { tail = try isRecordBehind(validBytes) ? .damaged : .torn }
        guard let last = resumes.last else { return }
        schema = try LogSchema(
            runName: last.runName, pairs: schema.pairs, firstMember: schema.firstMember,
            streams: schema.streams, experimentTOML: last.experimentTOML,
            provenanceJSON: last.provenanceJSON)
    }

    private func add(streamIn payload: UnsafeRawBufferPointer) throws {
        let json = try JSONValue(parsing: Array(payload), file: path, offset: validBytes)
        do {
            schema = try schema.adding([LogStream(json: json)])
        } catch {
            throw DataError(file: path, offset: validBytes, "an added stream: \(error)")
        }
        rowBytes.append(schema.rowByteCount(of: schema.streams.last!))
    }

    /// Delivers every row that counts, in order: stream, coordinate, values.
    ///
    /// The values are valid only during the call.
    package func forEachRow(
        _ body: (_ stream: Int, _ axis: Int64, _ values: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try forEachRecord { [self] kind, payload in
            guard kind == JournalRecord.Kind.row else { return }
            let row = self.row(payload)
            let isCut = cuts.contains { cut in
                let isOwn = row.stream < cut.lastKept.count
                return cut.offset > validBytes
                    && row.axis > (isOwn ? cut.lastKept[row.stream] : Int64(cut.step))
            }
            if !isCut { try body(row.stream, row.axis, row.values) }
        }
    }

    /// Delivers good records up to the end or the first bad one; `validBytes` is where each starts.
    private func forEachRecord(
        _ body: (_ kind: UInt8, _ payload: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        validBytes = firstRow
        var window = ReadWindow(descriptor: descriptor, fileBytes: fileBytes, path: path)
        while validBytes < end, let (kind, payload) = try nextRecord(&window) {
            if kind == JournalRecord.Kind.row {
                guard payload.count >= JournalRecord.rowPrefixBytes else { return }
                let row = self.row(payload)
                guard row.stream < rowBytes.count, row.values.count == rowBytes[row.stream] else {
                    return
                }
            }
            try body(kind, payload)
            validBytes += payload.count + JournalRecord.frameBytes
        }
    }

    private func row(
        _ payload: UnsafeRawBufferPointer
    ) -> (stream: Int, axis: Int64, values: UnsafeRawBufferPointer) {
        (
            Int(UInt32(littleEndian: payload.loadUnaligned(as: UInt32.self))),
            Int64(littleEndian: payload.loadUnaligned(fromByteOffset: 4, as: Int64.self)),
            UnsafeRawBufferPointer(rebasing: payload[JournalRecord.rowPrefixBytes...])
        )
    }

    /// Whether the journal ended in the middle of a record, or is damaged, behind `validBytes`.
    package var hasTornTail: Bool { tail != .none }

    /// Whether a whole row or resume record starts anywhere behind `offset`.
    private func isRecordBehind(_ offset: Int) throws -> Bool {
        var window = ReadWindow(descriptor: descriptor, fileBytes: fileBytes, path: path)
        // A file made to look like records everywhere must not cost hours.
        var budget = Self.largestSearchBytes
        for start in offset + 1..<max(fileBytes, offset + 1) {
            guard let prefix = try prefix(at: start, &window), isPlausible(prefix) else { continue }
            budget -= prefix.length
            if try budget < 0 || record(at: start, &window) != nil { return true }
        }
        return false
    }

    private func isPlausible(_ prefix: (kind: UInt8, length: Int)) -> Bool {
        switch prefix.kind {
        case JournalRecord.Kind.row:
            rowBytes.contains(prefix.length - JournalRecord.rowPrefixBytes)
        case JournalRecord.Kind.resume, JournalRecord.Kind.stream: true
        default: false
        }
    }

    private static let largestSearchBytes = 1 << 28

    /// Kind and length that a record at `offset` would have; `nil` where none can be.
    private func prefix(
        at offset: Int, _ window: inout ReadWindow
    ) throws -> (kind: UInt8, length: Int)? {
        let remaining = fileBytes - offset
        guard remaining >= JournalRecord.frameBytes,
            let prefix = try window.bytes(at: offset, count: JournalRecord.prefixBytes),
            prefix[5] == 0, prefix[6] == 0, prefix[7] == 0
        else { return nil }
        let length = Int(UInt32(littleEndian: prefix.loadUnaligned(as: UInt32.self)))
        guard length <= JournalRecord.largestPayloadBytes,
            length + JournalRecord.frameBytes <= remaining
        else { return nil }
        return (prefix[4], length)
    }

    /// The record at `validBytes`, or `nil` where there is no whole and undamaged one.
    private func nextRecord(
        _ window: inout ReadWindow
    ) throws -> (kind: UInt8, payload: UnsafeRawBufferPointer)? {
        try record(at: validBytes, &window)
    }

    private func record(
        at offset: Int, _ window: inout ReadWindow
    ) throws -> (kind: UInt8, payload: UnsafeRawBufferPointer)? {
        guard let length = try prefix(at: offset, &window)?.length,
            let whole = try window.bytes(at: offset, count: length + JournalRecord.frameBytes),
            let kind = Self.checkedKind(of: whole)
        else { return nil }
        let payload = whole[JournalRecord.prefixBytes..<(JournalRecord.prefixBytes + length)]
        return (kind, UnsafeRawBufferPointer(rebasing: payload))
    }

    /// The kind of a record whose checksum and zero bytes are right.
    private static func checkedKind(of record: UnsafeRawBufferPointer) -> UInt8? {
        let end = record.count - JournalRecord.checksumBytes
        let stored = record.loadUnaligned(fromByteOffset: end, as: UInt32.self)
        let computed = CRC32C.checksum(UnsafeRawBufferPointer(rebasing: record[..<end]))
        return UInt32(littleEndian: stored) == computed ? record[4] : nil
    }

    private static func readHeader(
        _ descriptor: Int32, fileBytes: Int, path: String
    ) throws -> [UInt8] {
        var window = ReadWindow(descriptor: descriptor, fileBytes: fileBytes, path: path)
        guard fileBytes >= JournalRecord.frameBytes,
            let prefix = try window.bytes(at: 0, count: JournalRecord.prefixBytes)
        else {
            throw DataError(
                file: path, offset: fileBytes, "ends within the header: nothing can be recovered")
        }
        let length = Int(UInt32(littleEndian: prefix.loadUnaligned(as: UInt32.self)))
        guard length <= JournalRecord.largestPayloadBytes,
            length + JournalRecord.frameBytes <= fileBytes,
            let record = try window.bytes(at: 0, count: length + JournalRecord.frameBytes),
            checkedKind(of: record) == JournalRecord.Kind.header
        else {
            throw DataError(
                file: path, offset: 0,
                "is no journal, or its header is damaged: "
                    + "without the header its rows cannot be understood")
        }
        return Array(record[JournalRecord.prefixBytes..<(JournalRecord.prefixBytes + length)])
    }

    private static func regularFileSize(_ descriptor: Int32, path: String) throws -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw DataError(file: path, "is not a regular file")
        }
        return Int(status.st_size)
    }
}

/// A part of a file in memory that moves forward with the reader.
private struct ReadWindow: ~Copyable {
    private static let largestBytes = 1 << 20

    private let descriptor: Int32
    private let path: String
    private var buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var filled = 0

    init(descriptor: Int32, fileBytes: Int, path: String) {
        self.descriptor = descriptor
        self.path = path
        buffer = .allocate(byteCount: min(fileBytes, Self.largestBytes), alignment: 16)
    }

    deinit {
        buffer.deallocate()
    }

    /// `count` bytes of the file, or `nil` where it ends before them. The caller has compared
    /// `count` with the size of the file.
    mutating func bytes(at offset: Int, count: Int) throws -> UnsafeRawBufferPointer? {
        if offset < start || offset + count > start + filled {
            try refill(from: offset, count: count)
        }
        guard offset + count <= start + filled else { return nil }
        let first = offset - start
        return UnsafeRawBufferPointer(rebasing: buffer[first..<(first + count)])
    }

    private mutating func refill(from offset: Int, count: Int) throws {
        if count > buffer.count {
            buffer.deallocate()
            buffer = .allocate(byteCount: count, alignment: 16)
        }
        (start, filled) = (offset, 0)
        while filled < buffer.count {
            let count = pread(
                descriptor, buffer.baseAddress! + filled, buffer.count - filled,
                off_t(start + filled))
            if count > 0 {
                filled += count
            } else if count == 0 {
                return
            } else if errno != EINTR {
                throw DataError(
                    file: path, offset: start + filled, "cannot read: \(systemMessage(errno))")
            }
        }
    }
}
