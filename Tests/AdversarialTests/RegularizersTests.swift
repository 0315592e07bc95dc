import Adversarial
import GraphExecution
import NeuralNetwork
import OracleSupport
import Settings
import TensorGraph
import Testing

/// The term of one regulariser for a critic 3-5-4-1 and four examples of three numbers.
private struct RegularisedCritic {
    let network: Network
    let term: Value
    let outputs: [Value]
    let estimates: Value?

    init(_ name: String, _ keys: String) throws {
        let shape = name == "consistency" ? [1, 3, 1] : [3]
        let model = try model(
            """
            discriminator = { hidden = [5, 4], activation = "tanh" }
            loss.regularizers = ["\(name)"]
            [loss.\(name.replacing("-", with: "_"))]
            \(keys)
            """, exampleShape: shape, batchSize: 4)
        network = model.discriminator
        let graph = Graph()
        let critic = BoundNetwork(network, role: "critic", graph: graph)
        var drawn = 0
        let batch = Shape([4] + shape)
        let (real, generated) = (graph.input("real", batch), graph.input("generated", batch))
        term = model.regularizers[0].term(
            RegularizerContext(
                real: real, generated: generated,
                scores: (
                    critic.apply(real, mode: .training), critic.apply(generated, mode: .training)
                ), discriminator: critic
            ) { shape in
                defer { drawn += 1 }
                return graph.input("uniform.\(drawn)", shape)
            })
        outputs = [term, critic.gradient(of: term)]
        estimates = critic.estimatesVector
    }
}

@Suite struct RegularizersTests {
    private let oracle = OracleValue.pytorch["regularizers"]

    @Test(arguments: Evaluator.allCases) func agreeWithPyTorch(evaluator: Evaluator) throws {
        for expected in oracle["cases"].elements {
            let name = expected["name"].text
            let critic = try RegularisedCritic(name, expected.settingsTOML)
            let layout = critic.network.parameters
            var inputs = [
                "real": oracle["real"].data, "generated": oracle["generated"].data,
                "critic.parameters": layout.vector(oracle["parameters"]),
                "critic.estimates": oracle["means"]["before"].data,
            ]
            for (index, numbers) in expected["uniform"].elements.enumerated() {
                inputs["uniform.\(index)"] = numbers.data
            }
            let values = evaluator.values(critic.outputs, inputs)
            let wanted = [
                [expected["term"].number], layout.vector(expected["derivatives"], prefix: "d_"),
            ]
            for (index, (actual, wanted)) in zip(values, wanted).enumerated() {
                let problem = evaluator.difference(actual, wanted, scale: 10)
                #expect(problem == nil, "\(name), output \(index): \(problem!)")
            }
        }
    }

    /// LeCam's averages move towards the means of this update, which it does not look at yet.
    @Test(arguments: Evaluator.allCases) func averagesMove(evaluator: Evaluator) throws {
        let means = oracle["means"]
        let critic = try RegularisedCritic("lecam", "decay = \(means["decay"].number)")
        let inputs = [
            "real": oracle["real"].data, "generated": oracle["generated"].data,
            "critic.parameters": critic.network.parameters.vector(oracle["parameters"]),
            "critic.estimates": means["before"].data,
        ]
        let values = evaluator.values([try #require(critic.estimates)], inputs)
        let problem = evaluator.difference(values[0], means["after"].data)
        #expect(problem == nil, "\(problem!)")
    }

    @Test func theOracleCoversTheCatalog() {
        let covered = Set(oracle["cases"].elements.map { $0["name"].text })
        #expect(Set(Regularizers.catalog.map { $0.identifier }) == covered)
    }

    @Test func theTermOfTheLossComesFirst() throws {
        let made = try model("loss = { name = \"wgan-gp\", regularizers = [\"r2\", \"r1\"] }")
        let identifiers = made.regularizers.map { type(of: $0).identifier }
        #expect(identifiers == ["gradient-penalty", "r2", "r1"])
        #expect(try model("").regularizers.isEmpty)
    }

    @Test(arguments: [
        ("loss.regularizers = [\"r3\"]", "loss.regularizers"),
        ("loss.regularizers = [\"r1\", \"r1\"]", "loss.regularizers"),
        (
            "loss = { name = \"wgan-gp\", regularizers = [\"gradient-penalty\"] }",
            "loss.regularizers"
        ),
        ("loss = { regularizers = [\"r1\"], r1.weight = -1 }", "loss.r1.weight"),
        ("loss = { regularizers = [\"r1\"], r2.weight = 1 }", "loss.r2"),
        ("loss = { regularizers = [\"r1\"], r1.perturbation = 1 }", "loss.r1.perturbation"),
    ]) func faultsNameTheirKey(toml: String, key: String) throws {
        let error = #expect(throws: SettingsError.self) { try model(toml) }
        #expect(error?.key == key)
    }

    @Test(arguments: ["gradient-penalty", "dragan", "r1", "r2"])
    func batchStatisticsAreRefusedUnlessAllowed(name: String) throws {
        let toml = """
            discriminator.normalization = "batch"
            loss.regularizers = ["\(name)"]

            """
        let error = #expect(throws: SettingsError.self) { try model(toml) }
        #expect(error?.key == "discriminator.normalization")
        _ = try model(toml + "loss.\(name.replacing("-", with: "_")).allow_batch_coupling = true")
    }

    /// The objective of the discriminator is its terms and all penalties.
    @Test func everyTermIsPartOfTheObjective() throws {
        let pair = try TestPair(
            "loss.regularizers = [\"r1\", \"dragan\"]\nloss.r1.weight = 2")
        #expect(pair.train(1...3) == nil)
        let values = pair.trainer.values
        let sum = values.discriminatorLossReal + values.discriminatorLossGenerated + values.penalty
        #expect(values.penalty > 0)
        #expect(abs(values.discriminatorLoss - sum) < 1e-5)
    }
}
