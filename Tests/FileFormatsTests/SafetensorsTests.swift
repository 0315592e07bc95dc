import FileFormats
import Testing

@Suite struct SafetensorsTests {
    /// `save({"weight": [[1, 2], [3, 4.5]] float32, "steps": [7] int64, "mask": [1, 0, 1] uint8},
    /// metadata={"format": "np"})` of safetensors for Python.
    let reference = bytes(
        hexadecimal: """
            d0000000000000007b225f5f6d657461646174615f5f223a7b22666f726d6174223a226e70227d2c22737465
            7073223a7b226474797065223a22493634222c227368617065223a5b315d2c22646174615f6f666673657473
            223a5b302c385d7d2c22776569676874223a7b226474797065223a22463332222c227368617065223a5b322c
            325d2c22646174615f6f666673657473223a5b382c32345d7d2c226d61736b223a7b226474797065223a2255
            38222c227368617065223a5b335d2c22646174615f6f666673657473223a5b32342c32375d7d7d2007000000
            000000000000803f000000400000404000009040010001
            """)
    let layout = SafetensorsLayout(
        tensors: [
            .init(name: "weight", type: .float32, shape: [2, 2]),
            .init(name: "mask", type: .uint8, shape: [3]),
            .init(name: "steps", type: .int64, shape: [1]),
        ], metadata: ["format": "np"])
    let contents: [[UInt8]] = [
        [1, 2, 3, 4.5].flatMap { (value: Float) in littleEndian(value.bitPattern) },
        [1, 0, 1], littleEndian(Int64(7)),
    ]

    private func parse(_ bytes: [UInt8]) throws -> SafetensorsFile {
        try SafetensorsFile(parsing: bytes, file: "a.safetensors")
    }

    private func file(_ header: String, data: Int) -> [UInt8] {
        littleEndian(UInt64(header.utf8.count)) + Array(header.utf8)
            + [UInt8](repeating: 0, count: data)
    }

    private func message(_ header: String, data: Int) -> String {
        let error = #expect(throws: DataError.self) { try parse(file(header, data: data)) }
        return error?.message ?? ""
    }

    @Test func writesTheBytesOfTheReference() {
        #expect(layout.fileSize == reference.count)
        #expect(layout.file(contents: contents) == reference)
        #expect(layout.headerBytes.count % 8 == 0)
    }

    @Test func partsWrittenInAnyOrderMakeTheSameFile() throws {
        let folder = TemporaryFolder()
        let path = "\(folder.path)/checkpoint.safetensors"
        let target = try AtomicFile(path: path)
        for index in [1, 0, 2] {
            #expect(layout.byteCount(of: index) == contents[index].count)
            try contents[index].withUnsafeBytes {
                try target.write($0, at: layout.offset(of: index))
            }
        }
        try layout.headerBytes.withUnsafeBytes { try target.write($0, at: 0) }
        try target.commit()
        #expect(try InputFile.read(path) == reference)
        #expect(folder.names == ["checkpoint.safetensors"])
    }

    @Test func readsTheReference() throws {
        let file = try parse(reference)
        #expect(file.metadata == ["format": "np"])
        #expect(file.tensors.map(\.name) == ["steps", "weight", "mask"])
        let weight = try #require(file.tensor(named: "weight"))
        #expect(weight.shape == [2, 2])
        #expect(file.floats(of: weight) == [1, 2, 3, 4.5])
        let steps = try #require(file.tensor(named: "steps"))
        #expect(file.integers(of: steps, Int64.self) == [7])
        let mask = try #require(file.tensor(named: "mask"))
        #expect(file.withBytes(of: mask) { Array($0) } == [1, 0, 1])
        #expect(file.tensor(named: "bias") == nil)
    }

    @Test func emptyFilesAndTensorsAreValid() throws {
        #expect(try parse(SafetensorsLayout(tensors: []).headerBytes).tensors.isEmpty)
        let empty = SafetensorsLayout(tensors: [
            .init(name: "none", type: .float64, shape: [0, 3]),
            .init(name: "scalar", type: .uint32, shape: []),
        ])
        #expect(try parse(empty.file(contents: [[], [1, 0, 0, 0]])).tensors.count == 2)
    }

    @Test func refusesEveryTruncation() {
        for length in 0..<reference.count {
            #expect(throws: DataError.self) { try parse(Array(reference[..<length])) }
        }
        #expect(throws: DataError.self) { try parse(reference + [0]) }
    }

    @Test func refusesAHeaderLengthBeyondTheFile() {
        for length: UInt64 in [0, 1 << 32, 100_000_001, .max, 1017] {
            let bytes = littleEndian(length) + [UInt8](repeating: 0x7b, count: 1016)
            let error = #expect(throws: DataError.self) { try parse(bytes) }
            #expect(error?.offset == 0)
        }
    }

    private func tensor(_ type: String, _ shape: String, _ from: Int, _ to: Int) -> String {
        #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":[\#(from),\#(to)]}"#
    }

    @Test func refusesOverlapsGapsAndLeftovers() {
        let first = tensor("F32", "[2]", 0, 8)
        for (second, size, fault) in [
            (tensor("F32", "[1]", 4, 8), 8, "overlaps"),
            (tensor("F32", "[1]", 0, 4), 8, "overlaps"),
            (tensor("F32", "[1]", 12, 16), 16, "gap"),
            (tensor("F32", "[1]", 8, 12), 13, "1 bytes belong to no tensor"),
        ] {
            let text = message(#"{"a":\#(first),"b":\#(second)}"#, data: size)
            #expect(text.contains(fault), "\(second)")
        }
        #expect(message(#"{"a":\#(tensor("U8", "[1]", 1, 2))}"#, data: 2).contains("gap"))
    }

    @Test func refusesSizesThatDisagreeOrOverflow() {
        for entry in [
            tensor("F32", "[2]", 0, 4), tensor("F32", "[2]", 8, 0), tensor("F32", "[4]", 0, 16),
            tensor("F32", "[4611686018427387904,4]", 0, 0),
            tensor("U8", "[9223372036854775807,2]", 0, 8),
        ] { #expect(message(#"{"a":\#(entry)}"#, data: 8).contains("do not fit")) }
    }

    @Test func refusesOtherHeaders() {
        let valid = tensor("U8", "[1]", 0, 1)
        #expect(message(#"{"a":\#(valid),"a":\#(valid)}"#, data: 1).contains("twice"))
        #expect(message(#"{"a":\#(tensor("F16", "[1]", 0, 2))}"#, data: 2).contains("F16"))
        #expect(message(#" {"a":\#(valid)}"#, data: 1).contains("'{'"))
        #expect(message(#"{"__metadata__":{"n":1},"a":\#(valid)}"#, data: 1).contains("not a text"))
        #expect(message(#"{"__metadata__":[],"a":\#(valid)}"#, data: 1).contains("JSON object"))
        for entry in [
            "1", "{}", #"{"dtype":"U8","shape":[1]}"#, tensor("U8", "[1.0]", 0, 1),
            tensor("U8", "[-1]", 0, 1), tensor("U8", "1", 0, 1), tensor("U8", "[true]", 0, 1),
            #"{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}"#,
            #"{"dtype":"U8","shape":[1],"data_offsets":[0,1],"extra":0}"#,
        ] { #expect(message(#"{"a":\#(entry)}"#, data: 1).contains("needs dtype")) }
    }
}
