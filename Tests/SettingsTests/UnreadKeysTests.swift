import Settings
import Testing

/// Reads a fixed set of keys and then asks for what is left.
private func finish(_ text: String, foreign: [String: String] = [:]) throws {
    let root = try SettingsDocument(text: text, file: "a.toml", overrides: []).root
    _ = try root.integer("seed", default: 1, "")
    let swap = try root.table("swap")
    _ = try swap.integer("interval", default: 100, "")
    _ = try swap.text("policy", default: "rotation", "")
    let optimizer = try root.table("optimizer")
    for name in ["generator", "discriminator"] {
        let table = try optimizer.table(name)
        _ = try table.number("learning_rate", default: 1e-3, "")
        _ = try table.number("eps", default: 1e-8, "")
    }
    try root.finish(foreign: foreign)
}

@Suite struct UnreadKeysTests {
    @Test func nothingIsLeftOfAReadDocument() throws {
        try finish(
            "seed = 3\nswap.interval = 1\n[optimizer.generator]\neps = 1\n[optimizer.discriminator]"
        )
    }

    @Test(arguments: [
        (
            "[swap]\nintervall = 3",
            "2:1: key swap.intervall: unknown key; did you mean swap.interval?"
        ),
        (
            "[swap]\nintreval = 3",
            "2:1: key swap.intreval: unknown key; did you mean swap.interval?"
        ),
        ("Seed = 3", "1:1: key Seed: unknown key; did you mean seed?"),
        ("swap_interval = 3", "1:1: key swap_interval: unknown key; did you mean swap.interval?"),
        ("interval = 3", "1:1: key interval: unknown key; did you mean swap.interval?"),
        (
            "[optimizer]\nlearning_rate = 3",
            "2:1: key optimizer.learning_rate: unknown key; "
                + "did you mean optimizer.generator.learning_rate?"
        ),
        (
            "[optimizer.generator]\nfoo = 3",
            "2:1: key optimizer.generator.foo: unknown key; "
                + "known in optimizer.generator: learning_rate, eps"
        ),
        ("foo = 1", "1:1: key foo: unknown key; known here: seed"),
        ("[swpa]\ninterval = 3", "1:2: key swpa: unknown table; did you mean swap?"),
        (
            "[optimizer.genrator]\neps = 3",
            "1:12: key optimizer.genrator: unknown table; did you mean optimizer.generator?"
        ),
        ("[sweep]", "1:2: key sweep: unknown table; known here: swap, optimizer"),
        ("[[swaps]]", "1:3: key swaps: unknown table; did you mean swap?"),
        ("swap.x.y = 1", "1:6: key swap.x: unknown table"),
        ("\"a b\" = 1", "1:1: key \"a b\": unknown key; known here: seed"),
        ("x = 1\ny = 1", "1:1: key x: unknown key; known here: seed"),
    ])
    func theFirstUnreadKeyIsNamed(text: String, message: String) {
        let error = #expect(throws: SettingsError.self) { try finish(text) }
        #expect(error?.description == "a.toml:" + message)
    }

    @Test func fileOrderCountsNotTableOrder() {
        let text = "[swap]\n[optimizer]\nx = 1\n[swap.y]\n"
        let error = #expect(throws: SettingsError.self) { try finish(text) }
        #expect(error?.key == "optimizer.x")
    }

    @Test func keysOfOtherExperimentsSayWhereTheyBelong() {
        let hints = [
            "loss.weight": "belongs to loss `wgan-gp`", "swap.scale": "belongs to policy `perturb`",
        ]
        for (text, message) in [
            (
                "[loss]\nweight = 1",
                "2:1: key loss.weight: not used here: belongs to loss `wgan-gp`"
            ),
            ("swap.scale = 1", "1:6: key swap.scale: not used here: belongs to policy `perturb`"),
        ] {
            let error = #expect(throws: SettingsError.self) { try finish(text, foreign: hints) }
            #expect(error?.description == "a.toml:" + message)
        }
    }

    @Test func longKeysGiveShortMessages() throws {
        let name = String(repeating: "x", count: 1_000_000)
        let error = try #require(throws: SettingsError.self) { try finish("\(name) = 1") }
        #expect(error.description.utf8.count < 300)
    }
}

@Suite struct NearestNameTests {
    @Test(arguments: [
        ("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("ab", "ba", 1), ("ca", "abc", 3),
        ("Adam", "adam", 0), ("teh", "the", 1), ("intervall", "interval", 1),
    ])
    func distancesAreThoseOfOptimalStringAlignment(first: String, second: String, expected: Int) {
        #expect(NearestName.distance(first, second) == expected)
        #expect(NearestName.distance(second, first) == expected)
    }

    @Test func onlyNearNamesAreOffered() {
        #expect(NearestName.of("latnet", among: ["latent", "layer"]) == "latent")
        #expect(NearestName.of("foo", among: ["bar", "eps"]) == nil)
        #expect(NearestName.of("x", among: []) == nil)
    }
}
