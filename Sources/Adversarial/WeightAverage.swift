import GraphExecution
import NeuralNetwork
import Settings
import TensorGraph

/// A running average of a generator's weights: `a' = decay a + (1 - decay) w` after each step
/// from `start` on, and `a' = w` before; it begins as the initial weights (Yazıcı et al. 2018,
/// arXiv 1806.04498, with the start of BigGAN's code, arXiv 1809.11096).
///
/// Samples of the average use the running statistics of the generator itself.
package struct WeightAverage: Sendable {
    package let decay: Double
    package let start: Int

    /// Reads `ema_decay` and `ema_start` of `[generator]`; nil for a decay of 0.
    init?(settings: SettingsTable) throws {
        decay = try settings.number(
            "ema_decay", default: 0, in: .halfOpen(0..<1),
            "Share of the averaged weights that stays at a step; 0 = no average is kept.")
        start = try settings.integer(
            "ema_start", default: 0, in: 0...Int(UInt32.max), unit: "steps",
            "The first step that averages; before it the average equals the weights.")
        guard decay > 0 else {
            if start == 0 { return nil }
            throw settings.error("ema_start", "no average is kept while ema_decay is 0")
        }
    }

    /// Moves the average of a network by one step.
    func plan(_ network: Network) -> ExecutionPlan {
        let graph = Graph()
        let shape: Shape = [max(network.parameters.count, 1)]
        let place = Placement.external(slot: MemorySlot.generatorAverage, offset: 0)
        var request = PlanRequest()
        request.inputs["average"] = place
        request.inputs["parameters"] = .external(
            slot: MemorySlot.generatorParameters, offset: 0)
        let (average, parameters) = (
            graph.input("average", shape), graph.input("parameters", shape)
        )
        request.output("average", average * decay + parameters * (1 - decay), place)
        return PlanCompiler.compile(request)
    }
}

/// Which weights of a generator make examples.
package enum GeneratorWeights: String, CaseIterable, Sendable {
    case current
    /// Their running average, `generator.ema_decay`.
    case average
}
