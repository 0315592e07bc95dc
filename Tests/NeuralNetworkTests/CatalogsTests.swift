import NeuralNetwork
import Settings
import Testing

private let catalogs: [String: [any Catalogued.Type]] = [
    "optimizers": Optimizers.catalog, "schedules": LearningRateSchedules.catalog,
    "initializers": Initializers.catalog, "networks": Networks.catalog,
]

@Suite struct CatalogsTests {
    @Test(arguments: catalogs.keys.sorted()) func identifiersAreUniqueWords(
        catalog: String
    ) throws {
        let identifiers = try #require(catalogs[catalog]).map { $0.identifier }
        #expect(!identifiers.isEmpty)
        #expect(Set(identifiers).count == identifiers.count)
        for identifier in identifiers {
            let words = identifier.split(separator: "-", omittingEmptySubsequences: false)
            #expect(words.allSatisfy { !$0.isEmpty }, "\(identifier)")
            let letters = identifier.utf8.allSatisfy {
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || $0 == UInt8(ascii: "-")
                    || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
            }
            #expect(letters, "\(identifier)")
        }
    }

    @Test(arguments: catalogs.keys.sorted()) func everyChoiceHasDefaults(catalog: String) throws {
        for choice in try #require(catalogs[catalog]) {
            let table = try settings("kind = \"\(choice.identifier)\"")
            let made = try table.chosen(
                "kind", from: catalogs[catalog]!, default: nil, "What is made.")
            #expect(type(of: made) == choice)
            try table.finish()
        }
    }

    /// All alternatives can be listed from one table, each key with its meaning.
    @Test(arguments: catalogs.keys.sorted()) func keysCanBeListed(catalog: String) throws {
        let document = SettingsDocument.describing()
        let table = try document.root.table("part")
        for choice in try #require(catalogs[catalog]) { _ = try choice.init(settings: table) }
        for key in document.declarations {
            #expect(key.meaning.hasSuffix("."), "\(key.path)")
            #expect(key.default != .required, "\(key.path)")
        }
    }

    @Test func resolvedSettingsGiveTheSameNetwork() throws {
        let toml = """
            hidden = [7, 5]
            activation = "leaky-relu"
            slope = 0.1
            normalization = "batch"
            initializer = "normal"
            initializer_deviation = 0.05
            """
        let document = try SettingsDocument(text: toml, file: "test.toml", overrides: [])
        let network = try MultilayerPerceptron(settings: document.root)
            .network(input: [3], output: [2], outputActivation: .tanh)
        let again = try perceptron(
            document.resolvedTOML(), input: [3], output: [2], activation: .tanh)
        #expect(again.parameters.names == network.parameters.names)
        #expect(again.parameters.entries.map(\.shape) == network.parameters.entries.map(\.shape))
        #expect("\(again.layers)" == "\(network.layers)")
    }
}
