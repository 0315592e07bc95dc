import Settings
import Testing

/// The value of `key = TEXT`.
private func content(_ text: String) throws -> TOMLValue.Content {
    let table = try TOMLReader.document(Array("key = \(text)\n".utf8), file: "f.toml")
    return try #require(table["key"]).value.content
}

/// Examples and rules of the TOML 1.0 specification (https://toml.io/en/v1.0.0).
@Suite struct TOMLScalarTests {
    @Test(arguments: [
        (
            #""\"You can quote me\". \t\u00E9 \U0001F600""#,
            "\"You can quote me\". \t\u{e9} \u{1f600}"
        ),
        (#"'C:\Users\nodejs\templates'"#, #"C:\Users\nodejs\templates"#),
        (#"'<\i\c*\s*>'"#, #"<\i\c*\s*>"#),
        ("\"\"\"\nRoses\nViolets\"\"\"", "Roses\nViolets"),
        ("\"\"\"\r\nRoses\r\nViolets\"\"\"", "Roses\nViolets"),
        ("\"\"\"\\\n   The quick \\\n\n   fox.\\\n   \"\"\"", "The quick fox."),
        ("\"\"\"Here are two: \"\". Simple.\"\"\"", "Here are two: \"\". Simple."),
        ("\"\"\"Here are three: \"\"\\\".\"\"\"", "Here are three: \"\"\"."),
        ("\"\"\"\"This,\" she \"said.\"\"\"\"\"", "\"This,\" she \"said.\"\""),
        ("'''\nI [dw]on't need \\d{2} apples'''", "I [dw]on't need \\d{2} apples"),
        (
            "''''That,' she said, 'is still pointless.''''",
            "'That,' she said, 'is still pointless.'"
        ),
        ("\"\"", ""), ("\"\"\"\"\"\"", ""), ("''''''", ""),
    ])
    func stringsHaveTheirText(text: String, expected: String) throws {
        guard case .text(let value) = try content(text) else {
            Issue.record("not text")
            return
        }
        #expect(Array(value.utf8) == Array(expected.utf8))
    }

    @Test(arguments: [
        ("+1.0", 1), ("3.1415", 3.1415), ("-0.01", -0.01), ("5e+22", 5e22), ("1e06", 1e6),
        ("-2E-2", -2e-2), ("6.626e-34", 6.626e-34), ("224_617.445_991_228", 224617.445991228),
        ("inf", .infinity), ("+inf", .infinity), ("-inf", -.infinity),
        ("0.1000000000000000055511151231257827021181583404541015625", 0.1),
        ("1.7976931348623157e308", .greatestFiniteMagnitude),
    ])
    func floatsAreTheNearestDouble(text: String, expected: Double) throws {
        guard case .float(let value) = try content(text) else {
            Issue.record("not a float")
            return
        }
        #expect(value == expected)
    }

    @Test(arguments: [
        ("1979-05-27T07:32:00Z", TOMLDateTimeKind.offsetDateTime, "1979-05-27T07:32:00Z"),
        ("1979-05-27 07:32:00z", .offsetDateTime, "1979-05-27T07:32:00Z"),
        ("1979-05-27t00:32:00.999999-07:00", .offsetDateTime, "1979-05-27T00:32:00.999999-07:00"),
        ("1979-05-27T07:32:00", .localDateTime, "1979-05-27T07:32:00"),
        ("1979-05-27", .localDate, "1979-05-27"), ("07:32:00", .localTime, "07:32:00"),
        ("00:32:00.999999", .localTime, "00:32:00.999999"),
        ("2016-12-31T23:59:60Z", .offsetDateTime, "2016-12-31T23:59:60Z"),
        ("1600-02-29", .localDate, "1600-02-29"), ("2024-02-29", .localDate, "2024-02-29"),
    ])
    func datesAndTimesKeepTheirText(
        text: String, kind: TOMLDateTimeKind, expected: String
    ) throws {
        guard case .dateTime(kind, let value) = try content(text) else {
            Issue.record("not of that kind")
            return
        }
        #expect(value == expected)
    }

    @Test(arguments: [
        "2100-02-29", "2023-02-29", "2024-04-31", "2024-00-01", "2024-13-01", "2024-01-00",
        "2024-1-1", "24:00:00", "07:60:00", "07:32:61", "07:32", "07:32:00.", "07:32:00Z",
        "2024-01-01T07:32", "2024-01-01T07:32:00+24:00", "2024-01-01T07:32:00+0700",
        "2024-01-01  07:32:00", "2024-01-01T", "+2024-01-01",
        ".5", "5.", "1e", "1e5.0", "1.e5", "1__0", "_1", "1_", "1._5", "1_.5", "0x", "0x_1", "0xg",
        "0o8", "0b2", "+0x1", "0X1", "01", "-01", "00", "01.5", "++1", "1+2", "infinity", "NaN",
        "True", "truefalse", "",
    ])
    func otherWordsAreNoValues(text: String) {
        #expect(throws: SettingsError.self) { try content(text) }
    }
}
