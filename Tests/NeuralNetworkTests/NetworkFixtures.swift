import NeuralNetwork
import OracleSupport
import Settings
import TensorGraph

/// The table that `toml` spells, from a file that errors call `test.toml`.
func settings(_ toml: String) throws -> SettingsTable {
    try SettingsDocument(text: toml, file: "test.toml", overrides: []).root
}

/// A network of the given layers; how it is initialised is of no matter.
func network(_ layers: [any Layer], input: [Int]) throws -> Network {
    Network(
        layers: layers, inputShape: input,
        initializer: try GlorotInitializer(settings: settings("")))
}

/// A multilayer perceptron for examples of the given shapes; every key must have been used.
func perceptron(
    _ toml: String, input: [Int], output: [Int], activation: Activation = .none
) throws -> Network {
    let table = try settings(toml)
    let architecture = try MultilayerPerceptron(settings: table)
    try table.finish()
    return architecture.network(input: input, output: output, outputActivation: activation)
}

extension StateLayout {
    /// The vector that holds `tensors`, by name: weights come as `[out, in]`, as PyTorch has them.
    func vector(_ tensors: [String: [Double]]) -> [Double] {
        entries.flatMap { entry in
            guard let tensor = tensors[entry.name], tensor.count == entry.count else {
                preconditionFailure("no tensor for \(entry.name) \(entry.shape)")
            }
            return entry.transposed(tensor, toFile: false)
        }
    }

    var names: [String] { entries.map(\.name) }
}

/// A network with one pass over an input batch `x`, in a graph of its own.
struct SinglePass {
    let network: Network
    let bound: BoundNetwork
    let input: Value
    let output: Value

    init(_ network: Network, batch: Int, mode: NetworkPass.Mode = .training) {
        let graph = Graph()
        self.network = network
        bound = BoundNetwork(network, role: "network", graph: graph)
        input = graph.input("x", Shape([batch] + network.inputShape))
        output = bound.apply(input, mode: mode)
    }

    /// The values of the inputs, the parameters (and statistics) by name.
    func inputs(
        _ x: [Double], _ parameters: [String: [Double]], statistics: [String: [Double]]? = nil
    ) -> [String: [Double]] {
        var inputs = ["x": x, "network.parameters": network.parameters.vector(parameters)]
        if let statistics {
            inputs["network.statistics"] = network.statistics.vector(statistics)
        }
        return inputs
    }
}
