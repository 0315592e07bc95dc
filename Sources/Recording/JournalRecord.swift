/// One record of the journal, little-endian:
///
///     length of the payload   4 bytes
///     kind                    1 byte, then 3 zero bytes
///     payload
///     CRC-32C                 4 bytes, over everything before it in the record
///
/// The first record is the header (the schema as JSON). A row's payload is the index of its stream
/// (4 bytes), its coordinate (8 bytes) and its values; that of a resume record is JSON. A stream
/// record (JSON) adds a stream behind those of the header; rows of it follow. Readers skip kinds
/// they do not know.
enum JournalRecord {
    static let prefixBytes = 8
    static let checksumBytes = 4
    static let frameBytes = prefixBytes + checksumBytes
    static let rowPrefixBytes = 12
    /// The header holds whole experiment and provenance texts.
    static let largestPayloadBytes = 1 << 26

    enum Kind {
        static let header: UInt8 = 1
        static let row: UInt8 = 2
        static let resume: UInt8 = 3
        static let stream: UInt8 = 4
    }
}
