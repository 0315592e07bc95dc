import Settings
import Testing

private func root(_ text: String, _ overrides: [String] = []) throws -> SettingsTable {
    try SettingsDocument(text: text, file: "a.toml", overrides: overrides).root
}

private func message(_ read: () throws -> some Any) -> String? {
    #expect(throws: SettingsError.self) { _ = try read() }?.description
}

@Suite struct SettingsTableTests {
    @Test func valuesOfEveryKindAreRead() throws {
        let table = try root(
            """
            number = 1.5
            whole = 3
            integer = -7
            flag = true
            text = "é"
            choice = "adam"
            integers = [1, 2]
            numbers = [1, 2.5]
            choices = ["b", "a"]
            """)
        #expect(try table.number("number", default: nil, "") == 1.5)
        #expect(try table.number("whole", default: nil, "") == 3)
        #expect(try table.integer("integer", default: nil, in: -9...9, "") == -7)
        #expect(try table.flag("flag", default: nil, ""))
        #expect(try table.text("text", default: nil, "") == "é")
        #expect(try table.choice("choice", of: ["sgd", "adam"], default: nil, "") == "adam")
        #expect(try table.integers("integers", default: nil, each: 1...2, "") == [1, 2])
        #expect(try table.numbers("numbers", default: nil, count: 2...2, "") == [1, 2.5])
        #expect(try table.choices("choices", of: ["a", "b"], default: nil, "") == ["b", "a"])
        try table.finish()
    }

    @Test func absentKeysTakeTheirDefaults() throws {
        let document = try SettingsDocument(text: "", file: "a.toml", overrides: [])
        let table = try document.root.table("deep").table("deeper")
        #expect(table.path == "deep.deeper")
        #expect(!table.has("number"))
        #expect(try table.number("number", default: 0.1, "") == 0.1)
        #expect(try table.integers("integers", default: [4], each: 0...9, "") == [4])
        #expect(try table.optionalInteger("o1", "") == nil)
        #expect(try table.optionalText("o3", "") == nil)
        #expect(try table.optionalNumbers("o4", count: 1...2, "") == nil)
        try document.root.finish()
    }

