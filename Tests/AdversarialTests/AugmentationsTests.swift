import Adversarial
import GraphExecution
import NeuralNetwork
import OracleSupport
import Settings
import TensorGraph
import Testing

@Suite struct AugmentationsTests {
    private let oracle = OracleValue.pytorch["augmentations"]

    private func policy(_ toml: String) throws -> AugmentationPolicy {
        let table = try settings(toml)
        let policy = try AugmentationPolicy(settings: table, default: [], "Under test.")
        try table.finish()
        return policy
    }

    /// The authors' operations with the same numbers: images, and the slope of a weighted sum.
    @Test(arguments: Evaluator.allCases) func agreeWithPyTorch(evaluator: Evaluator) throws {
        for expected in oracle["cases"].elements {
            let names = expected["policy"].elements.map(\.text)
            let policy = try policy("policy = \(names)\n\(expected["toml"].text)")
            let graph = Graph()
            let images = graph.input("images", Shape(oracle["images"].shape))
            var inputs = ["images": oracle["images"].data]
            let result = policy.apply(images) { shape in
                let drawn = expected["uniform"].elements[inputs.count - 1]
                precondition(drawn.shape.reduce(1, *) == shape.elementCount, "\(names)")
                let name = "uniform.\(inputs.count)"
                inputs[name] = drawn.data
                return graph.input(name, shape)
            }
            inputs["weights"] = oracle["weights"].data
            let scalar = (result * graph.input("weights", images.shape)).sum()
            let values = evaluator.values(
                [result, scalar.gradient(withRespectTo: [images])[0]], inputs)
            for (actual, name) in zip(values, ["output", "d_images"]) {
                let problem = evaluator.difference(actual, expected[name].data)
                #expect(problem == nil, "\(names) \(name): \(problem!)")
            }
        }
    }

    @Test func theOracleCoversTheCatalog() {
        let covered = Set(
            oracle["cases"].elements.flatMap { $0["policy"].elements.map(\.text) })
        #expect(Set(Augmentations.catalog.map { $0.identifier }) == covered)
    }

    @Test(arguments: [
        ("augment.policy = [\"cut\"]", "augment.policy"),
        ("augment.policy = [\"cutout\", \"color\", \"cutout\"]", "augment.policy"),
        ("augment = { policy = [\"cutout\"], cutout.ratio = 2 }", "augment.cutout.ratio"),
        ("augment = { policy = [\"cutout\"], color.brightness = 2 }", "augment.color"),
        (
            "loss = { regularizers = [\"consistency\"], consistency.policy = [\"cut\"] }",
            "loss.consistency.policy"
        ),
    ]) func faultsNameTheirKey(toml: String, key: String) throws {
        let error = #expect(throws: SettingsError.self) {
            try model(toml, exampleShape: [4, 4, 1])
        }
        #expect(error?.key == key)
    }

    @Test(arguments: [
        ("augment.policy = [\"color\"]", "augment.policy"),
        ("loss.regularizers = [\"consistency\"]", "loss.regularizers"),
    ]) func onlyImagesAreAugmented(toml: String, key: String) throws {
        let error = #expect(throws: SettingsError.self) { try model(toml) }
        #expect(error?.key == key)
        _ = try model(toml, exampleShape: [2, 1, 1])
    }
}
