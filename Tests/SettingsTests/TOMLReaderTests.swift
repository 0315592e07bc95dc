import Settings
import Testing

/// Uses every construct of TOML 1.0; cut and damaged by the hostile tests below.
private let sample = """
    # comment é
    name = "a\\tb\\u00e9\\U0001F600" # after a value
    'literal key' = 'C:\\path'
    "quoted \\"key\\"".inner = true
    multi = \"""
    first \\
       joined ""quotes""
    \"""
    raw = '''
    it's '' raw'''
    numbers = [1, +2, -3, 1_000, 0xDEAD_beef, 0o17, 0b11, # in an array
      6.5e-3, -inf, nan, 1e3,
    ]
    dates = [1979-05-27T07:32:00Z, 1979-05-27 07:32:00.5-07:00, 1979-05-27T00:32:00, 1979-05-27,
      07:32:00]
    inline = { x = 1, y.z = [{ }, { a = "}" }] }
    [table."sub table"]
    key = false
    [[list]]
    [[list.nested]]
    a = 1
    [[list]]
    """

private func read(_ text: String) throws -> TOMLTable {
    try TOMLReader.document(Array(text.utf8), file: "f.toml")
}

@Suite struct TOMLReaderTests {
    @Test func keysAndValuesKnowTheirPlace() throws {
        let table = try read("a = 1\r\n\t\"é\" . b = [ 2,\n  'x' ]\n[t]\n c={d = 3}")
        let place = { (line: Int, column: Int) in
            SettingsPosition.file("f.toml", line: line, column: column)
        }
        let a = try #require(table["a"])
        #expect(a.position == place(1, 1))
        #expect(a.value.position == place(1, 5))
        guard case .table(let dotted) = try #require(table["é"]).value.content,
            let b = dotted["b"], case .array(let values) = b.value.content,
            case .table(let section) = try #require(table["t"]).value.content,
            case .table(let inline) = try #require(section["c"]).value.content
        else {
            Issue.record("the document has another shape")
            return
        }
        #expect(table["é"]?.position == place(2, 2))
        #expect(b.position == place(2, 8))
        #expect(values.map(\.position) == [place(2, 14), place(3, 3)])
        #expect(table["t"]?.position == place(4, 2))
        #expect(inline["d"]?.position == place(5, 5))
        #expect(inline["d"]?.value.position == place(5, 9))
    }

    @Test(arguments: [
        ("a = 1\na = 2", "f.toml:2:1: key a: given twice; first at f.toml:1:1"),
        ("[x]\n[y]\n[x]", "f.toml:3:2: key x: given twice; first at f.toml:1:2"),
        ("a.b = 1\n[a]", "f.toml:2:2: key a: given twice; first at f.toml:1:1"),
        (
            "a = 1\n[a.b]",
            "f.toml:2:2: key a: is not a table that can be extended; first at f.toml:1:1"
        ),
        ("a = \"x", "f.toml:1:5: this text is not closed with \""),
        ("a = 'x\n'", "f.toml:1:5: this text is not closed with '"),
        ("a =", "f.toml:1:4: the text ends here where a value should be"),
        ("a = \nb = 1", "f.toml:1:5: the line ends here where a value should be"),
        ("a 1", "f.toml:1:3: unexpected \"1\" where \"=\" should follow the key"),
        ("a = 1 é", "f.toml:1:7: unexpected \"é\" where the line should end"),
        ("= 1", "f.toml:1:1: unexpected \"=\" where a key should be"),
        ("[a", "f.toml:1:3: the text ends here where the table's name should be closed"),
        (
            "a = [1 2]",
            "f.toml:1:8: unexpected \"2\" where \",\" or \"]\" should follow an array's value"
        ),
        ("a = word", "f.toml:1:5: word is not a value; text stands in \"...\""),
        ("a = 012", "f.toml:1:5: 012 is not a number: it begins with 0"),
        ("a = 1.", "f.toml:1:5: 1. is not a number, date or time"),
        ("a = 2026-02-29", "f.toml:1:5: 2026-02-29 is not a valid date or time"),
        (
            "a = \"\\q\"",
            "f.toml:1:6: unknown escape; "
                + "write \\\\ for a backslash, or use '...' for text as it stands"
        ),
        ("a = \"\\ud800\"", "f.toml:1:6: U+d800 is not a Unicode scalar value"),
        (
            "a = \"\u{1}\"",
            "f.toml:1:6: control character 1 in text; write it as an escape in \"...\""
        ),
        (
            "a = 9223372036854775808",
            "f.toml:1:5: 9223372036854775808 is beyond the range of a 64-bit integer"
        ),
        ("a = -1e999", "f.toml:1:5: -1e999 is beyond the range of a 64-bit float"),
    ])
    func faultsAreNamedWithTheirPlace(text: String, message: String) {
        #expect(#expect(throws: SettingsError.self) { try read(text) }?.description == message)
    }

