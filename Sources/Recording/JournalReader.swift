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
    package let path: String
    package let schema: LogSchema
    /// Where the last good record ends.
    package private(set) var validBytes = 0
    /// Bytes of the file when it was opened.
    package let fileBytes: Int
    private let descriptor: Int32
    private let rowBytes: [Int]
    private let firstRow: Int

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
        rowBytes = schema.streams.map { [schema] in schema.rowByteCount(of: $0) }
        validBytes = firstRow
    }

    deinit {
        close(descriptor)
    }

    /// Delivers every row from the first one on: stream, coordinate, values.
    ///
    /// The values are valid only during the call. Afterwards `validBytes` says where the good part
    /// of the file ends; it is `fileBytes` for an undamaged one.
    package func forEachRow(
        _ body: (_ stream: Int, _ axis: Int64, _ values: UnsafeRawBufferPointer) throws -> Void
    ) throws {
        validBytes = firstRow
        var window = ReadWindow(descriptor: descriptor, fileBytes: fileBytes, path: path)
        while let (kind, payload) = try nextRecord(&window) {
            if kind == JournalRecord.Kind.row {
                guard payload.count >= JournalRecord.rowPrefixBytes else { return }
                let stream = Int(UInt32(littleEndian: payload.loadUnaligned(as: UInt32.self)))
                let values = UnsafeRawBufferPointer(
                    rebasing: payload[JournalRecord.rowPrefixBytes...])
                guard stream < rowBytes.count, values.count == rowBytes[stream] else { return }
                let axis = payload.loadUnaligned(fromByteOffset: 4, as: Int64.self)
                try body(stream, Int64(littleEndian: axis), values)
            }
            validBytes += payload.count + JournalRecord.frameBytes
        }
    }

    /// Whether the process that writes this journal lives.
    package var isBeingWritten: Bool {
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else {
            _ = flock(descriptor, LOCK_UN)
            return false
        }
        return errno == EWOULDBLOCK
    }

    /// Whether the journal ended in the middle of a record, or is damaged, behind `validBytes`.
    package var hasTornTail: Bool { validBytes < fileBytes }

    /// The record at `validBytes`, or `nil` where there is no whole and undamaged one.
    private func nextRecord(
        _ window: inout ReadWindow
    ) throws -> (kind: UInt8, payload: UnsafeRawBufferPointer)? {
        let remaining = fileBytes - validBytes
        guard remaining >= JournalRecord.frameBytes,
            let prefix = try window.bytes(at: validBytes, count: JournalRecord.prefixBytes)
        else { return nil }
        let length = Int(UInt32(littleEndian: prefix.loadUnaligned(as: UInt32.self)))
        guard length <= JournalRecord.largestPayloadBytes,
            length + JournalRecord.frameBytes <= remaining,
            let whole = try window.bytes(
                at: validBytes, count: length + JournalRecord.frameBytes),
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
        guard UInt32(littleEndian: stored) == computed,
            record[5] == 0, record[6] == 0, record[7] == 0
        else { return nil }
        return record[4]
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
