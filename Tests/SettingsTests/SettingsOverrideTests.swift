import Settings
import Testing

private func root(_ text: String, _ overrides: [String]) throws -> SettingsTable {
    try SettingsDocument(text: text, file: "a.toml", overrides: overrides).root
}

@Suite struct SettingsOverrideTests {
    @Test func overridesReplaceAndAdd() throws {
        let table = try root(
            "seed = 1\n[swap]\ninterval = 100",
            ["swap.interval=10", "seed = 2", "population.pairs=4", "a.\"b c\".d='x'"])
        #expect(try table.integer("seed", default: nil, "") == 2)
        #expect(try table.table("swap").integer("interval", default: nil, "") == 10)
        #expect(try table.table("population").integer("pairs", default: nil, "") == 4)
        #expect(try table.table("a").table("b c").text("d", default: nil, "") == "x")
        try table.finish()
    }

    @Test(arguments: [
        ("adam", "adam"), ("data/mnist-5k", "data/mnist-5k"), ("../a b/c.npy", "../a b/c.npy"),
        ("\"quoted\"", "quoted"), ("'8'", "8"), ("\"\"", ""), ("007", "007"), ("é~", "é~"),
        ("a,b", "a,b"), ("True", "True"),
    ])
    func bareWordsAndPathsAreText(value: String, expected: String) throws {
        let table = try root("", ["key=\(value)"])
        #expect(try table.text("key", default: nil, "") == expected)
    }

    @Test func tomlValuesKeepTheirType() throws {
        let table = try root("", ["a=[128, 64]", "b=1e-3", "c=true", "d=-5"])
        #expect(try table.integers("a", default: nil, each: 0...999, "") == [128, 64])
        #expect(try table.number("b", default: nil, "") == 1e-3)
        #expect(try table.flag("c", default: nil, ""))
        #expect(try table.integer("d", default: nil, in: -9...0, "") == -5)
    }

    @Test(arguments: [
        (["steps"], "command line, argument 1: expected key=value, found \"steps\""),
        (["=3"], "command line, argument 1: expected key=value, found \"=3\""),
        (
            ["a=1", "a="],
            "command line, argument 2: key a: the text ends here where a value should be"
        ),
        (["a b=1"], "command line, argument 1: unexpected \"b\" after the end"),
        (
            ["seed=1", "\"seed\"=2"],
            "command line, argument 2: key seed: given twice; first at command line, argument 1"
        ),
        (
            ["name=[1"],
            "command line, argument 1: key name: "
                + "the text ends here where \",\" or \"]\" should follow an array's value"
        ),
        (
            ["seed=18446744073709551615"],
            "command line, argument 1: key seed: 18446744073709551615 is beyond the range of a "
                + "64-bit integer, which has -9223372036854775808 to 9223372036854775807"
        ),
        (["name=\"x"], "command line, argument 1: key name: this text is not closed with \""),
        (
            ["swap={ interval = 3 }"],
            "command line, argument 1: key swap: "
                + "a table cannot be given here; give each of its keys"
        ),
        (["swap=3"], "command line, argument 1: key swap: is a table; give one of its keys"),
        (
            ["seed.x=3"],
            "command line, argument 1: key seed.x: key seed is not a table"
        ),
    ])
    func faultyArgumentsAreNamedByTheirNumber(overrides: [String], message: String) {
        let error = #expect(throws: SettingsError.self) {
            try root("seed = 1\n[swap]\ninterval = 3", overrides)
        }
        #expect(error?.description == message)
    }

    @Test func wrongValuesAndUnknownKeysAreNamedByTheirArgument() throws {
        let table = try root("seed = 1", ["seed=x", "swap.intervall=3"])
        #expect(
            #expect(throws: SettingsError.self) { try table.integer("seed", default: nil, "") }?
                .description
                == "command line, argument 1: key seed: "
                + "expected an integer of at least 0, found \"x\" (text)")
        _ = try table.text("seed", default: nil, "")
        _ = try table.table("swap").integer("interval", default: 0, "")
        #expect(
            #expect(throws: SettingsError.self) { try table.finish() }?.description
                == "command line, argument 2: key swap.intervall: unknown key; "
                + "did you mean swap.interval?")
    }

    @Test func hostileArgumentsAreRefused() {
        let deep = String(repeating: "a.", count: 100_000) + "a=1"
        for argument in [deep, "a=" + String(repeating: "[", count: 100_000), "a=\0", "a=\n"] {
            #expect(throws: SettingsError.self) { try root("", [argument]) }
        }
    }
}
