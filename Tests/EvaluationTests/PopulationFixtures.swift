import Adversarial
import Datasets
import Evaluation
import NeuralNetwork
import Settings
import Testing

/// What the lines of `[evaluate]` ask for about the population.
func readPopulation(
    _ toml: String, every: Int = 100, data: (any DataSource)? = nil
) throws -> PopulationEvaluationSettings? {
    let table = try SettingsDocument(text: toml, file: "test.toml", overrides: []).root
    let evaluation = try EvaluationSettings(settings: table, every: every, data: data)
    let population = try PopulationEvaluationSettings(
        settings: table, every: every, evaluation: evaluation)
    try table.finish()
    return population
}

/// Pairs on points of the plane whose discriminators are `w x + b`, each with samples given here.
struct LinearPopulation {
    let models: [AdversarialModel]
    /// By discriminator: two weights and the bias.
    let discriminators: [[Float]]
    /// By pair and set: points.
    let samples: [[[Float]]]
    let discriminatorOfPair: [Int]
    let data: any DataSource

    /// - Parameter losses: of each pair, as `[loss]` has them.
    init(
        losses: [String], discriminators: [[Float]], samples: [[[Float]]], pairing: [Int],
        data: any DataSource
    ) throws {
        models = try losses.map { loss in
            let document = try SettingsDocument(
                text: "discriminator.hidden = []\n[loss]\n" + loss, file: "test.toml",
                overrides: [])
            return try AdversarialModel(root: document.root, exampleShape: [2], batchSize: 8)
        }
        self.discriminators = discriminators
        self.samples = samples
        discriminatorOfPair = pairing
        self.data = data
    }

    /// Every pair is a group of its own.
    func evaluation(
        _ settings: PopulationEvaluationSettings, metrics: SampleEvaluation? = nil
    ) -> PopulationEvaluation {
        PopulationEvaluation(
            settings,
            groups: models.enumerated().map {
                EvaluatedGroup(pairs: $0..<($0 + 1), model: $1, data: data)
            }, metrics: metrics, firstMember: 7, seed: 1)
    }

    /// The numbers of the settings' columns, by their names.
    func values(
        _ settings: PopulationEvaluationSettings, metrics: SampleEvaluation? = nil
    ) -> [String: [Double]] {
        let values = evaluation(settings, metrics: metrics).values(snapshot(settings), step: 3)
        return Dictionary(uniqueKeysWithValues: zip(settings.columns.map(\.name), values))
    }

    func snapshot(_ settings: PopulationEvaluationSettings) -> PopulationSnapshot {
        let snapshot = PopulationSnapshot(models, settings: settings)
        for (pair, discriminator) in discriminatorOfPair.enumerated() {
            for (set, points) in samples[pair].prefix(settings.setCount).enumerated() {
                _ = snapshot.samples(pair, set: set).update(fromContentsOf: points)
            }
            let network = models[discriminator].discriminator
            let state = NetworkState(network)
            let numbers = discriminators[discriminator]
            let weight = network.parameters["dense1.weight"].offset
            state.parameters.elements[weight] = numbers[0]
            state.parameters.elements[weight + 1] = numbers[1]
            state.parameters.elements[network.parameters["dense1.bias"].offset] = numbers[2]
            snapshot.take(
                state, statistics: FloatVector(statisticsOf: network), index: discriminator,
                seat: pair)
        }
        return snapshot
    }

    /// The output of a discriminator on each point.
    func scores(_ discriminator: Int, _ points: [Float]) -> [Double] {
        let numbers = discriminators[discriminator].map(Double.init)
        return stride(from: 0, to: points.count, by: 2).map {
            numbers[0] * Double(points[$0]) + numbers[1] * Double(points[$0 + 1]) + numbers[2]
        }
    }
}

func agree(_ actual: [Double], _ expected: [Double], _ tolerance: Double = 1e-5) -> Bool {
    actual.count == expected.count
        && zip(actual, expected).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
}

enum PopulationFixture {
    /// The metrics that the same lines ask for.
    static func metrics(_ lines: String, _ data: any DataSource) throws -> SampleEvaluation? {
        let table = try SettingsDocument(text: lines, file: "test.toml", overrides: []).root
        return try EvaluationSettings(settings: table, every: 1, data: data)
            .map { SampleEvaluation($0, data: data, seed: 1) }
    }

    /// What `[evaluate]` has to say for a measure.
    static func lines(_ measure: any PopulationMeasure.Type) -> String {
        "population = [\"\(measure.identifier)\"]"
            + (measure.usesMetrics ? "\nmetrics = [\"modes\", \"high-quality\"]" : "")
            + (measure.chooses ? "\ncriterion = \"high_quality\"" : "")
    }
}
