import Settings
import Testing

struct SweepDocumentTests {
    private func document(_ sweep: String, _ words: String...) throws -> SweepDocument {
        try SweepDocument(
            bytes: Array("steps = 5\n[swap]\ninterval = 7\n[sweep]\n\(sweep)".utf8),
            file: "a.toml", words: words)
    }

    /// Each axis as `key: value, value`.
    private func axes(_ document: SweepDocument) -> [String] {
        document.axes.indices.map { axis in
            let key = document.axes[axis].key
            let words = document.axes[axis].values.map { document.word(axis, $0) }
            return "\(key): "
                + words.map { String($0.dropFirst(key.count + 1)) }.joined(separator: " ")
        }
    }

    @Test func axesOfAFile() throws {
        let document = try document(
            """
            seed = "1..3"
            "swap.interval" = [0, 10]
            generator.hidden = [[64], [8, 8]]
            'loss.name' = ["bce", "a b", "7"]
            "data.\\"odd key\\"" = true
            """)
        #expect(
            axes(document) == [
                "swap.interval: 0 10", "generator.hidden: [64] [8, 8]",
                "loss.name: bce a b \"7\"", "data.\"odd key\": true", "seed: 1 2 3",
            ])
    }

    @Test func axesOfACommandLine() throws {
        let document = try document(
            "\"swap.interval\" = [0, 10]\n\"loss.name\" = [\"bce\", \"wgan\"]\nseed = \"1..3\"",
            "swap.interval=5,6", "seed=-1..1", "generator.hidden=[64],[8,8]", "steps=9",
            "loss.name=hinge", "swap.policy='x,y',z", "data.path=../p,\"q,r\"")
        #expect(
            axes(document) == [
                "swap.interval: 5 6", "generator.hidden: [64] [8, 8]", "swap.policy: x,y z",
                "data.path: ../p q,r", "seed: -1 0 1",
            ])
        #expect(
            document.givenTOML == "steps = 9\n\n[swap]\ninterval = 7\n\n[loss]\nname = \"hinge\"\n")
    }

    @Test func valuesTakeThePlaceOfWhatTheFileSays() throws {
        let document = try document("\"swap.interval\" = [0, 10]\nseed = 4")
        let root = try document.document([document.axes[0].values[1], nil]).root
        #expect(try root.table("swap").integer("interval", default: nil, "") == 10)
        #expect(!root.has("seed") && !root.has("sweep"))
        let base = try document.document([])
        #expect(try base.root.table("swap").integer("interval", default: nil, "") == 7)
        let short = try document.document(document.axes.map { $0.values[0] }, rootKeysOnly: true)
        #expect(try short.root.integer("seed", default: nil, "") == 4)
        #expect(!short.root.has("swap"))
    }

    @Test func optionsOfAFileAndOfACommandLine() throws {
        let options = "max_failures = 3\nseed = \"1..2\""
        let file = try document(options)
        #expect(file.retry == 0 && file.maximumFailures == 3)
        let both = try document(options, "sweep.retry=2", "sweep.seed=5..6")
        #expect(both.retry == 2 && both.maximumFailures == 3)
        #expect(axes(both) == ["seed: 5 6"])
    }

    @Test func groupsAndExclusions() throws {
        let document = try document(
            """
            a = [1, 2, 1]
            "b.c" = [3, 4]
            "swap.interval" = [0, 1, 2]
            zip = [["swap.interval", "a"]]
            exclude = [{ "b.c" = 3, a = 1 }, { b.c = 4, swap.interval = 0 }]
            """)
        #expect(document.groups == [[1], [2, 0]])
        let conditions = document.exclusions.map { $0.conditions.map { [$0.axis] + $0.values } }
        #expect(conditions == [[[1, 0], [0, 0, 2]], [[1, 1], [2, 0]]])
    }

    @Test(arguments: [
        ("\"swap.interval\" = []", "a.toml:5:1: key swap.interval: an empty grid"),
        ("seed = [1, 2, 1]", "the value 1 twice"),
        ("seed = \"5..1\"", "expected a range"),
        ("seed = \"1..99999999999\"", "expected a range"),
        ("seed = \"1..\"", "a.toml:5:8: key seed: expected a range of integers such as 1..10"),
        ("foo = 1", "a.toml:5:1: key sweep.foo: unknown key; known in sweep: retry"),
        ("name = [\"a\", \"b\"]", "one folder"),
        ("\"a b\" = [1]", "is no path of a key"),
        ("\"swap.interval\" = [1]\nswap.interval = [2]", "given twice"),
        ("max_failure = 3", "did you mean sweep.max_failures?"),
        ("excludes = []", "did you mean sweep.exclude?"),
        ("retry = -1", "sweep.retry: expected an integer from 0"),
        ("a = [1]\nzip = [\"a\"]", "sweep.zip: expected a list of keys, found \"a\""),
        ("a = [1, 2]\nb = [1]\nzip = [[\"a\", \"b\"]]", "a has 2, b has 1"),
        ("a = [1]\nb = [1]\nzip = [[\"a\", \"b\"], [\"a\"]]", "stands twice"),
        ("a = [1, 1]\nb = [2, 2]\nzip = [[\"a\", \"b\"]]", "the value 1, 2 twice"),
        ("a = [1]\nzip = [[]]", "a group without keys"),
        ("interval = [1]\nzip = [[\"intervall\"]]", "did you mean interval?"),
        ("a = [1]\nexclude = [{ other = 1 }]", "other is not swept; swept keys: a"),
        ("a = [1]\nexclude = [{ a = 2 }]", "a never is 2; its values: 1"),
        ("a = [1]\nexclude = [{}]", "a rule without keys"),
        ("a = [1]\nexclude = 3", "expected a list of tables, found 3"),
        ("[[sweep.a]]\nb = 1", "expected a list of values"),
    ])
    func faultsOfTheFile(sweep: String, message: String) throws {
        let error = #expect(throws: SettingsError.self) { try document(sweep) }
        let text = "\(try #require(error))"
        #expect(text.contains(message))
        #expect(!text.contains("\n"))
    }

    @Test(arguments: [
        (["seed=1,1"], "argument 1: key seed: the value 1 twice"),
        (["seed=1..2", "seed=3"], "argument 2: key seed: given twice; first at"),
        (["seed=3..1"], "argument 1: key seed: expected a range"),
        (["seed=1.."], "argument 1: key seed: expected a range of integers such as 1..10"),
        (["seed=1..1..2"], "such as 1..10, found 1..1..2"),
        (["sweep.foo=1"], "key sweep.foo: unknown key; known in sweep: retry, max_failures, zip"),
        (["generator.hidden=[1],[2"], "argument 1: key generator.hidden"),
        (["sweep=3"], "sweep"),
        (["sweep.zip=[[1]]"], "argument 1: key sweep.zip"),
    ])
    func faultsOfTheCommandLine(words: [String], message: String) throws {
        let error = #expect(throws: SettingsError.self) {
            try SweepDocument(bytes: Array("[sweep]\nseed = 1".utf8), file: "a.toml", words: words)
        }
        #expect("\(try #require(error))".contains(message))
    }

    @Test func aFileWithoutAGridHasNoAxes() throws {
        let document = try SweepDocument(bytes: Array("steps = 5".utf8), file: "a", words: [])
        #expect(document.axes.isEmpty && document.groups.isEmpty && document.exclusions.isEmpty)
        #expect(throws: SettingsError.self) {
            try SweepDocument(bytes: Array("sweep = 5".utf8), file: "a", words: [])
        }
    }
}
