import Settings

/// The non-linearities of hidden layers, by their names in experiments.
package enum HiddenActivation: String, CaseIterable, Sendable {
    case relu
    case leakyRelu = "leaky-relu"
    case tanh
    case sigmoid
    case softplus
    /// Not elementwise: the largest of several linear pieces.
    case maxout
}

/// The normalisations of hidden layers, by their names in experiments.
package enum HiddenNormalization: String, CaseIterable, Sendable {
    case none
    case batch
    case layer
    /// Of the weights of all layers, the last one's among them.
    case spectral

    func layer(_ name: String, momentum: Double) -> (any Layer)? {
        switch self {
        case .none, .spectral: nil
        case .batch: BatchNormalization(name: name, momentum: momentum)
        case .layer: LayerNormalization(name: name)
        }
    }

    /// Reads the momentum where there are running statistics.
    func momentum(_ settings: SettingsTable) throws -> Double {
        guard self == .batch else { return 0 }
        return try settings.number(
            "normalization_momentum", default: 0.1, in: .unitInterval,
            "Share of the running statistics that a batch replaces.")
    }
}

/// Fully connected layers: `dense -> normalization -> activation -> dropout` for each hidden
/// width, then a last dense layer. With maxout, `dense -> maximum -> normalization -> dropout`.
package struct MultilayerPerceptron: NetworkArchitecture {
    package static let identifier = "mlp"

    private enum NonLinearity {
        case elementwise(Activation)
        case maxout(pieces: Int)
    }

    private static let largestDepth = 64

    private let hidden: [Int]
    private let activation: NonLinearity
    private let normalization: HiddenNormalization
    private let momentum: Double
    private let dropout: Double
    private let initializer: any Initializer

    package init(settings: SettingsTable) throws {
        hidden = try settings.integers(
            "hidden", default: [128], each: 1...65_536, "Widths of the hidden layers.")
        guard hidden.count <= Self.largestDepth else {
            throw settings.error(
                "hidden", "\(hidden.count) hidden layers; at most \(Self.largestDepth) are possible"
            )
        }
        activation = try Self.activation(settings)
        normalization = try settings.choice(
            "normalization", default: HiddenNormalization.none,
            "Normalisation of each hidden layer; spectral: of the weights of all layers.")
        momentum = try normalization.momentum(settings)
        dropout = try settings.number(
            "dropout", default: 0, in: .halfOpen(0..<1),
            "Probability that a hidden unit is dropped in training.")
        initializer =
            try settings.chosen(
                "initializer", from: Initializers.catalog, default: GlorotInitializer.identifier,
                "How the weights begin; biases begin at 0.") as! any Initializer
    }

    private static func activation(_ settings: SettingsTable) throws -> NonLinearity {
        let name = try settings.choice(
            "activation", default: HiddenActivation.relu, "Non-linearity of the hidden layers.")
        switch name {
        case .relu: return .elementwise(.relu)
        case .leakyRelu:
            let slope = try settings.number(
                "slope", default: 0.2, in: .closed(1e-6...1), "Slope of leaky ReLU below 0.")
            return .elementwise(.leakyRelu(slope: slope))
        case .maxout:
            let pieces = try settings.integer(
                "maxout_pieces", default: 5, in: 2...64, "Linear pieces of a maxout unit.")
            return .maxout(pieces: pieces)
        case .tanh: return .elementwise(.tanh)
        case .sigmoid: return .elementwise(.sigmoid)
        case .softplus: return .elementwise(.softplus)
        }
    }

    package func network(
        input: [Int], output: [Int], outputActivation: Activation
    ) -> Network {
        var layers: [any Layer] = []
        for (index, width) in hidden.enumerated() {
            layers += hiddenLayers(number: index + 1, width: width)
        }
        layers.append(
            Dense(
                name: "dense\(hidden.count + 1)", outputs: output.reduce(1, *),
                isSpectral: isSpectral))
        layers += [outputActivation, ExampleReshape(shape: output)]
        return Network(layers: layers, inputShape: input, initializer: initializer)
    }

    private var isSpectral: Bool { normalization == .spectral }

    private func hiddenLayers(number: Int, width: Int) -> [any Layer] {
        var layers: [any Layer] = []
        if case .maxout(let pieces) = activation {
            layers.append(
                Maxout(
                    name: "dense\(number)", outputs: width, pieces: pieces,
                    isSpectral: isSpectral))
        } else {
            layers.append(
                Dense(name: "dense\(number)", outputs: width, isSpectral: isSpectral))
        }
        if let layer = normalization.layer("norm\(number)", momentum: momentum) {
            layers.append(layer)
        }
        if case .elementwise(let function) = activation { layers.append(function) }
        if dropout > 0 { layers.append(Dropout(rate: dropout)) }
        return layers
    }
}