    @Test func optionalKeysAreCheckedWhereGiven() throws {
        let table = try root("a = 3\nc = \"x\"\nd = [1]\ne = -1")
        #expect(try table.optionalInteger("a", "") == 3)
        #expect(try table.optionalText("c", "") == "x")
        #expect(try table.optionalNumbers("d", count: 1...2, "") == [1])
        #expect(
            message { try table.optionalInteger("e", "") }
                == "a.toml:4:5: key e: expected an integer of at least 0, found -1 (integer)")
    }

    @Test(arguments: [
        ("\"32\"", "\"32\" (text)"), ("1e3", "1000.0 (number with a fraction or exponent)"),
        ("1000001", "1000001 (integer)"), ("true", "true (flag)"), ("[32]", "[32] (array)"),
        ("2026-11-21", "2026-11-21 (date or time)"), ("{ a = 1 }", "a table"),
        (
            "\"\(String(repeating: "x", count: 100))\"",
            "\"\(String(repeating: "x", count: 59))... (102 bytes) (text)"
        ),
    ])
    func otherTypesAreNotIntegers(value: String, seen: String) throws {
        let table = try root("[data]\nbatch_size = \(value)").table("data")
        let message = message {
            try table.integer("batch_size", default: 32, in: 1...1_000_000, "")
        }
        #expect(
            message == "a.toml:2:14: key data.batch_size: "
                + "expected an integer from 1 to 1000000, found \(seen)")
    }

    @Test(arguments: ["nan", "inf", "-inf"])
    func numbersAreFinite(value: String) throws {
        let table = try root("a = \(value)")
        #expect(
            message { try table.number("a", default: 0, "") }
                == "a.toml:1:5: key a: expected a finite number, "
                + "found \(value) (number with a fraction or exponent)")
    }

    @Test(arguments: [
        (NumberRange.positive, "0", "a number above 0"),
        (.nonNegative, "-1e-300", "a number of at least 0"),
        (.unitInterval, "1.0000001", "a number from 0 to 1"),
        (.closed(-0.5...2), "2.1", "a number from -0.5 to 2"),
        (.halfOpen(0..<1), "1", "a number of at least 0 and below 1"),
    ])
    func rangesAreChecked(range: NumberRange, value: String, expectation: String) throws {
        let table = try root("a = \(value)")
        let message = try #require(message { try table.number("a", default: nil, in: range, "") })
        #expect(message.hasPrefix("a.toml:1:5: key a: expected \(expectation), found"))
    }

    @Test func choicesNameTheNearest() throws {
        let table = try root("a = \"adm\"\nb = [\"x\",\n \"y\", \"z\"]\nc = 1")
        #expect(
            message { try table.choice("a", of: ["sgd", "adam"], default: "sgd", "") }
                == "a.toml:1:5: key a: expected one of sgd, adam, found \"adm\" (text); "
                + "did you mean adam?")
        #expect(
            message { try table.choices("b", of: ["xx", "y"], default: [], "") }
                == "a.toml:2:6: key b: expected an array, each one of xx, y, "
                + "found \"x\" (text); did you mean xx?")
        #expect(
            message { try table.text("c", default: nil, "") }
                == "a.toml:4:5: key c: expected text, found 1 (integer); "
                + "write text in quotes: \"...\"")
    }

    @Test func arraysAreCheckedInLengthAndElements() throws {
        let table = try root("a = [1, 2, 3]\nb = [1,\n  -2]\nc = 1")
        #expect(
            message { try table.numbers("a", default: nil, count: 2...2, "") }
                == "a.toml:1:5: key a: expected an array of 2 values, each a finite number, "
                + "found [1, 2, 3] (array) of 3")
        #expect(
            message { try table.integers("b", default: [], each: 0...9, "") }
                == "a.toml:3:3: key b: expected an array, each an integer from 0 to 9, "
                + "found -2 (integer)")
        #expect(
            message { try table.integers("c", default: [], each: 0...9, "") }
                == "a.toml:4:5: key c: expected an array, each an integer from 0 to 9, "
                + "found 1 (integer)")
    }

    @Test func requiredKeysAreNamedWithTheirTable() throws {
        let text = "[data]\ncount = 1"
        #expect(
            message { try root(text).table("data").choice("source", of: ["idx"], default: nil, "") }
                == "a.toml:1:2: key data.source: required, and not given; expected one of idx")
        #expect(
            message { try root("").table("data").text("source", default: nil, "") }
                == "a.toml: key data.source: required, and not given; expected text")
        #expect(
            message { try root("[data]\nsorce = 1").table("data").text("source", default: nil, "") }
                == "a.toml:2:1: key data.sorce: unknown key; "
                + "did you mean data.source, which is required?")
        #expect(
            message { try root("[dta]\nsource = 1").table("data").text("source", default: nil, "") }
                == "a.toml:1:2: key dta: unknown table; did you mean data, which is required?")
        #expect(
            message {
                let table = try root("[date]\n[data]").table("data")
                return try table.text("dat", default: nil, "")
            } == "a.toml:2:2: key data.dat: required, and not given; expected text")
    }

    @Test func aValueIsNoTable() throws {
        #expect(
            message { try root("data = 3").table("data") }
                == "a.toml:1:8: key data: expected a table, found 3 (integer)")
        #expect(
            message { try root("[[data]]").table("data") }
                == "a.toml:1:3: key data: expected a table, found an array of tables")
        #expect(
            message { try root("[data]").text("data", default: nil, "") }
                == "a.toml:1:2: key data: expected text, found a table; "
                + "write text in quotes: \"...\"")
    }

    @Test func callersErrorsStandAtTheKeyOrItsTable() throws {
        let data = try root("x = 1\n[data]\n  path = \"p\"").table("data")
        #expect(
            data.error("path", "no such file").description
                == "a.toml:3:3: key data.path: no such file")
        #expect(
            data.error("count", "too large").description
                == "a.toml:2:2: key data.count: too large")
    }

    @Test func textHoldsNoNull() throws {
        let table = try root("a = \"x\\u0000y\"")
        #expect(
            message { try table.text("a", default: nil, "") }
                == "a.toml:1:5: key a: expected text, found \"x\\u0000y\" (text); "
                + "text cannot hold U+0000")
    }

    @Test func aDefaultThatItsKeyRefusesIsAnError() throws {
        #expect(
            message { try root("").integer("a", default: 0, in: 1...2, "") }
                == "a.toml: key a: expected an integer from 1 to 2, found 0 (integer)")
    }
}
