import FileFormats
import Recording
import Testing

struct JournalTests {
    private let folder = TemporaryFolder()
    private let sample = SampleRun(pairs: 1)
    private var path: String { folder.path + "/journal" }

    private func writeJournal(rows: Int, sample: SampleRun) throws -> [JournalRow] {
        let writer = try JournalWriter(creating: path, schema: sample.schema)
        var written: [JournalRow] = []
        for row in 0..<rows {
            let stream = row % sample.schema.streams.count
            let values = sample.row(stream: stream, row)
            try values.withUnsafeBytes {
                try writer.append(stream: stream, axis: Int64(row), payload: $0)
            }
            written.append(JournalRow(stream: stream, axis: Int64(row), values: values))
        }
        try writer.write()
        try writer.sync()
        return written
    }

    @Test func returnsWhatWasWritten() throws {
        // More than one buffer of the writer and one window of the reader.
        let written = try writeJournal(rows: 20_000, sample: SampleRun(pairs: 4))
        let (rows, reader) = try journalRows(path)
        #expect(reader.schema == SampleRun(pairs: 4).schema)
        #expect(rows == written)
        #expect(!reader.hasTornTail)
        #expect(reader.fileBytes > 1 << 20)
    }

    @Test func everyTruncationKeepsThePrefix() throws {
        let written = try writeJournal(rows: 6, sample: sample)
        let bytes = try InputFile.read(path)
        let headerEnd = try headerBytes(of: bytes)
        for length in 0..<bytes.count {
            let cut = folder.path + "/cut"
            try overwrite(cut, Array(bytes[..<length]))
            if length < headerEnd {
                #expect(throws: DataError.self) { try JournalReader(cut) }
                continue
            }
            let (rows, reader) = try journalRows(cut)
            #expect(rows.count < written.count)
            #expect(rows == Array(written[..<rows.count]))
            #expect(reader.validBytes <= length)
            #expect(reader.hasTornTail == (reader.validBytes < length))
        }
    }

    /// Either the journal is refused, or its rows end before the damage and it says so.
    @Test func everyFlippedBitIsNoticed() throws {
        let written = try writeJournal(rows: 4, sample: sample)
        let bytes = try InputFile.read(path)
        let headerEnd = try headerBytes(of: bytes)
        var silent: [String] = []
        for position in bytes.indices {
            for bit in 0..<8 {
                try overwrite(path, byte: position, with: bytes[position] ^ (1 << bit))
                let result = try? journalRows(path)
                let isNoticed =
                    result.map { rows, reader in
                        position >= headerEnd && reader.hasTornTail && rows.count < written.count
                            && rows == Array(written[..<rows.count])
                            && reader.validBytes <= position
                    } ?? (position < headerEnd)
                if !isNoticed { silent.append("bit \(bit) of byte \(position)") }
            }
            try overwrite(path, byte: position, with: bytes[position])
        }
        #expect(silent == [])
        #expect(try journalRows(path).rows == written)
    }

    @Test func zerosAfterAPowerCutAreATornTail() throws {
        let written = try writeJournal(rows: 3, sample: sample)
        let bytes = try InputFile.read(path)
        try overwrite(path, bytes + [UInt8](repeating: 0, count: 4096))
        let (rows, reader) = try journalRows(path)
        #expect(rows == written)
        #expect(reader.validBytes == bytes.count)
        #expect(reader.hasTornTail)
    }

    @Test func hugeLengthIsComparedWithTheFileFirst() throws {
        try overwrite(
            path, [0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0] + [UInt8](repeating: 9, count: 1024))
        let error = #expect(throws: DataError.self) { try JournalReader(path) }
        #expect("\(try #require(error))".contains("header is damaged"))
    }

    @Test func headerWithImpossibleSchemaIsRefused() throws {
        for (key, value) in [
            ("pairs", JSONValue.integer(1 << 40)), ("pairs", 0), ("format", "other"),
            ("format_version", 2), ("streams", "x"), ("run", nil),
        ] {
            let bytes = try journal(replacing: key, by: value)
            try overwrite(path, bytes)
            #expect(throws: DataError.self, "\(key) = \(value)") { try JournalReader(path) }
        }
    }

    @Test func existingJournalIsNotTouched() throws {
        try overwrite(path, [1, 2, 3])
        let error = #expect(throws: RecordingError.self) {
            try JournalWriter(creating: path, schema: sample.schema)
        }
        #expect(try InputFile.read(path) == [1, 2, 3])
        #expect("\(try #require(error))".contains("File exists"))
    }

    /// Length of the first record.
    private func headerBytes(of bytes: [UInt8]) throws -> Int {
        try #require(bytes.count > 12)
        return (0..<4).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) } + 12
    }

    /// A journal whose checksums are right and whose header says something else.
    private func journal(replacing key: String, by value: JSONValue) throws -> [UInt8] {
        let name = folder.path + "/original"
        _ = try JournalWriter(creating: name, schema: sample.schema)
        let bytes = try InputFile.read(name)
        remove(name)
        let json = try JSONValue(parsing: Array(bytes[8..<(bytes.count - 4)]), file: name)
        var header = try #require(json.objectValue)
        header[key] = value
        let text = Array(JSONValue.object(header).serialized().utf8)
        var record: [UInt8] = []
        append(UInt32(text.count).littleEndian, to: &record)
        record += [1, 0, 0, 0] + text
        append(CRC32C.checksum(record).littleEndian, to: &record)
        return record
    }
}
