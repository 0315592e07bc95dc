import Recording
import Testing

struct LogSchemaTests {
    private func schema(pairs: Int = 2, firstMember: Int = 0, _ streams: LogStream...) throws {
        _ = try LogSchema(
            runName: "run", pairs: pairs, firstMember: firstMember, streams: streams,
            experimentTOML: "", provenanceJSON: "")
    }

    @Test func countsBytesOfRows() throws {
        let sample = SampleRun(pairs: 3).schema
        // int32, float32 and float64 per pair, then one float64.
        #expect(sample.rowByteCount(of: sample.streams[0]) == 3 * (4 + 4 + 8) + 8)
        #expect(sample.rowByteCount(of: sample.streams[2]) == 3 * 3 * 4)
    }

    @Test func refusesWhatCannotBeALog() {
        let column = LogColumn("loss", .float32)
        #expect(throws: LogSchemaError.self) { try schema(pairs: 0) }
        #expect(throws: LogSchemaError.self) { try schema(pairs: 1 << 21) }
        #expect(throws: LogSchemaError.self) { try schema(firstMember: Int(Int32.max)) }
        for names in [["a", "a"], ["final"], ["a/b"], [""], ["."]] {
            #expect(throws: LogSchemaError.self, "\(names)") {
                _ = try LogSchema(
                    runName: "run", pairs: 1,
                    streams: names.map { LogStream(name: $0, columns: [column]) },
                    experimentTOML: "", provenanceJSON: "")
            }
        }
        for columns in [
            [column, column], [LogColumn("step", .int64)], [column, LogColumn("pair", .int32)],
            [column, LogColumn("other", .float32, axes: [.generator])],
            [LogColumn("twice", .float32, axes: [.pair, .pair])],
        ] {
            #expect(throws: LogSchemaError.self, "\(columns)") {
                try schema(LogStream(name: "train", columns: columns))
            }
        }
    }

    /// A journal's header may hold that many; a search for each of them would take minutes.
    @Test(.timeLimit(.minutes(1))) func manyColumnsAreCheckedAtOnce() throws {
        let scalars = (0..<300_000).map { LogColumn("scalar\($0)", .float32, axes: []) }
        let vectors = (0..<300_000).map { LogColumn("vector\($0)", .float32) }
        try schema(LogStream(name: "train", columns: scalars + vectors))
    }

    @Test func refusesRowsThatDoNotFitMemory() {
        let square = LogColumn("score", .float32, axes: [.discriminator, .generator])
        #expect(throws: LogSchemaError.self) {
            try schema(pairs: 1 << 20, LogStream(name: "crossplay", columns: [square]))
        }
    }
}
