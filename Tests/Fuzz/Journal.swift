import FileFormats
import Glibc
import Recording

/// A nameless file in memory: the reader takes a path.
private let file: Int32 = {
    var path = Array("/dev/shm/quadrille-fuzz-XXXXXX".utf8CString)
    let file = mkstemp(&path)
    precondition(file >= 0 && unlink(path) == 0)
    return file
}()

/// Any bytes as a journal: an error, or rows up to the first bad record.
///
/// Every record ends with a checksum, which arbitrary bytes never get right. So the same bytes are
/// read once more with the checksum of each record put right.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJournal(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    read(input)
    let repaired = withRightChecksums(input)
    if repaired != input { read(repaired) }
    return 0
}

private func read(_ bytes: [UInt8]) {
    precondition(
        pwrite(file, bytes, bytes.count, 0) == bytes.count && ftruncate(file, bytes.count) == 0)
    guard let reader = try? JournalReader("/proc/self/fd/\(file)") else { return }
    var valueBytes = 0
    try! reader.forEachRow { stream, _, values in
        precondition(reader.schema.rowByteCount(of: reader.schema.streams[stream]) == values.count)
        valueBytes += values.count
    }
    precondition(reader.fileBytes == bytes.count && reader.validBytes <= bytes.count)
    precondition(valueBytes <= reader.validBytes)
    precondition(reader.hasTornTail == (reader.validBytes < bytes.count))
}

/// The records are frames of 8 bytes (the first four are the length), payload and checksum.
private func withRightChecksums(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    var position = 0
    while position + 12 <= bytes.count {
        let length = (0..<4).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
        let end = position + 8 + length
        guard end + 4 <= bytes.count else { break }
        let checksum = CRC32C.checksum(Array(bytes[position..<end]))
        for byte in 0..<4 { bytes[end + byte] = UInt8(truncatingIfNeeded: checksum >> (8 * byte)) }
        position = end + 4
    }
    return bytes
}
