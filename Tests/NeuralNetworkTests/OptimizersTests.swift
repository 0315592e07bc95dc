import NeuralNetwork
import OracleSupport
import Settings
import TensorGraph
import Testing

private let oracle = OracleValue.pytorch["optimizers"]
private let cases = oracle["cases"].elements

/// The numbers that change from update to update, in double precision, as the optimiser's
/// formula has them.
private func scalars(
    _ name: String, settings: [String: OracleValue], update: Int
) throws -> [Double] {
    let rate = settings["learning_rate"]!.number
    func corrected() -> [Double] {
        let (beta1, beta2) = (settings["beta1"]!.number, settings["beta2"]!.number)
        var (power1, power2) = (1.0, 1.0)
        for _ in 0..<update { (power1, power2) = (power1 * beta1, power2 * beta2) }
        return [rate / (1 - power1), 1 / (1 - power2).squareRoot()]
    }
    switch name {
    case "sgd", "momentum", "rmsprop": return [rate]
    case "adam": return corrected()
    case "adamw": return corrected() + [1 - rate * settings["weight_decay"]!.number]
    default: throw UnknownChoice(name: name)
    }
}

/// A catalog has an entry that the tests know nothing of.
struct UnknownChoice: Error {
    let name: String
}

private func updateRule(_ test: OracleValue) throws -> UpdateRule {
    let table = try settings("name = \"\(test["name"].text)\"\n" + test.settingsTOML)
    let rule = try UpdateRule(settings: table)
    try table.finish()
    return rule
}

/// One update of 12 parameters as a graph with the inputs p, g, slot0..., scalar0...
private struct UpdateGraph {
    let optimizer: any Optimizer
    let outputs: [Value]

    init(_ optimizer: any Optimizer) {
        let graph = Graph()
        let slots = optimizer.slotNames.indices.map { graph.input("slot\($0)", [12]) }
        let scalars = (0..<optimizer.scalarCount).map { graph.input("scalar\($0)", []) }
        let after = optimizer.update(
            parameters: graph.input("p", [12]), gradient: graph.input("g", [12]), slots: slots,
            scalars: scalars)
        self.optimizer = optimizer
        outputs = [after.parameters] + after.slots
    }

    /// Parameters after each update.
    func trajectory(
        _ evaluator: Evaluator, scalars: (Int) throws -> [Double]
    ) rethrows -> [[Double]] {
        let zeros = [[Double]](
            repeating: Array(repeating: 0, count: 12), count: optimizer.slotNames.count)
        var state = [oracle["initial"].data] + zeros
        return try oracle["gradients"].elements.enumerated().map { index, gradient in
            var inputs = ["p": state[0], "g": gradient.data]
            for (slot, values) in state.dropFirst().enumerated() { inputs["slot\(slot)"] = values }
            for (place, scalar) in try scalars(index + 1).enumerated() {
                inputs["scalar\(place)"] = [scalar]
            }
            state = evaluator.values(outputs, inputs)
            return state[0]
        }
    }
}

private func writtenScalars(_ optimizer: any Optimizer, rate: Double, update: Int) -> [Double] {
    var written = [Float](repeating: .nan, count: optimizer.scalarCount)
    written.withUnsafeMutableBufferPointer {
        optimizer.writeScalars(learningRate: rate, update: update, into: $0)
    }
    return written.map(Double.init)
}

@Suite struct OptimizersTests {
    @Test func everyOptimizerHasAnOracle() {
        let known = Set(cases.map { $0["name"].text })
        #expect(known == Set(Optimizers.catalog.map { $0.identifier }))
    }

    @Test(arguments: cases.indices) func fiveUpdatesInDoublePrecision(test index: Int) throws {
        let test = cases[index]
        let update = UpdateGraph(try updateRule(test).optimizer)
        let after = try update.trajectory(.reference) {
            try scalars(test["name"].text, settings: test["settings"].members, update: $0)
        }
        #expect(after.count == 5)
        for (step, expected) in test["parameters"].elements.enumerated() {
            let problem = difference(
                after[step], expected.data, relative: 1e-12, absolute: 1e-15)
            #expect(problem == nil, "\(test["name"].text), step \(step + 1)")
        }
    }

    @Test(arguments: cases.indices) func fiveUpdatesInSinglePrecision(test index: Int) throws {
        let test = cases[index]
        let rule = try updateRule(test)
        let after = UpdateGraph(rule.optimizer).trajectory(.plan) {
            writtenScalars(rule.optimizer, rate: rule.learningRate, update: $0)
        }
        for (step, expected) in test["parameters"].elements.enumerated() {
            let problem = difference(after[step], expected.data, relative: 1e-6, absolute: 1e-6)
            #expect(problem == nil, "\(test["name"].text), step \(step + 1)")
        }
    }

