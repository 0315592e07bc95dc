import Settings

/// Layers in sequence, as the list `layers` of an experiment names them.
///
/// The last of them has to make as many numbers as an example has (one, in a discriminator); a
/// generator's output activation follows.
package struct ListedNetwork: NetworkArchitecture {
    package static let identifier = "layers"

    private static let largestCount = 256
    /// Of one example between two layers.
    private static let largestElementCount = 1 << 26

    private let layers: [(kind: String, layer: any Layer)]
    private let initializer: any Initializer

    package init(settings: SettingsTable) throws {
        let tables = try settings.list("layers", most: Self.largestCount)
        layers = try tables.enumerated().map { index, table in
            let kind = try ListedLayers.kind(table)
            return (kind.identifier, try kind.make("layer\(index)", table))
        }
        initializer =
            try settings.chosen(
                "initializer", from: Initializers.catalog, default: GlorotInitializer.identifier,
                "How the weights begin; biases begin at 0.") as! any Initializer
    }

    package func network(
        input: [Int], output: [Int], outputActivation: Activation
    ) throws(NetworkShapeError) -> Network {
        guard !layers.isEmpty else {
            throw NetworkShapeError(
                "needs a list of layers = [{ kind = \"dense\", units = 128 }, ...]")
        }
        var shape = input
        for (index, (kind, layer)) in layers.enumerated() {
            if let refusal = layer.refusal(of: shape) {
                throw NetworkShapeError("number \(index) (\(kind)): \(refusal)")
            }
            shape = layer.outputShape(shape)
            guard shape.reduce(1, *) <= Self.largestElementCount else {
                throw NetworkShapeError(
                    "number \(index) (\(kind)) makes examples of \(shape): more than "
                        + "\(Self.largestElementCount) numbers")
            }
        }
        guard shape.reduce(1, *) == output.reduce(1, *) else {
            throw NetworkShapeError(
                "end with examples of \(shape), but \(output) is needed")
        }
        return Network(
            layers: layers.map(\.layer) + [outputActivation, ExampleReshape(shape: output)],
            inputShape: input, initializer: initializer)
    }
}