    @Test func invalidUTF8IsRefusedWithItsPlace() {
        let bytes = Array("a = 1\nb = \"é".utf8) + [0xff, 0x22]
        let error = #expect(throws: SettingsError.self) {
            try TOMLReader.document(bytes, file: "f.toml")
        }
        #expect(
            error?.description
                == "f.toml:2:7: byte 13 is not valid UTF-8; save the file as UTF-8")
    }

    @Test(arguments: [
        ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
        ("0x7fffffffffffffff", Int.max), ("0o777", 511), ("0b101", 5), ("+1_0", 10), ("-0", 0),
    ])
    func integersAreExact(text: String, expected: Int) throws {
        guard case .integer(let value) = try #require(read("a = \(text)")["a"]).value.content
        else {
            Issue.record("not an integer")
            return
        }
        #expect(value == expected)
    }

    @Test func keysThatDifferInNormalizationAreDifferent() throws {
        let table = try read("\"\u{e9}\" = 1\n\"e\u{301}\" = 2")
        #expect(table.entries.count == 2)
    }
}

/// Nothing that a file holds may trap, exhaust the stack or take long.
@Suite struct TOMLHostileInputTests {
    @Test func theSampleIsValid() throws {
        #expect(try read(sample).entries.count == 10)
    }

    @Test func everyTruncationIsReadOrRefused() {
        let bytes = Array(sample.utf8)
        var refused = 0
        for count in 0...bytes.count {
            do {
                _ = try TOMLReader.document(Array(bytes[..<count]), file: "f.toml")
            } catch {
                refused += 1
            }
        }
        #expect(refused > bytes.count / 2)
    }

    @Test func everyDamagedByteIsReadOrRefused() {
        let bytes = Array(sample.utf8)
        for replacement in Array("\0\r\n\"'[]{}=.,#\\_-+:0eZ\u{7f}".utf8) + [0xff, 0xc3, 0x80] {
            for index in bytes.indices {
                var damaged = bytes
                damaged[index] = replacement
                _ = try? TOMLReader.document(damaged, file: "f.toml")
                damaged.remove(at: index)
                _ = try? TOMLReader.document(damaged, file: "f.toml")
            }
        }
    }

    @Test(arguments: [
        "a = " + String(repeating: "[", count: 1_000_000),
        "a = " + String(repeating: "{a=", count: 300_000),
        "a = " + String(repeating: "[{a.a=", count: 300_000),
        String(repeating: "a.", count: 500_000) + "a = 1",
        "[" + String(repeating: "a.", count: 500_000) + "a]",
        "[[" + String(repeating: "a.", count: 500_000) + "a]]",
        String(repeating: "a.", count: 60) + "a = {" + String(repeating: "a.", count: 60) + "a=1}",
    ])
    func deepNestingIsRefused(text: String) {
        let error = #expect(throws: SettingsError.self) { try read(text) }
        #expect(error?.message == "nested deeper than 100 levels")
    }

    @Test(arguments: [
        "a = " + String(repeating: "9", count: 1_000_000),
        "a = " + String(repeating: "9", count: 1_000_000) + ".0",
        "a = 0x" + String(repeating: "f", count: 1_000_000),
        "a = 1e" + String(repeating: "9", count: 1_000_000),
    ])
    func hugeNumbersAreRefusedOnOneShortLine(text: String) throws {
        let error = try #require(throws: SettingsError.self) { try read(text) }
        #expect(error.description.count < 200)
        #expect(error.message.contains("is beyond the range of a 64-bit"))
    }

    @Test func longListsTakeNoLongerThanTheirLength() throws {
        let tables = try read(String(repeating: "[[a]]\n", count: 200_000))
        guard case .tables(let list) = try #require(tables["a"]).value.content else {
            Issue.record("not an array of tables")
            return
        }
        #expect(list.tables.count == 200_000)
        let keys = (0..<100_000).map { "k\($0)=0" }.joined(separator: "\n")
        #expect(try read(keys).entries.count == 100_000)
        let line = "a = [" + String(repeating: "0,", count: 500_000) + "]"
        #expect(try read(line).entries.count == 1)
    }
}