    @Test(arguments: cases.indices) func scalarsAreRoundedOnce(test index: Int) throws {
        let test = cases[index]
        let rule = try updateRule(test)
        for update in [1, 2, 5, 1000, 200_000] {
            let exact = try scalars(
                test["name"].text, settings: test["settings"].members, update: update)
            let written = writtenScalars(rule.optimizer, rate: rule.learningRate, update: update)
            #expect(
                difference(written, exact, relative: 0x1p-24 + 1e-11, absolute: 0) == nil,
                "\(test["name"].text), update \(update)")
        }
    }

    @Test(arguments: cases.indices) func aZeroGradientMovesOnlyByDecay(test index: Int) throws {
        let test = cases[index]
        let rule = try updateRule(test)
        let optimizer = rule.optimizer
        var inputs = ["p": oracle["initial"].data, "g": [Double](repeating: 0, count: 12)]
        for slot in optimizer.slotNames.indices {
            inputs["slot\(slot)"] = [Double](repeating: 0, count: 12)
        }
        let written = writtenScalars(optimizer, rate: rule.learningRate, update: 1)
        for (place, scalar) in written.enumerated() { inputs["scalar\(place)"] = [scalar] }
        let after = Evaluator.plan.values(UpdateGraph(optimizer).outputs, inputs)
        let decay = (optimizer as? AdamW).map { 1 - rule.learningRate * $0.weightDecay } ?? 1
        let expected = oracle["initial"].data.map { $0 * decay }
        #expect(difference(after[0], expected, relative: 1e-7, absolute: 0) == nil)
        for slot in after.dropFirst() { #expect(slot.allSatisfy { $0 == 0 }) }
    }
}

@Suite struct UpdateRuleTests {
    private static let clipping = OracleValue.pytorch["gradient_clipping"]

    @Test(arguments: clipping["cases"].elements.indices, Evaluator.allCases)
    func gradientsAreClippedByTheirCommonNorm(test index: Int, evaluator: Evaluator) throws {
        let test = Self.clipping["cases"].elements[index]
        let gradient = Self.clipping["gradients"].elements.flatMap(\.data)
        let rule = try UpdateRule(settings: settings("clip_norm = \(test["max_norm"].number)"))
        let clipped = rule.clipped(Graph().input("g", [gradient.count]))
        let values = evaluator.values([clipped], ["g": gradient])
        #expect(
            evaluator.difference(values[0], test["clipped"].elements.flatMap(\.data)) == nil)
    }

    @Test func clippingIsOffByDefault() throws {
        let gradient = Graph().input("g", [4])
        #expect(try UpdateRule(settings: settings("")).clipped(gradient) == gradient)
    }

    @Test func aZeroGradientStaysZero() throws {
        let rule = try UpdateRule(settings: settings("clip_norm = 1"))
        let clipped = rule.clipped(Graph().input("g", [2]))
        #expect(Evaluator.plan.values([clipped], ["g": [0, 0]]) == [[0, 0]])
    }

    /// A gradient that is no number must be seen, not scaled away.
    @Test(arguments: Evaluator.allCases) func clippingKeepsNaN(evaluator: Evaluator) throws {
        let rule = try UpdateRule(settings: settings("clip_norm = 1"))
        let clipped = rule.clipped(Graph().input("g", [2]))
        let values = evaluator.values([clipped], ["g": [1, .nan]])
        #expect(values[0].allSatisfy { $0.isNaN })
    }

    @Test func theDefaultIsAdamAtAConstantRate() throws {
        let rule = try UpdateRule(settings: settings(""))
        let adam = try #require(rule.optimizer as? Adam)
        #expect(adam.beta1 == 0.9 && adam.beta2 == 0.999 && adam.epsilon == 1e-8)
        #expect(rule.learningRate == 1e-3)
        #expect(rule.schedule is ConstantSchedule)
    }

    @Test(arguments: [
        "name = \"adamm\"", "learning_rate = 0", "learning_rate = -1e-3", "beta1 = 1",
        "beta2 = -0.1", "epsilon = 0", "clip_norm = -1", "schedule = \"sine\"",
        "name = \"sgd\"\nmomentum = 0.9", "momentum = 0.9", "learning_rate = nan",
    ])
    func badSettingsAreRefusedWithTheirPlace(toml: String) throws {
        let error = #expect(throws: SettingsError.self) {
            let table = try settings(toml)
            _ = try UpdateRule(settings: table)
            try table.finish()
        }
        #expect(error?.description.hasPrefix("test.toml:") == true)
    }
}
