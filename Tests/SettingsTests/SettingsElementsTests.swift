import Settings
import Testing

/// A list of tables whose elements stand for the whole document.
private struct Reading {
    let document: SettingsDocument
    let elements: [SettingsTable]

    init(_ text: String, _ overrides: [String] = [], most: Int = 3) throws {
        document = try SettingsDocument(text: text, file: "a.toml", overrides: overrides)
        elements = try document.root.elements(
            of: "groups", in: "population", owning: ["net", "data", "rule"], most: most)
        _ = try document.root.table("population").integer("shared", default: 0, "")
    }

    /// Reads every key of every element.
    func values() throws -> [[Int]] {
        try elements.map { element in
            let net = try element.table("net")
            return [
                try element.integer("pairs", default: 1, ""),
                try net.integer("width", default: 8, in: 1...99, ""),
                try net.integer("depth", default: 2, ""),
                try element.table("data").integer("count", default: 64, ""),
                try element.table("rule").table("fast").integer("rate", default: 5, ""),
            ]
        }
    }
}

private let twoGroups = """
    [net]
    width = 16
    depth = 3
    [rule]
    fast.rate = 7
    [population]
    shared = 1
    [[population.groups]]
    pairs = 2
    net.width = 4
    [[population.groups]]
    [population.groups.net]
    depth = 9
    [population.groups.rule.fast]
    """

@Suite struct SettingsElementsTests {
    @Test func elementsSayWhatTheyDoNotBorrow() throws {
        let reading = try Reading(twoGroups)
        #expect(try reading.values() == [[2, 4, 3, 64, 7], [1, 16, 9, 64, 7]])
        try reading.document.root.finish()
    }

    @Test func withoutAListThereAreNoElements() throws {
        #expect(try Reading("").elements.isEmpty)
        #expect(try Reading("population.shared = 3").elements.isEmpty)
    }

    /// A table that no element has is read, and declared, where it stands.
    @Test func tablesOfAllElementsStayAtTheRoot() throws {
        let reading = try Reading(twoGroups)
        _ = try reading.values()
        let paths = reading.document.declarations.map(\.path)
        #expect(paths.contains("data.count") && !paths.contains("population.groups.0.data.count"))
        #expect(paths.contains("population.groups.1.net.width") && !paths.contains("net.width"))
        #expect(paths.contains("population.groups.0.rule.fast.rate"))
    }

    @Test func theResolvedDocumentReadsTheSame() throws {
        let first = try Reading(twoGroups)
        let values = try first.values()
        let text = first.document.resolvedTOML()
        let second = try Reading(text)
        #expect(try second.values() == values)
        try second.document.root.finish()
        #expect(second.document.resolvedTOML() == text)
        #expect(text.contains("[[population.groups]]\n# \npairs = 2"))
        #expect(text.contains("[population.groups.rule.fast]\n"))
    }

    @Test func overridesNameElementsByNumber() throws {
        let reading = try Reading(
            twoGroups,
            ["population.groups.1.net.width=5", "net.depth=1", "population.groups.0.data.count=3"])
        #expect(try reading.values() == [[2, 4, 1, 3, 7], [1, 5, 9, 64, 7]])
        // The width at the root is known, though nobody is left to borrow it.
        try reading.document.root.finish()
    }

    @Test(arguments: [
        (
            "population.groups.2.net.width=5", "population.groups.2.net.width",
            "population.groups is a list of 2; its tables are numbered from 0, such as "
                + "population.groups.1"
        ),
        ("population.groups.x.pairs=5", "population.groups.x.pairs", "population.groups is a list"),
        ("population.groups.-1.pairs=5", "population.groups.-1.pairs", "population.groups is a"),
        ("population.groups.1=5", "population.groups.1", "is a table; give one of its keys"),
        ("population.groups=5", "population.groups", "is a table; give one of its keys"),
        ("population.groups.0.net=5", "population.groups.0.net", "is a table; give one of"),
    ]) func overridesThatNameNoneAreRefused(word: String, key: String, message: String) throws {
        let error = #expect(throws: SettingsError.self) { try Reading(twoGroups, [word]) }
        #expect(error?.key == key)
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        (
            "population.groups = [{ pairs = 2 }]",
            "a.toml:1:12: key population.groups: expected 1 to 3 tables [[population.groups]], "
                + "found [{ pairs = 2 }] (array)"
        ),
        (
            "[population.groups]",
            "a.toml:1:13: key population.groups: expected 1 to 3 tables [[population.groups]], "
                + "found a table"
        ),
        (
            String(repeating: "[[population.groups]]\n", count: 4),
            "a.toml:1:14: key population.groups: expected 1 to 3 tables [[population.groups]], "
                + "found 4"
        ),
    ]) func whatIsNoShortListIsRefused(text: String, message: String) {
        let error = #expect(throws: SettingsError.self) { try Reading(text) }
        #expect(error?.description == message)
    }

    /// Values are named where they stand, in the element or at the root.
    @Test(arguments: [
        ("net.width = 100\n[[population.groups]]\nnet.depth = 1", "1:13: key net.width: expected"),
        (
            "[[population.groups]]\n[[population.groups]]\nnet.width = 0",
            "3:13: key population.groups.1.net.width: expected"
        ),
        (
            "[[population.groups]]\nnet.width = 1\nnet.width = 2",
            "3:5: key population.groups.0.net.width: given twice"
        ),
        (
            "[[population.groups]]\nnet.wdth = 1",
            "2:5: key population.groups.0.net.wdth: unknown key; did you mean "
                + "population.groups.0.net.width?"
        ),
        (
            "[net]\nwdth = 1\n[[population.groups]]\nnet.width = 1\n[[population.groups]]",
            "2:1: key net.wdth: unknown key; did you mean net.width?"
        ),
        (
            "[[population.groups]]\nnett.width = 1",
            "2:1: key population.groups.0.nett: unknown table; did you mean "
                + "population.groups.0.net?"
        ),
        (
            "[[population.groups]]\npairz = 1",
            "2:1: key population.groups.0.pairz: unknown key; did you mean "
                + "population.groups.0.pairs?"
        ),
        ("pairs = 3\n[[population.groups]]", "1:1: key pairs: unknown key"),
    ]) func faultsAreFoundWhereTheyStand(text: String, message: String) {
        let error = #expect(throws: SettingsError.self) {
            let reading = try Reading(text)
            _ = try reading.values()
            try reading.document.root.finish()
        }
        #expect(error?.description.hasPrefix("a.toml:" + message) == true, "\(error!)")
    }

    @Test func aSweepChangesCopies() throws {
        let text = twoGroups + "\n[sweep]\n\"population.groups.1.net.width\" = [5, 6]\n"
        let sweep = try SweepDocument(bytes: Array(text.utf8), file: "a.toml", words: [])
        let axis = sweep.axes[0]
        #expect(axis.key == "population.groups.1.net.width")
        for value in [axis.values[0], axis.values[1], nil] {
            let root = try sweep.document([value]).root
            let elements = try root.elements(
                of: "groups", in: "population", owning: ["net"], most: 3)
            let width = try elements[1].table("net").integer("width", default: nil, "")
            #expect(width == (value.map { $0.position == axis.values[0].position ? 5 : 6 } ?? 16))
        }
        let given = try Reading(sweep.givenTOML)
        #expect(try given.values() == Reading(twoGroups).values())
    }
}
